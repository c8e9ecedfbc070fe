package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/fleet"
)

func (a *app) fleetRunCommand() *cobra.Command {
	var f accountsFlags
	var night string
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Have the workers work on accounts now",
		Long: `run queues nights for the workers, before those that their schedules bring, and returns. A night that
waits, is worked on, or ended well is not queued again; one that ended otherwise, or was missed, is.`,
		Example: `  keyroster fleet run --account hq
  keyroster fleet run --all --night 2026-01-31`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.fleetRun(cmd.Context(), &f, night) },
	}
	f.addChoice(cmd, accounts.Nightly)
	cmd.Flags().StringVar(&night, "night", "", "the `DATE` that the night is of, such as 2026-01-31 (default today)")
	return cmd
}

func (a *app) fleetRun(ctx context.Context, f *accountsFlags, night string) error {
	db, err := a.fleet()
	if err != nil {
		return err
	}
	chosen, err := a.choose(f)
	if err != nil {
		return err
	}
	nights, err := fleet.NightsOf(chosen.Configs(), night, time.Now())
	if err != nil {
		return err
	}
	queue, err := fleet.NewRiver(db.Pool, "", a.Log)
	if err != nil {
		return db.Failure(err)
	}
	requested, err := fleet.Request(ctx, db.Board(), queue, nights)
	if err != nil {
		return db.Failure(err)
	}
	return a.Print(requested.Document(), requested.WriteText, true)
}
