package account

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// SandboxServer is a sandbox for other programs, configured by the flags of its command. State,
// RateLimit, Faults and TokenFile may be empty.
type SandboxServer struct {
	Listen, State, RateLimit, Faults, TokenFile string
	Latency, Settle                             time.Duration
	Seed                                        uint64
	Generate                                    int
	Set                                         map[string]string
}

// Serve serves the provider's API until ctx ends. The first line written to out is JSON with
// the address and the login.
func (s *SandboxServer) Serve(ctx context.Context, spec *providers.Spec, out io.Writer) error {
	options := sandbox.Options{Generate: s.Generate, Seed: s.Seed, Settle: s.Settle, Set: s.Set}
	if _, port, _ := net.SplitHostPort(s.Listen); port != "0" {
		options.Place = port // the same account after a restart
	}
	if s.State != "" {
		state, err := plainfile.Read(s.State, maxSandboxState)
		if err != nil {
			return failure.New(failure.Usage, "", "read the state file: %v", err)
		}
		options.State = state
	}
	api, err := all.Fake(spec.Name, options)
	if err != nil {
		return failure.New(failure.Usage, "", "start the sandbox: %v", err)
	}
	faults, err := sandbox.ParseFaults(s.Faults)
	if err != nil {
		return failure.Wrap(failure.Usage, err)
	}
	limit, err := PerSecond(s.RateLimit)
	if err != nil {
		return failure.Wrap(failure.Usage, err)
	}
	listener, err := sandbox.Listen(s.Listen)
	if err != nil {
		return failure.Wrap(failure.Usage, err)
	}
	server := sandbox.New(api, sandbox.Config{
		Provider: spec.Name, Latency: s.Latency, Rate: limit, Faults: faults, Seed: s.Seed,
	})
	if err := s.welcome(server.Welcome(sandbox.URL(listener)), out); err != nil {
		_ = listener.Close()
		return err
	}
	if err := server.Serve(ctx, listener); err != nil {
		return failure.New(failure.Stopped, "", "serve the sandbox: %v", err)
	}
	return nil
}

// welcome writes the sandbox's welcome document to the token file and the first line of output.
func (s *SandboxServer) welcome(welcome map[string]any, out io.Writer) error {
	if s.TokenFile != "" {
		if err := writeToken(s.TokenFile, welcome); err != nil {
			return failure.New(failure.Stopped, "", "write the token file: %v", err)
		}
	}
	welcome["schema"] = "keyroster/sandbox/1"
	if err := json.NewEncoder(out).Encode(welcome); err != nil {
		return failure.New(failure.Stopped, "", "write the first line: %v", err)
	}
	return nil
}

// writeToken writes the sandbox's tokens as a token file, so that an account can start from them.
func writeToken(path string, welcome map[string]any) error {
	token := map[string]any{"token_type": "Bearer"}
	for _, name := range []string{"access_token", "refresh_token"} {
		text := WelcomeText(welcome["auth"], name)
		if text == "" {
			return fmt.Errorf("this provider's login has no %s", name)
		}
		token[name] = text
	}
	return atomicio.WriteFile(path, 0o600, func(w io.Writer) error { return json.NewEncoder(w).Encode(token) })
}
