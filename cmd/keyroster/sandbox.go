package main

import (
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

func (a *app) sandboxCommand() *cobra.Command {
	var provider string
	var f account.SandboxServer
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve a provider's API on this machine, to practise on",
		Long: `sandbox serves one provider's API on loopback, from a state file that it reads but never writes. The
first line of standard output is JSON with the URL and the login. It runs until interrupted.

Faults are probabilities per request (500, 500-after, 429, reset, reset-after, slow, truncate, html) or
per page (drop-row, repeat-row). "-after" means that the write took effect but the answer was lost.
expire-token=N makes tokens expire after N requests. stale-read=3s answers reads and listings with the
state before a write for that long. --set strip-zeros=true stores values without leading zeros.

Control paths: GET /_sandbox/state, GET /_sandbox/log, POST /_sandbox/reset, POST /_sandbox/edit.`,
		Example: `  keyroster sandbox --provider doorflow --state samples/doorflow.json
  keyroster sandbox --provider doorflow --generate 10000 --latency 50ms --faults "500-after=0.02,429=0.05"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			spec := all.Lookup(provider)
			if spec == nil {
				return account.UnknownProvider(provider)
			}
			return f.Serve(cmd.Context(), spec, a.Stdout)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&provider, "provider", "", "the `PROVIDER` whose API to serve")
	flags.StringVar(&f.Listen, "listen", sandbox.Loopback, "`ADDRESS` to listen on, loopback only; port 0 is any free port")
	flags.StringVar(&f.State, "state", "", "state `FILE` to start from")
	flags.StringVar(&f.RateLimit, "rate-limit", "", "maximum request rate, as `N/s` or N/m; further requests get 429")
	flags.StringVar(&f.Faults, "faults", "", "`LIST` of faults, see above")
	flags.StringVar(&f.TokenFile, "token-file", "", "write the login's tokens to this `FILE`, as an account's token_file")
	flags.DurationVar(&f.Latency, "latency", 0, "minimum `TIME` that every answer takes")
	flags.DurationVar(&f.Settle, "settle", 0, "`TIME` until accepted changes reach doors or wallets")
	flags.Uint64Var(&f.Seed, "seed", 1, "seed `N` for faults and generated data")
	flags.IntVar(&f.Generate, "generate", 0, "add `N` plausible credentials")
	flags.StringToStringVar(&f.Set, "set", nil, "`NAME=VALUE`: a setting of the provider's sandbox (repeatable)")
	_ = cmd.MarkFlagRequired("provider")
	_ = cmd.RegisterFlagCompletionFunc("provider", completeProviders())
	return cmd
}
