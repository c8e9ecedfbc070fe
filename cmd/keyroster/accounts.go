package main

import (
	"context"
	"slices"
	"strings"

	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/providers/all"
)

// openNamed opens an account of the configuration, for reading alone.
func (a *app) openNamed(ctx context.Context, config *configio.Account) (*account, error) {
	spec, err := specOf(config)
	if err != nil {
		return nil, err
	}
	return a.open(ctx, config, spec, true)
}

// specOf is the provider of an account.
func specOf(config *configio.Account) (*providers.Spec, error) {
	spec := all.Lookup(config.Provider)
	if spec == nil {
		return nil, fail(exitUsage, "", "account %s: unknown provider %q", config.Name, config.Provider)
	}
	return spec, nil
}

// loadAccounts reads the configuration and finds the accounts that are named in
// it, or all of them, in order and each once.
func (a *app) loadAccounts(names []string, every bool) ([]*configio.Account, error) {
	if !every && len(names) <= 1 {
		config, _, err := a.loadAccount(strings.Join(names, ""))
		return []*configio.Account{config}, err
	}
	config, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	if every {
		names = config.Names()
	}
	var out []*configio.Account
	for _, name := range names {
		one, err := config.Account(name)
		if err != nil {
			return nil, &failure{code: exitUsage, err: err}
		}
		if !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	a.sayBroken(config, names...)
	return out, nil
}
