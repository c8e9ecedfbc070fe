package nights

import (
	"path"
	"slices"
	"strings"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/store"
)

// tagMark begins a term that is a tag of the configuration.
const tagMark = "tag:"

// Choice is whose runs are meant: of the accounts of the configuration, the disabled too,
// and of those that the configuration does not know any more. A term is a name, a pattern
// of names with * ? [ ], or tag:NAME.
type Choice struct {
	// Terms name accounts; none means all. Skip names those that are left out.
	Terms, Skip []string
	// All says in words what no term means.
	All bool
	// Config is nil where there is none.
	Config *configio.Config
}

// Configuration is the configuration at a path, or where it is looked for if that is
// empty: it is nil where none is found, since runs tell of themselves.
func Configuration(path string, getenv func(string) string) (*configio.Config, error) {
	if _, err := configio.Find(path, getenv); err != nil {
		return nil, nil
	}
	return account.LoadConfig(path, getenv)
}

// Filter is the choice for [Read].
func (c *Choice) Filter(since time.Time) Filter {
	f := Filter{Since: since, Known: c.known()}
	if len(c.Terms)+len(c.Skip) > 0 {
		f.Account = func(name string) bool {
			fits := func(term string) bool { return c.fits(term, name) }
			return (len(c.Terms) == 0 || slices.ContainsFunc(c.Terms, fits)) && !slices.ContainsFunc(c.Skip, fits)
		}
	}
	return f
}

// Check refuses a choice that cannot be meant, or a term that fits no account: none of
// the configuration, and none that a run is kept of.
func (c *Choice) Check(st store.Store) error {
	if c.All && len(c.Terms) > 0 {
		return failure.New(failure.Usage, "", "--account and --all exclude each other")
	}
	names := c.known()
	if runs, err := st.Runs(); err == nil && len(c.Terms)+len(c.Skip) > 0 {
		for _, id := range runs {
			names = append(names, accountIn(id, c.known()))
		}
	}
	for _, term := range slices.Concat(c.Terms, c.Skip) {
		if _, err := path.Match(strings.TrimPrefix(term, tagMark), ""); err != nil {
			return failure.New(failure.Usage, "a [ begins a list of characters, as in site-[0-9]", "%q is no pattern", term)
		}
		if !slices.ContainsFunc(names, func(name string) bool { return name != "" && c.fits(term, name) }) {
			return failure.New(failure.Usage, "keyroster runs lists the runs of all accounts",
				"%q fits no account of the configuration, and no run that is kept", term)
		}
	}
	return nil
}

// Disabled are the accounts of the configuration that are paused, as far as they are
// meant.
func (c *Choice) Disabled() []string {
	out := []string{}
	f := c.Filter(time.Time{})
	for _, name := range c.known() {
		if c.Config.Accounts[name].Disabled && (f.Account == nil || f.Account(name)) {
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

// fits reports whether a term that is well formed means an account.
func (c *Choice) fits(term, name string) bool {
	tag, tagged := strings.CutPrefix(term, tagMark)
	if !tagged {
		return matches(term, name)
	}
	if c.Config == nil || c.Config.Accounts[name] == nil {
		return false
	}
	return slices.ContainsFunc(c.Config.Accounts[name].Tags, func(t string) bool { return matches(tag, t) })
}

func matches(pattern, name string) bool {
	ok, _ := path.Match(pattern, name) // its form was checked
	return ok || pattern == name
}
