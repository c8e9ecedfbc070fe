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
		Short: "Many machines: make the database that workers share, move into it and out of it",
		Long: `fleet is about the PostgreSQL database that the section fleet of the configuration names. With it,
every command keeps there what it would keep in the state and run folders.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return misuse("keyroster fleet --help says more", "fleet needs a word, such as status")
		},
	}
	cmd.AddCommand(a.fleetMigrateCommand(), a.fleetRunCommand(), a.fleetStatusCommand(), a.fleetPullCommand(),
		a.fleetMoveCommand(true), a.fleetMoveCommand(false))
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
			return a.moved(done, true, err)
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
			return a.moved(done, true, err)
		},
	}
}

// fleetMoveCommand is import, or the way back.
func (a *app) fleetMoveCommand(in bool) *cobra.Command {
	var f accountsFlags
	cmd := &cobra.Command{
		Use:   "import [--account A]",
		Short: "Move tenants from the state and run folders into the fleet's database",
		Long: `import moves what is remembered of tenants, and their runs, into the database, and proves it by reading
all of it back: those of the accounts named, else all that the state folder knows. The folders stay as
they are and can be looked at; whoever would write from them is refused from then on. Files of tokens stay
where they are: the first login in the fleet begins with what is in them.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.moveTenants(&f, move.Import) },
	}
	if !in {
		cmd.Use, cmd.Short = "export [--account A]", "Move tenants from the fleet's database back into folders"
		cmd.Long = `export is import the other way: the tenants live in the state and run folders then, and workers and
commands over the database refuse them. Rotating tokens stay in the database: log such an account in again
with keyroster login once fleet: is out of its configuration.`
		cmd.RunE = func(*cobra.Command, []string) error { return a.moveTenants(&f, move.Export) }
	}
	f.add(cmd, accounts.Everyone)
	return cmd
}

// moveTenants moves those of the accounts that are chosen, of none all that there are.
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
	done, err := do(a.kept, of)
	if err == nil {
		err = cmp.Or(a.moved(done, done.ExitCode == exit.OK, nil), exit.Shown(done.ExitCode))
	}
	return err
}

// moved prints what a command of fleet came to; quiet: all is well.
func (a *app) moved(done interface{ WriteText(io.Writer) error }, quiet bool, err error) error {
	if err != nil {
		return err
	}
	return a.Print(done, done.WriteText, quiet)
}
