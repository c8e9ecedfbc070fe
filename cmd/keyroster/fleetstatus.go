package main

import (
	"cmp"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/fleet/status"
	"keyroster/cmd/internal/terminal"
)

func (a *app) fleetStatusCommand() *cobra.Command {
	f := status.Files{Tool: tool}
	var night string
	var failed, schema bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say how the nights of all accounts stand, and which need a person",
		Long: `status counts the accounts, names those alone that need a person, each with the reason and the one next
command, and says what runs and where. It exits 0 when nothing needs a person, else as apply of several does.`,
		Example: `  keyroster fleet status --metrics /var/lib/node_exporter/keyroster-fleet.prom --html fleet.html`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if schema {
				return exit.Unwritten(status.WriteSchema(a.Stdout))
			}
			return a.fleetStatus(night, failed, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&night, "night", "", "the nights of a `DATE`, as 2026-01-31 (default the latest of each account)")
	flags.BoolVar(&failed, "failed", false, "only the accounts that need a person, each of them")
	flags.StringVar(&f.Metrics, "metrics", "", "write metrics to `FILE`, for Prometheus's textfile collector")
	flags.StringVar(&f.Page, "html", "", "write a page of all accounts and their last nights to `FILE`")
	flags.BoolVar(&schema, "schema", false, "print the JSON Schema of what --json prints")
	return cmd
}

// fleetStatus says how a fleet stands.
func (a *app) fleetStatus(night string, failed bool, f status.Files) error {
	db, err := a.fleet()
	if err != nil {
		return err
	}
	s, err := status.Read(db.Board(), status.Ask(db.Config, night, time.Now()))
	if err == nil {
		err = f.Write(db.Board(), s)
	}
	switch {
	case err != nil:
		return err
	case a.JSON:
		err = a.Document(s.Shown(failed))
	case !a.Quiet || s.ExitCode != exit.OK:
		err = exit.Unwritten(s.WriteText(a.Stdout, status.TextOptions{Width: terminal.Fold(a.Stdout), Failed: failed}))
	}
	return cmp.Or(err, exit.Shown(s.ExitCode))
}
