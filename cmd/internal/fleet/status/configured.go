package status

import (
	"time"

	"keyroster/io/configio"
	"keyroster/providers/all"
)

// Configured is what the configuration says of an account.
type Configured struct {
	Name, Provider string
	// Scheduled: nights come by themselves.
	Scheduled bool
	// Disabled accounts need no person.
	Disabled bool
	// Broken: it has mistakes, which config check names.
	Broken bool
	// Login: a person logs it in.
	Login bool
}

// Ask is the query about the fleet of a configuration, which has one.
func Ask(config *configio.Config, night string, now time.Time) *Query {
	return &Query{Night: night, Accounts: configuredIn(config), Lease: config.Fleet.Lease, Now: now}
}

// configuredIn are the accounts of a configuration, also those with mistakes.
func configuredIn(config *configio.Config) []Configured {
	var out []Configured
	for _, name := range config.Names() {
		a := config.Accounts[name]
		c := Configured{
			Name: name, Provider: a.Provider, Scheduled: a.Schedule != "", Disabled: a.Disabled,
			Broken: config.Broken(name) != nil,
		}
		if spec := all.Lookup(a.Provider); spec != nil && spec.Login != nil {
			c.Login = a.LoginFile() != ""
		}
		out = append(out, c)
	}
	return out
}
