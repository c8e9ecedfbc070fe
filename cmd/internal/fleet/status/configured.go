package status

import (
	"time"

	"keyroster/io/configio"
	"keyroster/providers/all"
)

// Configured is what the configuration says about an account.
type Configured struct {
	Name, Provider string
	// Scheduled: its nights start on a schedule.
	Scheduled bool
	// Disabled accounts never need a person.
	Disabled bool
	// Broken: it has mistakes, which config check lists.
	Broken bool
	// Login: a person has to log it in.
	Login bool
}

// Ask makes the query about the fleet of a configuration that has one. flags are repeated in the
// commands that are proposed.
func Ask(config *configio.Config, flags, night string, now time.Time) *Query {
	return &Query{Night: night, Accounts: configuredIn(config), Lease: config.Fleet.Lease, Now: now, Flags: flags}
}

// configuredIn returns the accounts of a configuration, including those with mistakes.
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
