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
		Short: "Take back what a run changed",
		Long: `undo makes the plan that takes a run back, shows it, asks (on a terminal) or needs --yes, and applies
it as apply does: what the run changed gets its old value, what it deleted is made again, and what it
created is deleted if nobody has changed it since. A credential that is not any more as the run left it
ends in conflict, and the others are undone all the same.

The old values are kept, sealed, for as long as undo_for says (14d). limits do not count: no more is
changed than the run changed. The next apply of the roster makes the changes again: correct it too.`,
		Example: `  keyroster undo runs/20260131T020001Z-hq-1a2b3c
  keyroster undo 20260131T020001Z-hq-1a2b3c --yes --json`,
		Args: oneRun,
		RunE: func(cmd *cobra.Command, args []string) error { return a.undo(cmd.Context(), args[0], &f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.account, "account", "", "refuse a run of any other `ACCOUNT`")
	flags.BoolVar(&f.yes, "yes", false, "do not ask")
	flags.StringVar(&f.shrunk, "accept-shrunken-listing", "",
		"go on although the account holds far fewer records than last time; `REASON` is recorded")
	f.metrics.add(cmd)
	f.stop.add(cmd)
	return cmd
}

// undo takes a run back.
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
		return misuse("leave out --account: the run says it", "run %s is of account %s, not %s",
			undone.ID(), config.Name, f.account)
	}
	if err := account.Enabled(config); err != nil {
		return err
	}
	a = a.on(config.Name)
	told := a.noticed(config, f.metrics)
	result := a.attend(ctx, told, func() (run.Outcome, error) {
		options := a.runOptions("undo")
		options.Draft.ShrunkenListing, options.First = f.shrunk, f.stop.first
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
