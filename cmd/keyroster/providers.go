package main

import (
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/describe"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/terminal"
	"keyroster/providers"
	"keyroster/providers/all"
)

func (a *app) providersCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "providers [PROVIDER]",
		Short: "Show what each provider can do",
		Long: `providers compares what the providers can do. With a provider's name, it shows the columns of its
rosters, how to log in, and its own configuration keys.`,
		Example:   "  keyroster providers\n  keyroster providers doorflow\n  keyroster providers --json",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: account.ProviderNames(),
		RunE: func(_ *cobra.Command, args []string) error {
			specs := all.Specs()
			if len(args) > 0 {
				spec := all.Lookup(args[0])
				if spec == nil {
					return account.UnknownProvider(args[0])
				}
				specs = []*providers.Spec{spec}
			}
			switch {
			case a.JSON:
				return exit.OutputFailure(describe.WriteJSON(a.Stdout, specs))
			case len(args) > 0:
				return exit.OutputFailure(describe.WriteProvider(a.Stdout, specs[0], terminal.Width(a.Stdout)))
			}
			return exit.OutputFailure(describe.WriteTable(a.Stdout, specs))
		},
	}
}
