package accounts

import (
	"slices"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers"
)

// Scope is the set of accounts that --all means for a command.
type Scope int

const (
	// WithRoster: the accounts that configure a roster.
	WithRoster Scope = iota
	// AllAccounts: all accounts of the configuration.
	AllAccounts
)

// Target is an account to work on.
type Target struct {
	Config *configio.Account
	Spec   *providers.Spec
	// Err is what is wrong with the account's configuration, nil for nothing. If set, Spec is
	// nil and Config may have only a name.
	Err error
}

// Chosen is the result of applying a selection to a configuration.
type Chosen struct {
	// Several: the command line may mean more than one account. If false, there is exactly one
	// target, and its configuration is valid.
	Several bool
	Targets []Target
	// Disabled are accounts that were left out because they are disabled.
	Disabled []*configio.Account
	// Broken are the names of accounts with mistakes that were not chosen.
	Broken []string
}

// Choose finds the accounts of the configuration that a selection names. Any error is of kind
// [failure.Usage]; if several were chosen, those with mistakes are among the targets.
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

// several returns the accounts that the terms and all mean.
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

// only returns the one account that is named, or the only one there is.
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

// Configs are the configurations of the targets, in the same order.
func (c *Chosen) Configs() []*configio.Account {
	var out []*configio.Account
	for i := range c.Targets {
		out = append(out, c.Targets[i].Config)
	}
	return out
}
