package main

import (
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/describe"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config COMMAND",
		Short: "Check the configuration, or print its JSON Schema",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return misuse("run keyroster config --help", "config needs a command: check or schema")
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "check",
		Short: "Find errors in the configuration, without any network",
		Long: `config check reads the configuration and all included files, and lists every error in any account,
with its file and line and what to do. It warns of settings that are probably not intended, and names
the disabled accounts. It does not read secrets. It exits 64 if there is an error; with only warnings
it exits 0.`,
		Example: "  keyroster config check\n  keyroster config check --config /etc/keyroster/keyroster.yaml --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.checkConfig() },
	}, &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration, for editors",
		Long: `config schema prints the JSON Schema (draft-07) of the configuration and of included files. Editors
with YAML support use it for completion and checks if the file starts with the comment

  # yaml-language-server: $schema=keyroster.schema.json`,
		Example: "  keyroster config schema > keyroster.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.Stdout.Write(configio.Schema(account.ProviderKeys()))
			return exit.OutputFailure(err)
		},
	})
	return cmd
}

func (a *app) checkConfig() error {
	config, problems, err := account.CheckConfig(a.config, a.Getenv)
	if err != nil {
		return err
	}
	var result error
	if len(problems) > 0 {
		result = failure.Shown(failure.Usage)
	}
	switch {
	case a.JSON:
		err = describe.WriteConfigJSON(a.Stdout, config, problems, exit.Of(result))
	case result != nil || !a.Quiet:
		err = describe.WriteConfig(a.Stdout, config, problems)
	}
	if err != nil {
		return exit.OutputFailure(err)
	}
	return result
}
