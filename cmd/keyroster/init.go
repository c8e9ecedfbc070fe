package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/starter"
	"keyroster/cmd/internal/terminal"
)

func (a *app) initCommand() *cobra.Command {
	var o starter.Options
	var demo bool
	cmd := &cobra.Command{
		Use:   "init [PROVIDER]",
		Short: "Write a first configuration, or a made-up account to rehearse on",
		Long: `init writes a first keyroster.yaml (or what --config names), with comments, for one account of a
provider. On a terminal it asks for what is not said. Secrets are references into the environment; the
file holds none. A file that exists is not replaced.

With --demo it makes the folder ` + starter.DemoFolder + ` with a made-up account, which is served inside the
program, and a roster that asks for a few changes.`,
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
				return a.made(starter.Demo(starter.DemoFolder))
			}
			o.Provider, o.Path = strings.Join(args, ""), cmp.Or(a.config, starter.DefaultPath)
			o.Ask = a.asker(cmd.Context())
			return a.made(starter.Init(o))
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&demo, "demo", false, "make a made-up account in the folder "+starter.DemoFolder)
	flags.StringVar(&o.Account, "account", "", "what you call the `ACCOUNT` (default hq)")
	flags.StringVar(&o.Auth, "auth", "",
		"the form of the login with this `MEMBER` (token_file, access_token, api_key …; default the first)")
	flags.StringVar(&o.BaseURL, "base-url", "", "the `URL` of the API, if it is not the provider's own host")
	return cmd
}

// made tells what was written.
func (a *app) made(m *starter.Made, err error) error {
	if err != nil {
		return err
	}
	return a.Print(m, m.WriteText, true)
}

// stand tells a user who names no command where they stand; elsewhere than on a
// terminal, how the program is used.
func (a *app) stand(cmd *cobra.Command, _ []string) error {
	if a.form != accounts.Text || !terminal.CanAsk(a.Stdin, a.Stdout) {
		return cmd.Help()
	}
	return starter.Stand(a.kept).WriteText(a.Stdout)
}

// asker asks on the terminal; nil where there is none.
func (a *app) asker(ctx context.Context) func(string) (string, error) {
	if !terminal.CanAsk(a.Stdin, a.Stderr) {
		return nil
	}
	return func(question string) (string, error) { return a.Ask(ctx, question) }
}
