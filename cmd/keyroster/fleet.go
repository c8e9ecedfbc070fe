package main

import (
	"io"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/fleet/move"
)

func (a *app) fleetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fleet COMMAND",
		Short: "Many machines: make the database that workers share, move into it and out of it",
		Long: `fleet is about the PostgreSQL database that the section fleet of the configuration names. With it,
every command keeps there what it would keep in the state and run folders.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return misuse("keyroster fleet --help says more", "fleet needs a word, such as status")
		},
	}
	cmd.AddCommand(a.fleetMigrateCommand(), a.fleetRunCommand(), a.fleetStatusCommand(), a.fleetPullCommand())
	return cmd
}

func (a *app) fleetMigrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Make the tables of the fleet's database, or bring them up to date",
		Long: `migrate makes the tables, or brings them to the version that this program knows; where they are, it
does nothing. Tables of a newer version are left as they are.`,
		Example: "  keyroster fleet migrate",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := a.kept.Connect(cmd.Context())
			if err != nil {
				return err
			}
			done, err := move.Migrate(cmd.Context(), db)
			if err == nil {
				_, err = a.fleet() // the key is that of the database, or becomes it
			}
			return a.moved(done, err)
		},
	}
}

func (a *app) fleetPullCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "pull RUN DIR",
		Short: "Copy a run out of the fleet's database into a folder",
		Long: `pull makes DIR the folder of the run, with all its files; where DIR holds other things, or the run is
open, DIR/RUN. verify, report, runs show and undo take it as any run folder.`,
		Example: "  keyroster fleet pull 20260131T020001Z-hq-1a2b3c january",
		Args:    cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			db, err := a.fleet()
			if err != nil {
				return err
			}
			done, err := move.Pull(db, args[0], args[1])
			return a.moved(done, err)
		},
	}
}

// moved prints what a command of fleet came to.
func (a *app) moved(done interface{ WriteText(io.Writer) error }, err error) error {
	switch {
	case err != nil:
		return err
	case a.json:
		return a.document(done)
	case a.quiet:
		return nil
	}
	return unwritten(done.WriteText(a.stdout))
}
