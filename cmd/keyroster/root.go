package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/storage"
	"keyroster/io/termio"
	"keyroster/io/userdir"
)

const versionFlag = "version"

// root is the command line with all of its commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "keyroster",
		Short: "Keep the access credentials of a provider in sync with a roster",
		Long: `keyroster keeps the cards and PINs of an access provider in sync with a roster (CSV, XLSX or ODS). It
shows the differences, applies them, verifies the result and writes a report.

Only apply, resume, undo and migrate --yes write to an account.

` + exit.Help,
		Example: `  keyroster check badges.xlsx --provider doorflow
  keyroster plan --account hq badges.xlsx
  keyroster apply --account hq badges.xlsx --yes`,
		Args:          unknownCommand,
		RunE:          a.overview,
		SilenceErrors: true,
		SilenceUsage:  true,

		DisableFlagsInUseLine:      true,
		SuggestionsMinimumDistance: 2,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.JSON = a.form != accounts.Text
			if a.form == accounts.Lines && cmd.Flags().Lookup("concurrency-accounts") == nil {
				return misuse("use --json", "%s takes no --json=lines", cmd.CommandPath())
			}
			return a.begin()
		},
	}
	root.Flags().Bool(versionFlag, false, "print version, commit and date")
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	f := root.PersistentFlags()
	f.StringVar(&a.config, "config", "",
		"configuration `FILE` (default keyroster.yaml, else "+userdir.Config.Spell("keyroster/config.yaml")+")")
	f.StringVar(&a.LogFormat, "log-format", "auto", "`FORMAT` of the log on standard error: auto, console or json")
	f.BoolVarP(&a.Verbose, "verbose", "v", false, "log every API call, and how the account was listed")
	f.BoolVar(&a.Quiet, "quiet", false, "print nothing on success")
	f.BoolVar(&a.NoColor, "no-color", false, "never use colours")
	f.Var(accounts.FormFlag{Form: &a.form}, "json",
		"print one JSON document instead of text, also on failure; =lines: one per line for each account")
	f.Lookup("json").NoOptDefVal = "true"
	f.StringVar(&a.runs, "runs", storage.DefaultRuns, "`DIR` of the run folders")
	f.StringVar(&a.state, "state", "",
		"`DIR` of the state kept between runs (default "+userdir.State.Spell("keyroster")+")")
	root.AddCommand(
		a.initCommand(), a.templateCommand(), a.checkCommand(), a.planCommand(), a.applyCommand(), a.doctorCommand(),
		a.resumeCommand(), a.undoCommand(), a.verifyCommand(), a.reportCommand(), a.exportCommand(),
		a.migrateCommand(), a.runsCommand(), a.configCommand(), a.providersCommand(), a.loginCommand(),
		a.sandboxCommand(), a.workerCommand(), a.fleetCommand(),
	)
	root.SetHelpCommand(a.helpCommand(root))
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return misuse(cmd.CommandPath()+" --help shows the flags", "%w", err)
	})
	return root
}

// unknownCommand refuses an unknown command. If it is a file, the hint says how to look at it.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "keyroster help lists commands and topics of the manual"
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean keyroster " + strings.Join(near, ", or keyroster ") + "?"
	} else if _, err := os.Stat(args[0]); err == nil {
		hint = "to check a roster: keyroster check " + termio.Quote(args[0])
	}
	return misuse(hint, "unknown command %q", args[0])
}
