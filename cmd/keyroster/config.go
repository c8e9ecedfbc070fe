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
		Short: "Find the mistakes of the configuration, and print its JSON Schema",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return misuse("keyroster config --help says more", "config needs a word: check or schema")
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "check",
		Short: "Find the mistakes of the configuration, without any network",
		Long: `config check reads the configuration and all that it includes, and lists everything that is
wrong with any account: each mistake with file, line and what to do. It warns of what is
hardly meant, and names the accounts that are disabled. Secrets are not read.
It exits 64 when there is a mistake; warnings alone exit 0.`,
		Example: "  keyroster config check\n  keyroster config check --config /etc/keyroster/keyroster.yaml --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.checkConfig() },
	}, &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration, for editors",
		Long: `config schema prints a JSON Schema (draft-07) of the configuration and of the files that it
includes. Editors that know YAML complete and check by it where a file begins with the comment

  # yaml-language-server: $schema=keyroster.schema.json`,
		Example: "  keyroster config schema > keyroster.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.Stdout.Write(configio.Schema(account.Known()))
			return exit.Unwritten(err)
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
		return exit.Unwritten(err)
	}
	return result
}
