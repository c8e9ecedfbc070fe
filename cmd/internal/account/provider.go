package account

import (
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/providers/all"
)

// ProviderNames returns the names of all providers.
func ProviderNames() []string {
	var names []string
	for _, spec := range all.Specs() {
		names = append(names, spec.Name)
	}
	return names
}

// NoProvider is the failure of a command line that names no existing provider; its hint lists them.
func NoProvider(format string, args ...any) error {
	return failure.New(failure.Usage, "the providers are "+strings.Join(ProviderNames(), ", "), format, args...)
}

// UnknownProvider is [NoProvider] for an unknown name.
func UnknownProvider(name string) error { return NoProvider("unknown provider %q", name) }
