package status

import (
	"keyroster/io/configio"
	"keyroster/providers/all"
)

// Configured is what the configuration says of an account.
type Configured struct {
	Name, Provider string
	// Scheduled: nights come by themselves.
	Scheduled bool
	// Disabled accounts need nobody.
	Disabled bool
	// Login: a person logs it in.
	Login bool
}

// ConfiguredIn are the accounts of a configuration, also those with mistakes.
func ConfiguredIn(config *configio.Config) []Configured {
	var out []Configured
	for _, name := range config.Names() {
		a := config.Accounts[name]
		c := Configured{Name: name, Provider: a.Provider, Scheduled: a.Schedule != "", Disabled: a.Disabled}
		if spec := all.Lookup(a.Provider); spec != nil && spec.Login != nil {
			_, c.Login = a.Auth["token_file"]
		}
		out = append(out, c)
	}
	return out
}
