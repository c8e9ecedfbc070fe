package main

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/annotation"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/nights"
	"keyroster/io/configio"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// checkFlags are the flags of check.
type checkFlags struct {
	rosterFlags
	accountsFlags
	provider, annotate string
}

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [ROSTER...]",
		Short: "Find problems in a roster, without any network",
		Long: `check reads rosters as plan and apply do and lists every problem in them, with its file, sheet, and cell
or line, what was read, and what to do. It exits 5 if there is an error; with only warnings it exits 0.

` + severalHelp,
		Example: `  keyroster check badges.xlsx --provider doorflow
  keyroster check --account hq
  keyroster check --all`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.check(cmd.Context(), &f, args) },
	}
	f.rosterFlags.add(cmd)
	set := cmd.Flags()
	set.StringVar(&f.provider, "provider", "",
		"the `PROVIDER` whose columns and rules apply: "+strings.Join(account.ProviderNames(), ", "))
	f.accountsFlags.add(cmd, accounts.WithRoster)
	set.StringVar(&f.annotate, "annotate", "",
		annotateHelp+"a comment and a colour on each bad cell; the copy holds the roster's values")
	_ = cmd.RegisterFlagCompletionFunc("provider", completeProviders())
	return cmd
}

// check checks the rosters on the command line for a provider, or those of accounts.
func (a *app) check(ctx context.Context, f *checkFlags, args []string) error {
	if err := a.refuseOverwrite("--annotate", f.annotate, args); err != nil {
		return err
	}
	if f.provider != "" {
		spec := all.Lookup(f.provider)
		switch {
		case f.All || len(f.Terms) > 0:
			return misuse("", "--provider and --account cannot be used together")
		case spec == nil:
			return account.UnknownProvider(f.provider)
		}
		return a.checkFor(ctx, f, args, accounts.Target{Spec: spec})
	}
	chosen, err := a.choose(&f.accountsFlags)
	if none, ok := errors.AsType[*configio.Error](err); ok && none.Path == "" && len(f.Terms) == 0 {
		return account.NoProvider("check needs --provider or --account")
	}
	if err != nil {
		return err
	}
	return a.each(ctx, chosen, &task{
		accountsFlags: &f.accountsFlags,
		forSeveral: func() error {
			if f.annotate != "" {
				return misuse("", "--annotate is for one account")
			}
			return f.rosterFlags.forSeveral(args)
		},
		work: func(ctx context.Context, own *app, t accounts.Target) error {
			return own.checkFor(ctx, f, args, t)
		},
		job: accounts.Job{Verdicts: map[int]string{exit.OK: "without errors", exit.Roster: "with errors"}},
	})
}

// checkFor checks rosters for an account, or if there is none, for a provider.
func (a *app) checkFor(ctx context.Context, f *checkFlags, args []string, t accounts.Target) error {
	if t.Err != nil {
		return t.Err
	}
	reading := f.reading(a, args)
	reading.CheckValues = true
	if t.Config != nil {
		reading.Types = sync.OnceValues(func() ([]reconcile.Type, bool) { return a.typesOf(t.Config.Name) })
	}
	roster, err := draft.Read(ctx, reading, t.Spec, t.Config)
	if err != nil {
		return err
	}
	if reading.Types != nil {
		types, whole := reading.Types()
		if note := draft.CheckTypes(roster, t.Config.Name, types, whole); note != "" && !a.Quiet {
			a.Note(note)
		}
	}
	of, err := copyOf(t.Spec, t.Config, f.reading(a, args), runAgain)
	if err != nil {
		return err
	}
	// The list of problems is useful even if the copy fails.
	failed := a.annotateProblems(f.annotate, roster, of)
	result := a.ShowCheck(t.Spec, roster)
	if failed != nil {
		return exit.Documented(failed)
	}
	return result
}

// typesOf returns the types recorded by an account's runs, if they are kept on this machine: a
// check needs no network.
func (a *app) typesOf(account string) (types []reconcile.Type, whole bool) {
	config, err := a.configuration()
	if err != nil || config.Fleet != nil {
		return nil, false
	}
	st, err := a.store()
	if err != nil {
		return nil, false
	}
	return nights.Types(st, account)
}

// annotateProblems writes a copy of the roster with its problems.
func (a *app) annotateProblems(out string, roster *reconcile.Roster, of annotation.Source) error {
	copied, err := annotation.Open(out, roster, of)
	if err != nil || copied == nil {
		return err
	}
	return copied.Problems(a.Log, roster.Problems)
}
