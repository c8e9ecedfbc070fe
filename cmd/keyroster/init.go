package main

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/describe"
	"keyroster/cmd/internal/starter"
	"keyroster/cmd/internal/terminal"
)

func (a *app) initCommand() *cobra.Command {
	var o starter.Options
	var demo bool
	cmd := &cobra.Command{
		Use:   "init [PROVIDER]",
		Short: "Write a first configuration, or a demo account to practise on",
		Long: `init writes a first keyroster.yaml (or the file in --config), with comments, for one account of a
provider. On a terminal it asks for what is missing. Secrets are references to environment variables;
the file holds none. It never replaces an existing file.

With --demo it creates the folder ` + starter.DemoFolder + ` with a made-up account, served
inside the program, and a roster with a few changes.`,
		Example: `  keyroster init
  keyroster init doorflow --account hq --auth api_key
  keyroster init --demo`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeProviders(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if demo {
				if len(args) > 0 {
					return misuse("leave the provider out", "--demo makes an account of its own")
				}
				return a.printMade(starter.Demo(starter.DemoFolder))
			}
			o.Provider, o.Path = strings.Join(args, ""), cmp.Or(a.config, starter.DefaultPath)
			o.Ask = a.asker(cmd.Context())
			return a.printMade(starter.Init(o))
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&demo, "demo", false, "create a demo account in the folder "+starter.DemoFolder)
	flags.StringVar(&o.Account, "account", "", "name of the `ACCOUNT` in the configuration (default hq)")
	flags.StringVar(&o.Auth, "auth", "",
		"form of login that has this `MEMBER` (token_file, access_token, api_key …; default the first)")
	flags.StringVar(&o.BaseURL, "base-url", "", "`URL` of the API, if it is not the provider's default")
	return cmd
}

// printMade prints what was written.
func (a *app) printMade(m *starter.Made, err error) error {
	if err != nil {
		return err
	}
	return a.Print(m, m.WriteText, true)
}

// overview tells a user who gave no command what to do next; off a terminal it prints the help.
func (a *app) overview(cmd *cobra.Command, _ []string) error {
	if asked, _ := cmd.Flags().GetBool(versionFlag); asked {
		v := describe.NewVersion(version, commit, date)
		return a.Print(v, v.WriteText, false)
	}
	if a.form != accounts.Text || !terminal.CanAsk(a.Stdin, a.Stdout) {
		return cmd.Help()
	}
	return starter.NewOverview(a.storage, time.Local).WriteText(a.Stdout)
}

// asker asks on the terminal; nil if there is none.
func (a *app) asker(ctx context.Context) func(string) (string, error) {
	if !terminal.CanAsk(a.Stdin, a.Stderr) {
		return nil
	}
	return func(question string) (string, error) { return a.Ask(ctx, question) }
}
