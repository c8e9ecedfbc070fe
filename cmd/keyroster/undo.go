package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
)

// undoFlags are the flags of undo.
type undoFlags struct {
	account string
	yes     bool
	metrics metricsFlag
	stop    stoppingFlags
	shrunk  string
}

func (a *app) undoCommand() *cobra.Command {
	var f undoFlags
	cmd := &cobra.Command{
		Use:   "undo RUN",
		Short: "Undo what a run changed",
		Long: `undo plans the inverse of a run, asks for confirmation on a terminal or needs --yes, and applies it like
apply: changed credentials get their old values, deleted ones are created again, and created ones are
deleted if nothing has changed them since. A credential that changed since the run ends in conflict;
the others are still undone.

The old values are kept, encrypted, for undo_for (14d). limits do not apply, because undo changes no
more than the run did. Correct the roster too, or the next apply makes the same changes again.`,
		Example: `  keyroster undo runs/20260131T020001Z-hq-1a2b3c
  keyroster undo 20260131T020001Z-hq-1a2b3c --yes --json`,
		Args: oneRun,
		RunE: func(cmd *cobra.Command, args []string) error { return a.undo(cmd.Context(), args[0], &f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.account, "account", "", "refuse a run of an account other than `ACCOUNT`")
	flags.BoolVar(&f.yes, "yes", false, "do not ask")
	flags.StringVar(&f.shrunk, "accept-shrunken-listing", "",
		"allow far fewer records in the account than last time; `REASON` is recorded")
	f.metrics.add(cmd)
	f.stop.add(cmd)
	return cmd
}

// undo reverts a run.
func (a *app) undo(ctx context.Context, ref string, f *undoFlags) error {
	began := time.Now()
	kept, err := a.store()
	if err != nil {
		return err
	}
	undone, stands, err := history.RunOf(kept, ref, a.Log)
	if err != nil {
		return err
	}
	if err := run.Undoable(&stands); err != nil {
		return err
	}
	if !f.yes {
		if err := a.CanAsk("undo", "add --yes"); err != nil {
			return err
		}
	}
	config, spec, err := a.accountOfRun(undone, undone.ID())
	if err != nil {
		return err
	}
	if f.account != "" && f.account != config.Name {
		return misuse("leave out --account: the run names it", "run %s is for account %s, not %s",
			undone.ID(), config.Name, f.account)
	}
	if err := account.Enabled(config); err != nil {
		return err
	}
	a = a.forOnlyAccount(config.Name)
	told := a.notifyOptions(config, f.metrics)
	result := a.runAndNotify(ctx, told, func() (run.Outcome, error) {
		options := a.runOptions("undo")
		options.Draft.ShrunkenListing, options.First = f.shrunk, int(f.stop.first)
		if options.Deadline, err = run.Deadline(f.stop.deadline, began); err != nil {
			return run.Outcome{}, err
		}
		if !f.yes {
			options.Confirm = func(ctx context.Context, d *draft.Draft) error { return a.ask(ctx, "undo", d) }
		}
		acc, err := a.opener().Open(ctx, config, spec, account.Options{Observe: told.Traffic.Observe})
		if err != nil {
			return run.Outcome{}, err
		}
		defer acc.Close()
		return run.Undo(ctx, acc, kept, undone, began, options)
	})
	return exit.Shown(a.Finish(result.Err))
}
