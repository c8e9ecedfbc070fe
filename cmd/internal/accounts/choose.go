package accounts

import (
	"slices"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers"
)

// Scope says which accounts --all means to a command.
type Scope int

const (
	// WithRoster are those that configure a roster.
	WithRoster Scope = iota
	// AllAccounts are all of the configuration.
	AllAccounts
)

// Target is an account to work on.
type Target struct {
	Config *configio.Account
	Spec   *providers.Spec
	// Err is what is wrong with the account's configuration, nil for nothing: Spec is nil
	// then, and of Config there may be the name alone.
	Err error
}

// Chosen is what a selection means in a configuration.
type Chosen struct {
	// Several: the command line may mean more than one account. Otherwise there is one
	// target, whose configuration is right.
	Several bool
	Targets []Target
	// Disabled would have been chosen too.
	Disabled []*configio.Account
	// Broken are the names of accounts that have mistakes and were not chosen.
	Broken []string
}

// Choose finds the accounts of the configuration that a selection names. Any error is of
// kind [failure.Usage]; of several accounts, those with mistakes are among the targets.
func (s Selection) Choose(config *configio.Config, all Scope) (*Chosen, error) {
	find := s.several
	if !s.Several() {
		find = s.only
	}
	chosen, err := find(config, all)
	if err != nil {
		return nil, err
	}
	in := chosen.Names()
	for _, name := range config.Names() {
		if config.Broken(name) != nil && !slices.Contains(in, name) {
			chosen.Broken = append(chosen.Broken, name)
		}
	}
	return chosen, nil
}

// several are the accounts that terms and all mean.
func (s Selection) several(config *configio.Config, all Scope) (*Chosen, error) {
	for _, term := range slices.Concat(s.Terms, s.Skip) {
		if term != "" && !isPattern(term) && config.Accounts[term] == nil {
			_, err := config.Account(term)
			return nil, failure.Wrap(failure.Usage, err)
		}
	}
	nightly := map[string]bool{}
	for _, name := range config.Nightly() {
		nightly[name] = true
	}
	var among []candidate
	for _, name := range config.Names() {
		one := config.Accounts[name]
		among = append(among, candidate{
			name: name, tags: one.Tags, disabled: one.Disabled,
			inAll: all == AllAccounts || nightly[name],
		})
	}
	if s.All && !slices.ContainsFunc(among, func(c candidate) bool { return c.inAll }) {
		return nil, failure.New(failure.Usage, "add roster: [FILE] to an account",
			"no account in %s has a roster", config.Path)
	}
	picked, disabled, err := s.pick(among)
	if err != nil {
		return nil, err
	}
	chosen := &Chosen{Several: true}
	for _, name := range picked {
		t := Target{}
		if t.Config, t.Spec, t.Err = account.Pick(config, name); t.Err != nil {
			t.Config = config.Accounts[name]
		}
		chosen.Targets = append(chosen.Targets, t)
	}
	for _, name := range disabled {
		chosen.Disabled = append(chosen.Disabled, config.Accounts[name])
	}
	return chosen, nil
}

// only is the one account that is named, or that there is.
func (s Selection) only(config *configio.Config, _ Scope) (*Chosen, error) {
	var name string
	if len(s.Terms) == 1 {
		name = s.Terms[0]
	}
	one, spec, err := account.Pick(config, name)
	if err != nil {
		return nil, err
	}
	s.Terms = []string{one.Name}
	if _, _, err = s.pick([]candidate{{name: one.Name, disabled: one.Disabled}}); err != nil {
		return nil, err
	}
	return &Chosen{Targets: []Target{{Config: one, Spec: spec}}}, nil
}

// Names are the names of the targets.
func (c *Chosen) Names() []string {
	var out []string
	for i := range c.Targets {
		out = append(out, c.Targets[i].Config.Name)
	}
	return out
}

// Configs are the accounts themselves, in that order.
func (c *Chosen) Configs() []*configio.Account {
	var out []*configio.Account
	for i := range c.Targets {
		out = append(out, c.Targets[i].Config)
	}
	return out
}
