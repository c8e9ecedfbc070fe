// Package all lists the providers that keyroster is built with, each with the fake of its
// API that the sandbox serves. Nothing registers itself: a provider that is not listed here
// is not in the program. No client knows its fake.
package all

import (
	"fmt"
	"slices"

	"keyroster/providers"
	"keyroster/providers/doorflow"
	doorflowfake "keyroster/providers/doorflow/fake"
	"keyroster/providers/pingone"
	pingonefake "keyroster/providers/pingone/fake"
	"keyroster/providers/sandbox"
	"keyroster/providers/seam"
	seamfake "keyroster/providers/seam/fake"
)

// Specs returns all providers in alphabetical order. The specs are shared and must not be
// changed.
func Specs() []*providers.Spec {
	return []*providers.Spec{
		&doorflow.Spec,
		&pingone.Spec,
		&seam.Spec,
	}
}

// Lookup returns the provider of that name, or nil.
func Lookup(name string) *providers.Spec {
	specs := Specs()
	if i := slices.IndexFunc(specs, func(s *providers.Spec) bool { return s.Name == name }); i >= 0 {
		return specs[i]
	}
	return nil
}

var fakes = map[string]func(sandbox.Options) (sandbox.API, error){
	"doorflow": doorflowfake.New,
	"pingone":  pingonefake.New,
	"seam":     seamfake.New,
}

// Fake makes the API of the provider of that name for the sandbox. Errors are about the
// state file and the switches.
func Fake(name string, options sandbox.Options) (sandbox.API, error) {
	fresh := fakes[name]
	if fresh == nil {
		return nil, fmt.Errorf("play %s: no fake of its API is listed", name)
	}
	return fresh(options)
}
