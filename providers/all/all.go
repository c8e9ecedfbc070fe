// Package all lists the providers that keyroster is built with. Nothing
// registers itself: a provider is here, or it is not in the program.
package all

import (
	"slices"

	"keyroster/providers"
	"keyroster/providers/doorflow"
	"keyroster/providers/pingone"
	"keyroster/providers/seam"
)

// Specs are all providers in alphabetical order. The specs are shared and must
// not be changed.
func Specs() []*providers.Spec {
	return []*providers.Spec{
		&doorflow.Spec,
		&pingone.Spec,
		&seam.Spec,
	}
}

// Lookup is the provider of that name, or nil.
func Lookup(name string) *providers.Spec {
	specs := Specs()
	if i := slices.IndexFunc(specs, func(s *providers.Spec) bool { return s.Name == name }); i >= 0 {
		return specs[i]
	}
	return nil
}
