package main

import (
	"cmp"
	"io"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/fleet/move"
	"keyroster/cmd/internal/storage"
	"keyroster/io/configio"
)

func (a *app) fleetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fleet COMMAND",
		Short: "Set up and watch a fleet of workers that share a database",
		Long: `The fleet commands work with the PostgreSQL database in the section fleet of the configuration. With
that section, every command uses the database instead of the state and run folders.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return misuse("run keyroster fleet --help", "fleet needs a command, such as status")
		},
	}
	cmd.AddCommand(a.fleetMigrateCommand(), a.fleetRunCommand(), a.fleetStatusCommand(), a.fleetPullCommand(),
		a.fleetMoveCommand(true), a.fleetMoveCommand(false))
	return cmd
}

func (a *app) fleetMigrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Create or update the tables of the fleet's database",
		Long: `migrate creates the tables, or updates them to the version that this program needs. If they are up to
date, it does nothing. It does not touch tables of a newer version.`,
		Example: "  keyroster fleet migrate",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := a.storage.Connect(cmd.Context())
			if err != nil {
				return err
			}
			done, err := move.Migrate(cmd.Context(), db)
			if err == nil {
				_, err = a.fleet() // this checks the key, or stores it on first use
			}
			return a.printMoved(done, true, err)
		},
	}
}

func (a *app) fleetPullCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "pull RUN DIR",
		Short: "Copy a run out of the fleet's database into a folder",
		Long: `pull copies all files of the run to DIR, or to DIR/RUN if DIR is not empty or the run is open. verify,
report, runs show and undo accept the copy like any run folder.`,
		Example: "  keyroster fleet pull 20260131T020001Z-hq-1a2b3c january",
		Args:    cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			db, err := a.fleet()
			if err != nil {
				return err
			}
			done, err := move.Pull(db, args[0], args[1])
			return a.printMoved(done, true, err)
		},
	}
}

// fleetMoveCommand makes import, or export for the way back.
func (a *app) fleetMoveCommand(in bool) *cobra.Command {
	var f accountsFlags
	cmd := &cobra.Command{
		Use:   "import [--account ACCOUNT]",
		Short: "Move tenants from the state and run folders into the fleet's database",
		Long: `import moves tenants with their state and runs from the folders to the database, and verifies them by
reading them back. It moves the tenants of the selected accounts, or all in the state folder. The folders
stay readable, but commands can no longer write from them. Token files stay in place: the first login in
the fleet starts from them.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.moveTenants(&f, move.Import) },
	}
	if !in {
		cmd.Use, cmd.Short = "export [--account ACCOUNT]", "Move tenants from the fleet's database back into folders"
		cmd.Long = `export reverses import: it moves tenants back to the state and run folders. After that, workers and
commands that use the database refuse them. Rotating tokens stay in the database: remove fleet: from the
configuration, then log those accounts in again with keyroster login.`
		cmd.RunE = func(*cobra.Command, []string) error { return a.moveTenants(&f, move.Export) }
	}
	f.add(cmd, accounts.AllAccounts)
	return cmd
}

// moveTenants moves the tenants of the selected accounts; of none, all tenants.
func (a *app) moveTenants(
	f *accountsFlags, do func(*storage.Storage, []*configio.Account) (*move.Moved, error),
) error {
	if _, err := a.fleet(); err != nil {
		return err
	}
	var of []*configio.Account
	if len(f.Terms) > 0 {
		chosen, err := a.choose(f)
		if err != nil {
			return err
		}
		of = chosen.Configs()
	}
	done, err := do(a.storage, of)
	if err == nil {
		err = cmp.Or(a.printMoved(done, done.ExitCode == exit.OK, nil), exit.Shown(done.ExitCode))
	}
	return err
}

// printMoved prints the result of a fleet command; quiet: all is well.
func (a *app) printMoved(done interface{ WriteText(io.Writer) error }, quiet bool, err error) error {
	if err != nil {
		return err
	}
	return a.Print(done, done.WriteText, quiet)
}
