package main

import (
	"encoding/json"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/plainfile"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

type sandboxFlags struct {
	provider, listen, state, rateLimit, faults, tokenFile string
	latency, settle                                       time.Duration
	seed                                                  uint64
	generate                                              int
	set                                                   map[string]string
}

func (a *app) sandboxCommand() *cobra.Command {
	var f sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve a provider's API on loopback, with faults, to rehearse on",
		Long: `sandbox serves one provider's API on loopback from a state file that it reads and never writes.
The first line of standard output is JSON with the URL and the login. It serves until it is interrupted.

Faults are probabilities per request: 500, 500-after, 429, reset, reset-after, slow, truncate, html,
per page: drop-row, repeat-row; expire-token=N makes tokens expire after N requests. "-after" means
that the write took effect and its answer was lost. stale-read=3s answers reads, listings too, with the
state before a write for so long. --set strip-zeros=true stores values without the zeros that they begin with.

Control paths: GET /_sandbox/state, GET /_sandbox/log, POST /_sandbox/reset, POST /_sandbox/edit.`,
		Example: `  keyroster sandbox --provider doorflow --state samples/doorflow.json
  keyroster sandbox --provider doorflow --generate 10000 --latency 50ms --faults "500-after=0.02,429=0.05"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serveSandbox(cmd, f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.provider, "provider", "", "the `PROVIDER` whose API to serve")
	flags.StringVar(&f.listen, "listen", sandbox.Loopback, "`ADDRESS` on loopback; port 0 is any free one")
	flags.StringVar(&f.state, "state", "", "state `FILE` to start from")
	flags.StringVar(&f.rateLimit, "rate-limit", "", "requests served a second, as `N/s` or N/m; the others get 429")
	flags.StringVar(&f.faults, "faults", "", "fault `LIST`, see above")
	flags.StringVar(&f.tokenFile, "token-file", "", "write the login's tokens to this `FILE`, as an account's token_file")
	flags.DurationVar(&f.latency, "latency", 0, "the least `TIME` that every answer takes")
	flags.DurationVar(&f.settle, "settle", 0, "the `TIME` that accepted changes take to reach doors or wallets")
	flags.Uint64Var(&f.seed, "seed", 1, "seed `N` of faults and generated data")
	flags.IntVar(&f.generate, "generate", 0, "add `N` plausible credentials")
	flags.StringToStringVar(&f.set, "set", nil, "`NAME=VALUE`: a switch of the provider's sandbox (repeatable)")
	_ = cmd.MarkFlagRequired("provider")
	_ = cmd.RegisterFlagCompletionFunc("provider", completeProviders())
	return cmd
}

func (a *app) serveSandbox(cmd *cobra.Command, f sandboxFlags) error {
	spec := all.Lookup(f.provider)
	if spec == nil {
		return unknownProvider(f.provider)
	}
	options := sandbox.Options{Generate: f.generate, Seed: f.seed, Settle: f.settle, Set: f.set}
	if f.state != "" {
		state, err := plainfile.Read(f.state, account.MaxSandboxState)
		if err != nil {
			return misuse("", "read the state file: %v", err)
		}
		options.State = state
	}
	api, err := all.Fake(spec.Name, options)
	if err != nil {
		return misuse("", "start the sandbox: %v", err)
	}
	faults, err := sandbox.ParseFaults(f.faults)
	if err != nil {
		return failure.Wrap(failure.Usage, err)
	}
	limit, err := account.PerSecond(f.rateLimit)
	if err != nil {
		return failure.Wrap(failure.Usage, err)
	}
	listener, err := sandbox.Listen(f.listen)
	if err != nil {
		return failure.Wrap(failure.Usage, err)
	}
	server := sandbox.New(api, sandbox.Config{
		Provider: spec.Name, Latency: f.latency, Rate: limit, Faults: faults, Seed: f.seed,
	})
	welcome := server.Welcome(sandbox.URL(listener))
	if f.tokenFile != "" {
		if err := account.WriteToken(f.tokenFile, welcome); err != nil {
			_ = listener.Close()
			return halted("write the token file: %v", err)
		}
	}
	welcome["schema"] = "keyroster/sandbox/1"
	if err := json.NewEncoder(a.stdout).Encode(welcome); err != nil {
		_ = listener.Close()
		return halted("write the first line: %v", err)
	}
	if err := server.Serve(cmd.Context(), listener); err != nil {
		return halted("serve the sandbox: %v", err)
	}
	return nil
}
