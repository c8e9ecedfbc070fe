package main

import (
	"context"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/annotation"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/io/configio"
	"keyroster/io/store"
	"keyroster/providers"
	"keyroster/reconcile"
)

func (a *app) resumeCommand() *cobra.Command {
	var metrics metricsFlag
	var abandon, yes bool
	var annotate string
	cmd := &cobra.Command{
		Use:   "resume RUN",
		Short: "Finish an interrupted run",
		Long: `resume finishes a run that was interrupted or killed. It repeats nothing, reads back every change whose
result is not known, and sends the rest. It needs the run folder and the state folder, but not the
roster: the run keeps an encrypted copy until it is closed.

With --abandon it gives up a run that cannot continue because its files are damaged or missing. It
reports what is still in doubt, checks the account for credentials on temporary values, sends nothing,
and lets the next apply make a new plan. It asks for confirmation, or needs --yes.`,
		Example: `  keyroster resume runs/20260131T020001Z-hq-1a2b3c
  keyroster resume runs/20260131T020001Z-hq-1a2b3c --abandon`,
		Args: oneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case abandon && annotate != "":
				return misuse("a run that is given up has no outcomes to write",
					"--annotate and --abandon cannot be used together")
			case abandon:
				return a.abandon(cmd.Context(), args[0], yes)
			case yes:
				return misuse("resume does not ask", "--yes goes with --abandon")
			}
			return a.resume(cmd.Context(), args[0], annotate, metrics)
		},
	}
	metrics.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&annotate, "annotate", "",
		annotateHelp+"the outcome beside each row, if the file has not changed since the run started")
	flags.BoolVar(&abandon, "abandon", false,
		"give the run up: report what it may have left behind, and let the next apply make a new plan")
	flags.BoolVar(&yes, "yes", false, "with --abandon: do not ask")
	return cmd
}

// resume finishes an interrupted run.
func (a *app) resume(ctx context.Context, ref, annotate string, metrics metricsFlag) error {
	kept, err := a.store()
	if err != nil {
		return err
	}
	one, st, err := history.RunOf(kept, ref, a.Log)
	if err != nil {
		return err
	}
	if err := a.refuseOverwrite("--annotate", annotate, nil); err != nil {
		return err
	}
	switch {
	case st.Closing:
		return a.closeRun(one, &st)
	case st.Status != store.RunOpen:
		return st.Refusal()
	}
	config, spec, err := a.accountOfRun(one, one.ID())
	if err != nil {
		return err
	}
	a = a.forOnlyAccount(config.Name)
	told := a.notifyOptions(config, metrics)
	result := a.runAndNotify(ctx, told, func() (run.Outcome, error) {
		acc, err := a.opener().Open(ctx, config, spec, account.Options{Observe: told.Traffic.Observe})
		if err != nil {
			return run.Outcome{}, err
		}
		defer acc.Close()
		options := a.runOptions("resume")
		if annotate != "" {
			options.MakeCopy = func(roster *reconcile.Roster, columns []string) (*annotation.Copy, error) {
				of, err := copyOf(spec, config, draft.Reading{Columns: columns},
					"resume without --annotate: the run does not need the roster file, and its report has the same outcomes")
				if err != nil {
					return nil, err
				}
				return annotation.Open(annotate, roster, of)
			}
		}
		return run.Resume(ctx, acc, kept, one, options)
	})
	return exit.Shown(a.Finish(result.Err))
}

// closeRun writes the missing manifest of a run that has ended.
func (a *app) closeRun(one *store.Run, st *history.RunStatus) error {
	defer a.runsPage.Ended(a.storage.Opened(), a.Log)
	return history.Close(one, st, a.Log)
}

// accountOfRun returns the account that a run worked on; one is nil if its files are gone.
func (a *app) accountOfRun(one *store.Run, id string) (*configio.Account, *providers.Spec, error) {
	config, err := a.configuration()
	if err != nil {
		return nil, nil, err
	}
	return history.AccountOf(config, one, id)
}

// abandon abandons a run that cannot go on. It sends nothing.
func (a *app) abandon(ctx context.Context, ref string, yes bool) error {
	if !yes {
		if err := a.CanAsk("resume --abandon", "add --yes"); err != nil {
			return err
		}
	}
	kept, err := a.store()
	if err != nil {
		return err
	}
	one, id, err := history.OpenIfPresent(kept, ref)
	if err != nil {
		return err
	}
	config, spec, err := a.accountOfRun(one, id)
	if err != nil {
		return err
	}
	acc, err := a.opener().Open(ctx, config, spec, account.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer acc.Close()
	locked, err := run.Lock(ctx, acc, kept, a.runOptions("resume"))
	if err != nil {
		return err
	}
	defer locked.Unlock()
	giving, err := locked.Inspect(ctx, one, id)
	if err != nil {
		return err
	}
	known := giving.Abandoned()
	if err := a.Print(known, known.WriteText, known.ExitCode == exit.OK); err != nil {
		return err
	}
	return a.giveUp(ctx, giving, id, yes)
}

// giveUp abandons a run, whose document has been printed, after confirmation or with yes.
func (a *app) giveUp(ctx context.Context, giving *run.Abandonment, id string, yes bool) error {
	if !yes {
		if err := a.Confirm(ctx, "Give run "+id+" up?", ""); err != nil {
			return exit.Documented(err)
		}
	}
	defer a.runsPage.Ended(a.storage.Opened(), a.Log)
	return exit.Documented(giving.Abandon())
}
