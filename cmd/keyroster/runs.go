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
		Short: "List what happened: the runs that are kept, and how each ended",
		Long: `runs lists the runs that are kept, the oldest first: when each began, how long it took, who began it and
how it ended. Runs that are open, damaged, empty or given up are named as such, with what to do. What lies
among the runs and is none is named and passed over. It needs no configuration.`,
		Example: `  keyroster runs --account hq --since 30d
  keyroster runs show 20260131T020001Z-hq-1a2b3c
  keyroster runs diff --nights 7`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.query(&q, (*nights.Query).List) },
	}
	chooseRuns(cmd, &q)
	cmd.Flags().Int("concurrency-accounts", accountsAtOnce, "as other commands take it; runs are read side by side anyway")
	cmd.Flags().StringVar(&q.Since, "since", "", "only runs since a `TIME`: 30d ago, 12h ago, or 2026-01-31")
	cmd.AddCommand(a.runsShowCommand(), a.runsDiffCommand())
	return cmd
}

func (a *app) runsShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show RUN",
		Short: "Show one run: what changed and by which row, who, limits, files, and how to go on or back",
		Args:  oneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			kept, err := a.kept.StoreOf(args[0])
			if err != nil {
				return err
			}
			shown, err := nights.Show(kept, args[0], a.Log)
			return a.tell(shown, err)
		},
	}
}

func (a *app) runsDiffCommand() *cobra.Command {
	var q nights.Query
	cmd := &cobra.Command{
		Use:   "diff RUN RUN | diff --nights N",
		Short: "Show which records changed, when and by which row, and which flap",
		Long: `diff shows what the runs after the first RUN, up to and including the second, applied to their account;
with --nights what all runs of the last N nights did. Records that were written on three nights or more are
listed again, with the row each time: something else writes them too, or two rows want them.`,
		Example: `  keyroster runs diff 20260130T020001Z-hq-1a2b3c 20260131T020001Z-hq-4d5e6f
  keyroster runs diff --nights 7 --account 'site-*'`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			q.Runs = args
			return a.query(&q, (*nights.Query).Diff)
		},
	}
	chooseRuns(cmd, &q)
	cmd.Flags().IntVar(&q.Nights, "nights", 0, "all runs of the last `N` nights, tonight included")
	return cmd
}

// chooseRuns adds the flags that say whose runs are meant.
func chooseRuns(cmd *cobra.Command, q *nights.Query) {
	flags := cmd.Flags()
	flags.StringSliceVar(&q.Terms, "account", nil, "only runs of this `ACCOUNT`, or of several: a,b, 'site-*', tag:NAME")
	flags.BoolVar(&q.All, "all", false, "runs of all accounts, as without --account")
	flags.StringSliceVar(&q.Skip, "skip", nil, "leave out the runs of this `ACCOUNT`, named as by --account (repeatable)")
}

// query asks the store for runs and prints the answer.
func (a *app) query(q *nights.Query, ask func(*nights.Query, store.Store) (nights.Printed, error)) error {
	var err error
	if q.Config, err = nights.Configuration(a.config, a.Getenv, a.Log); err != nil {
		return err
	}
	kept, err := a.store()
	if err != nil {
		return err
	}
	return a.tell(ask(q, kept))
}

// tell prints what is known of runs, as JSON or for people.
func (a *app) tell(doc nights.Printed, err error) error {
	switch {
	case err != nil:
		return err
	case a.form == accounts.Lines:
		for _, one := range doc.(*nights.Document).ByAccount() { // runs alone takes it
			err = cmp.Or(err, json.NewEncoder(a.Stdout).Encode(one))
		}
		return exit.Unwritten(err)
	}
	return a.Print(doc, func(w io.Writer) error { return doc.WriteText(w, time.Local) }, false)
}
