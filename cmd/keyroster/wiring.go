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

// sinks are the log and the progress display for the work of a command.
func (a *app) sinks() sink.Sinks {
	s := a.Sinks()
	if a.progress != nil {
		s.Progress = fleet.Phases(a.progress)
	}
	return s
}

// opener opens accounts with the settings of the command line.
func (a *app) opener() *account.Opener {
	return &account.Opener{
		Getenv: a.Getenv, Version: version, Sinks: a.sinks(), ReadAgain: a.tuning.readAgain, Mark: a.Mark,
		Tokens: a.tokens, Turn: a.rateWait, Flags: a.storage.Named(),
	}
}

// tokens is the store for the rotating token of an account: its own file, or the fleet's
// database, which takes the first token from there.
func (a *app) tokens(config *configio.Account, file httpapi.TokenStore) httpapi.TokenStore {
	db, err := a.storage.Database()
	switch {
	case err != nil:
		return tokens.Unreachable(err)
	case db == nil:
		return nil
	}
	return tokens.Of(db.Store, db.Config, config, file)
}

// rateWait returns the wait for a provider's rate shared in a fleet; nil for none.
func (a *app) rateWait(provider string) func(context.Context) error {
	db, _ := a.storage.Database() // if it cannot be opened, there is no token either
	if db == nil {
		return nil
	}
	return db.Rate(provider)
}

// store is the store of state and runs: the database of the configured fleet, else folders. It
// is opened once in this process.
func (a *app) store() (store.Store, error) { return a.storage.Store() }

// fleet is the database of the configured fleet; without one it is misuse.
func (a *app) fleet() (*storage.Database, error) { return a.storage.Fleet() }

// configuration returns the configuration, which is read once.
func (a *app) configuration() (*configio.Config, error) { return a.storage.Configuration() }

// load reads the configuration and finds one account in it; without a name, the only one.
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

// read reads the rosters for a plan of an account.
func (a *app) read(
	ctx context.Context, flags *planFlags, files []string, spec *providers.Spec,
	config *configio.Account,
) (*reconcile.Roster, error) {
	reading := flags.reading(a, files)
	reading.Ask = func(ctx context.Context) ([]reconcile.Type, error) { return a.opener().Types(ctx, config, spec) }
	return draft.ReadForPlan(ctx, reading, flags.options, spec, config, a.ShowProblems)
}

// refuseOverwrite refuses to write to a file that is read.
func (a *app) refuseOverwrite(flag, out string, rosters []string) error {
	config, _ := a.configuration() // if it cannot be read, it names no roster
	return draft.RefuseOverwrite(flag, out, rosters, config)
}

// runAgain is what to do if a roster is not the file that was read.
const runAgain = "close it in other programs and run again"

// copyOf is how a roster was read, for copying it. instead says what to do if the file is not
// the one that was read.
func copyOf(
	spec *providers.Spec, config *configio.Account, reading draft.Reading, instead string,
) (annotation.Source, error) {
	encoding, err := reading.EncodingOf(config)
	return annotation.Source{
		Schema: spec.Schema, Columns: reading.ColumnMap(config), Encoding: encoding, Instead: instead,
	}, err
}

// bothOnStdout refuses --json together with a non-JSON file on standard output.
func bothOnStdout(what string) error {
	return misuse("name a file with --out, or leave out --json",
		"--json and --out - would both write to standard output, and %s is not JSON", what)
}

// checkReveal refuses to write values silently.
func (a *app) checkReveal(reveal bool) error {
	if reveal && a.Quiet {
		return misuse("leave out --quiet",
			"--reveal and --quiet cannot be used together: the log must say where values were written")
	}
	return nil
}

// completeProviders completes an argument to a provider's name.
func completeProviders() cobra.CompletionFunc {
	return cobra.FixedCompletions(account.ProviderNames(), cobra.ShellCompDirectiveNoFileComp)
}

// report makes the report of a draft.
func (a *app) report(command string, d *draft.Draft, marks *reportio.HMAC) *reportio.Report {
	return d.Report(draft.ReportOptions{
		Command: command, Operator: a.Operator(), Tool: tool, Marks: marks,
	})
}
