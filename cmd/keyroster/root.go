package main

import (
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/exit"
	"keyroster/io/userdir"
)

// root is the command line with all of its commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "keyroster",
		Short: "Keep the access credentials of a provider equal to a roster",
		Long: `keyroster reads who should hold which card or PIN from CSV or XLSX, lists what the
provider holds, shows the difference, applies it, proves the result and writes a report.

Nothing is written without apply, resume, undo or migrate --yes.

` + exit.Help,
		Example: `  keyroster check badges.xlsx --provider doorflow
  keyroster plan --account hq badges.xlsx
  keyroster apply --account hq badges.xlsx --yes`,
		Version:       version,
		RunE:          a.stand,
		SilenceErrors: true,
		SilenceUsage:  true,

		DisableFlagsInUseLine: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.JSON = a.form != accounts.Text
			if a.form == accounts.Lines && cmd.Flags().Lookup("concurrency-accounts") == nil {
				return misuse("--json is its one document", "%s takes no --json=lines", cmd.CommandPath())
			}
			return a.begin()
		},
	}
	root.SetVersionTemplate("keyroster {{.Version}}\n")
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	f := root.PersistentFlags()
	f.StringVar(&a.config, "config", "",
		"configuration `FILE` (default keyroster.yaml, else "+userdir.Config.Spell("keyroster/config.yaml")+")")
	f.StringVar(&a.LogFormat, "log-format", "auto", "`FORMAT` of the log on standard error: auto, console or json")
	f.BoolVarP(&a.Verbose, "verbose", "v", false, "log every call, and why the listing was made as it was")
	f.BoolVar(&a.Quiet, "quiet", false, "say nothing when all is well")
	f.BoolVar(&a.NoColor, "no-color", false, "no colours, also on a terminal")
	f.Var(accounts.FormFlag{Form: &a.form}, "json",
		"print one JSON document instead of text, also on failure; =lines: one a line for each of several accounts")
	f.Lookup("json").NoOptDefVal = "true"
	f.StringVar(&a.runs, "runs", "runs", "`DIR` for run folders")
	f.StringVar(&a.state, "state", "",
		"`DIR` for state that outlives a run (default "+userdir.State.Spell("keyroster")+")")
	root.AddCommand(
		a.initCommand(), a.templateCommand(), a.checkCommand(), a.planCommand(), a.applyCommand(), a.doctorCommand(),
		a.resumeCommand(), a.undoCommand(), a.verifyCommand(), a.reportCommand(), a.exportCommand(),
		a.migrateCommand(), a.runsCommand(), a.configCommand(), a.providersCommand(), a.loginCommand(),
		a.sandboxCommand(), a.workerCommand(), a.fleetCommand(),
	)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return misuse(cmd.CommandPath()+" --help shows the flags", "%w", err)
	})
	return root
}
