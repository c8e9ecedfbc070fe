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
		Short: "Queue nights for the workers now",
		Long: `run queues nights for the workers, ahead of scheduled ones, and returns at once. A night that is waiting,
running or ended with exit code 0 is not queued again; a night that failed or was missed is.`,
		Example: `  keyroster fleet run --account hq
  keyroster fleet run --all --night 2026-01-31`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.fleetRun(cmd.Context(), &f, night) },
	}
	f.addChoice(cmd, accounts.WithRoster)
	cmd.Flags().StringVar(&night, "night", "", "the `DATE` of the night, such as 2026-01-31 (default today)")
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
