package nights

import (
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/io/configio"
	"keyroster/io/store"
)

// Choice selects runs by account: configured ones, even disabled, and those no longer configured.
type Choice struct {
	accounts.Selection
	// Config is nil if there is none.
	Config *configio.Config
}

// Configuration reads the configuration at a path, or at the default location if path is empty. In the
// latter case a missing or unreadable one gives nil, because runs can be shown without it.
func Configuration(path string, getenv func(string) string, log zerolog.Logger) (*configio.Config, error) {
	if _, err := configio.Find(path, getenv); err != nil {
		return nil, nil
	}
	config, err := account.LoadConfig(path, getenv)
	if err != nil && path == "" {
		log.Warn().Err(err).Msg("could not read the configuration: tags and disabled accounts are not known")
		return nil, nil
	}
	return config, err
}

// Filter turns the choice into a filter for [Read].
func (c *Choice) Filter(since time.Time) Filter {
	return Filter{
		Since: since, Known: c.known(),
		Account: func(name string) bool { return c.Fits(name, c.tags(name)) },
	}
}

// check refuses a malformed choice, and a term that matches no account, neither in the
// configuration nor among the kept runs.
func (c *Choice) check(st store.Store) error {
	if len(c.Terms)+len(c.Skip) == 0 {
		return nil
	}
	among := map[string][]string{}
	if runs, err := st.Runs(); err == nil {
		for _, id := range runs {
			if name := accountIn(id, c.known()); name != "" {
				among[name] = nil
			}
		}
	}
	for _, name := range c.known() {
		among[name] = c.tags(name)
	}
	return c.Check(among)
}

// Disabled are the chosen accounts that the configuration disables.
func (c *Choice) Disabled() []string {
	out := []string{}
	for _, name := range c.known() {
		if one := c.Config.Accounts[name]; one != nil && one.Disabled && c.Fits(name, one.Tags) {
			out = append(out, name)
		}
	}
	return out
}

func (c *Choice) known() []string {
	if c.Config == nil {
		return nil
	}
	return c.Config.Names()
}

func (c *Choice) tags(name string) []string {
	if c.Config == nil || c.Config.Accounts[name] == nil {
		return nil
	}
	return c.Config.Accounts[name].Tags
}
