package main

import (
	"cmp"
	"encoding/json"
	"io"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/nights"
	"keyroster/io/store"
)

func (a *app) runsCommand() *cobra.Command {
	var q nights.Query
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List runs and how each ended",
		Long: `runs lists the runs, oldest first: when each started, how long it took, who started it and how it ended.
Open, damaged, empty and abandoned runs are marked as such, with what to do. Anything else in the runs
folder is named and skipped. It needs no configuration.`,
		Example: `  keyroster runs --account hq --since 30d
  keyroster runs show 20260131T020001Z-hq-1a2b3c
  keyroster runs diff --nights 7`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.query(&q, (*nights.Query).List) },
	}
	chooseRuns(cmd, &q)
	cmd.Flags().Int("concurrency-accounts", accountsAtOnce, "accepted as in other commands; has no effect")
	cmd.Flags().StringVar(&q.Since, "since", "", "only runs since `TIME`: an age (30d, 12h) or a date (2026-01-31)")
	cmd.AddCommand(a.runsShowCommand(), a.runsDiffCommand())
	return cmd
}

func (a *app) runsShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show RUN",
		Short: "Show one run: its changes and their rows, limits, files, and how to continue or undo it",
		Args:  oneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			kept, err := a.storage.StoreOf(args[0])
			if err != nil {
				return err
			}
			shown, err := nights.Show(kept, args[0], a.Log)
			return a.printRuns(shown, err)
		},
	}
}

func (a *app) runsDiffCommand() *cobra.Command {
	var q nights.Query
	cmd := &cobra.Command{
		Use:   "diff RUN RUN | diff --nights N",
		Short: "Show which records changed between runs, and which flap",
		Long: `diff shows what the runs after the first RUN, up to and including the second, applied to their account;
with --nights, what all runs of the last N nights applied. Records written on three or more nights are
listed again with the row each time: something else changes them too, or two rows compete for them.`,
		Example: `  keyroster runs diff 20260130T020001Z-hq-1a2b3c 20260131T020001Z-hq-4d5e6f
  keyroster runs diff --nights 7 --account 'site-*'`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			q.Runs = args
			return a.query(&q, (*nights.Query).Diff)
		},
	}
	chooseRuns(cmd, &q)
	cmd.Flags().IntVar(&q.Nights, "nights", 0, "all runs of the last `N` nights, including tonight")
	return cmd
}

// chooseRuns adds the flags that select runs.
func chooseRuns(cmd *cobra.Command, q *nights.Query) {
	flags := cmd.Flags()
	flags.StringSliceVar(&q.Terms, "account", nil, "only runs of this `ACCOUNT`, or of several: a,b, 'site-*', tag:NAME")
	flags.BoolVar(&q.All, "all", false, "runs of all accounts (the default)")
	flags.StringSliceVar(&q.Skip, "skip", nil, "exclude runs of this `ACCOUNT`; takes the same forms as --account (repeatable)")
}

// query queries the store for runs and prints the result.
func (a *app) query(q *nights.Query, ask func(*nights.Query, store.Store) (nights.Printed, error)) error {
	var err error
	if q.Config, err = nights.Configuration(a.config, a.Getenv, a.Log); err != nil {
		return err
	}
	kept, err := a.store()
	if err != nil {
		return err
	}
	return a.printRuns(ask(q, kept))
}

// printRuns prints runs, as JSON or text.
func (a *app) printRuns(doc nights.Printed, err error) error {
	switch {
	case err != nil:
		return err
	case a.form == accounts.Lines:
		for _, one := range doc.(*nights.Document).ByAccount() { // only runs accepts --json=lines
			err = cmp.Or(err, json.NewEncoder(a.Stdout).Encode(one))
		}
		return exit.OutputFailure(err)
	}
	return a.Print(doc, func(w io.Writer) error { return doc.WriteText(w, time.Local) }, false)
}
