package main

import (
	"context"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/annotation"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/fleet"
	"keyroster/cmd/internal/fleet/tokens"
	"keyroster/cmd/internal/sink"
	"keyroster/cmd/internal/storage"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// sinks are the log and the display of phases for the work of a command.
func (a *app) sinks() sink.Sinks {
	s := a.Sinks()
	if a.progress != nil {
		s.Progress = fleet.Phases(a.progress)
	}
	return s
}

// opener opens accounts as the command line says.
func (a *app) opener() *account.Opener {
	return &account.Opener{
		Getenv: a.Getenv, Version: version, Sinks: a.sinks(), ReadAgain: a.tuning.readAgain, Mark: a.Mark,
		Tokens: a.tokens, Turn: a.turn,
	}
}

// tokens is where the rotating token of an account is kept: its own file, or the database
// of a fleet, which has the first token from there.
func (a *app) tokens(config *configio.Account, file httpapi.TokenStore) httpapi.TokenStore {
	db, err := a.kept.Database()
	switch {
	case err != nil:
		return tokens.Unreachable(err)
	case db == nil:
		return nil
	}
	return tokens.Of(db.Store, db.Config, config, file)
}

// turn is the wait for the rate of a provider that a fleet shares, nil for none.
func (a *app) turn(provider string) func(context.Context) error {
	db, _ := a.kept.Database() // where it cannot be opened, no token can be had either
	if db == nil {
		return nil
	}
	return db.Rate(provider)
}

// store is where tenants are remembered and runs are kept: the database of the
// configuration's fleet, else folders. It is opened once in this process.
func (a *app) store() (store.Store, error) { return a.kept.Store() }

// fleet is the database of the configuration's fleet; without one it is misuse.
func (a *app) fleet() (*storage.Database, error) { return a.kept.Fleet() }

// configuration reads the configuration, once.
func (a *app) configuration() (*configio.Config, error) { return a.kept.Configuration() }

// load reads the configuration and finds one account in it; without a name, the only
// one.
func (a *app) load(name string) (*configio.Account, *providers.Spec, error) {
	config, err := a.configuration()
	if err != nil {
		return nil, nil, err
	}
	one, spec, err := account.Pick(config, name)
	if err == nil {
		account.WarnBroken(a.Log, config, one.Name)
	}
	return one, spec, err
}

// read reads the rosters of a plan of an account.
func (a *app) read(
	ctx context.Context, flags *planFlags, files []string, spec *providers.Spec,
	config *configio.Account,
) (*reconcile.Roster, error) {
	reading := flags.reading(a, files)
	reading.Ask = func(ctx context.Context) ([]reconcile.Type, error) { return a.opener().Types(ctx, config, spec) }
	return draft.ReadForPlan(ctx, reading, flags.options, spec, config, a.ShowProblems)
}

// refuseOverwrite refuses a file to write that is one of those that are read.
func (a *app) refuseOverwrite(flag, out string, rosters []string) error {
	config, _ := a.configuration() // where it cannot be read, it names no roster
	return draft.RefuseOverwrite(flag, out, rosters, config)
}

// runAgain is what to do when a roster is not the file that was read.
const runAgain = "close it in other programs and run again"

// copyOf is what a copy of a roster needs to know of it. instead says what to do when
// the file is not the one that was read.
func copyOf(
	spec *providers.Spec, config *configio.Account, reading draft.Reading, instead string,
) (annotation.Source, error) {
	encoding, err := reading.EncodingOf(config)
	return annotation.Source{
		Schema: spec.Schema, Columns: reading.ColumnMap(config), Encoding: encoding, Instead: instead,
	}, err
}

// bothOnStdout refuses --json beside a file that is no JSON document and goes to
// standard output too.
func bothOnStdout(what string) error {
	return misuse("name a file with --out, or leave out --json",
		"--json and --out - would both write to standard output, and %s is not JSON", what)
}

// checkReveal refuses to write values without a word about it.
func (a *app) checkReveal(reveal bool) error {
	if reveal && a.Quiet {
		return misuse("leave out --quiet",
			"--reveal and --quiet cannot be used together: the log must say where values were written")
	}
	return nil
}

// completeProviders completes a word of the command line to a provider.
func completeProviders() cobra.CompletionFunc {
	return cobra.FixedCompletions(account.ProviderNames(), cobra.ShellCompDirectiveNoFileComp)
}

// report is the report of a draft by this process.
func (a *app) report(command string, d *draft.Draft, marks *reportio.HMAC) *reportio.Report {
	return d.Report(draft.ReportOptions{
		Command: command, Operator: a.Operator(), Tool: tool, Marks: marks,
	})
}
