package main

import (
	"context"
	"strings"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/annotation"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// sinks are whom the work of a command tells.
func (a *app) sinks() sink.Sinks {
	return sink.Sinks{Log: a.log, Bare: a.bare, Progress: a.progress}
}

// opener opens accounts as the command line says.
func (a *app) opener() *account.Opener {
	return &account.Opener{Getenv: a.getenv, Version: version, Sinks: a.sinks(), ReadAgain: a.tuning.readAgain}
}

// stateFolder is the folder that holds what is remembered of all tenants.
func (a *app) stateFolder() (string, error) {
	if a.state != "" {
		return a.state, nil
	}
	return folder.DefaultState(a.getenv)
}

// store is where tenants are remembered and runs are kept. Without a state folder,
// whoever needs one is told so.
func (a *app) store() store.Store {
	state, _ := a.stateFolder()
	return folder.New(state, a.runs)
}

// load reads the configuration and finds one account in it; without a name, the only
// one.
func (a *app) load(name string) (*configio.Account, *providers.Spec, error) {
	config, err := account.LoadConfig(a.config, a.getenv)
	if err != nil {
		return nil, nil, err
	}
	one, spec, err := account.Pick(config, name)
	if err == nil {
		account.WarnBroken(a.log, config, one.Name)
	}
	return one, spec, err
}

// read reads the rosters of a plan.
func (a *app) read(
	ctx context.Context, flags *planFlags, files []string, spec *providers.Spec,
	config *configio.Account,
) (*reconcile.Roster, error) {
	show := func(roster *reconcile.Roster) { a.showProblems(roster, shownProblems) }
	return draft.ReadForPlan(ctx, flags.reading(a, files), flags.options, spec, config, show)
}

// copyOf is what a copy of a roster needs to know of it. instead says what to do when
// the file is not the one that was read.
func copyOf(
	spec *providers.Spec, config *configio.Account, reading draft.Reading, instead string,
) (annotation.Of, error) {
	encoding, err := reading.EncodingOf(config)
	return annotation.Of{Schema: spec.Schema, Columns: reading.ColumnMap(config), Encoding: encoding, Instead: instead}, err
}

// checkReveal refuses to write values without a word about it.
func (a *app) checkReveal(reveal bool) error {
	if reveal && a.quiet {
		return failure.New(failure.Usage, "leave out --quiet", "--reveal and --quiet exclude each other: the log says that values were written, and to where")
	}
	return nil
}

// providerNames are the names of all providers.
func providerNames() []string {
	var names []string
	for _, spec := range all.Specs() {
		names = append(names, spec.Name)
	}
	return names
}

func unknownProvider(name string) error {
	return failure.New(failure.Usage, "the providers are "+strings.Join(providerNames(), ", "), "unknown provider %q", name)
}

// accountsAtOnce bounds the memory of many accounts: each is held whole.
const accountsAtOnce = 8
