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
		Short: "Show the nights of all accounts, and which need a person",
		Long: `status counts accounts by outcome, lists those that need a person, each with the reason and the next
command, and shows what is running on which worker. It exits 0 if nothing needs a person, otherwise
as apply does for several accounts.`,
		Example: `  keyroster fleet status --metrics /var/lib/node_exporter/keyroster-fleet.prom --html fleet.html`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if schema {
				return exit.OutputFailure(status.WriteSchema(a.Stdout))
			}
			return a.fleetStatus(night, failed, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&night, "night", "", "show the nights of a `DATE`, such as 2026-01-31 (default the latest of each account)")
	flags.BoolVar(&failed, "failed", false, "list every account that needs a person, and nothing else")
	flags.StringVar(&f.Metrics, "metrics", "", "write metrics to `FILE`, for Prometheus's textfile collector")
	flags.StringVar(&f.Page, "html", "", "write a page of all accounts and their last nights to `FILE`")
	flags.BoolVar(&schema, "schema", false, "print the JSON Schema of what --json prints")
	return cmd
}

// fleetStatus prints the state of a fleet.
func (a *app) fleetStatus(night string, failed bool, f status.Files) error {
	db, err := a.fleet()
	if err != nil {
		return err
	}
	s, err := status.Read(db.Board(), status.Ask(db.Config, db.Flags, night, time.Now()))
	if err == nil {
		err = f.Write(db.Board(), s)
	}
	switch {
	case err != nil:
		return err
	case a.JSON:
		err = a.Document(s.Shown(failed))
	case !a.Quiet || s.ExitCode != exit.OK:
		err = exit.OutputFailure(s.WriteText(a.Stdout, status.TextOptions{Width: terminal.WrapWidth(a.Stdout), Failed: failed}))
	}
	return cmp.Or(err, exit.Shown(s.ExitCode))
}
