package account_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/rights/rightstest"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// TestServed: the first line says where the sandbox is, which is served until the context ends.
func TestServed(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	from, to := io.Pipe()
	token := filepath.Join(t.TempDir(), "token")
	ended := make(chan error)
	go func() {
		s := account.SandboxServer{Listen: sandbox.Loopback, Generate: 3, Seed: 1, TokenFile: token}
		ended <- s.Serve(ctx, all.Lookup("doorflow"), to)
	}()
	var first struct{ Schema, Provider, URL string }
	if err := json.NewDecoder(from).Decode(&first); err != nil || first.Schema != "keyroster/sandbox/1" || first.URL == "" {
		t.Errorf("first line %+v, %v", first, err)
	}
	rightstest.Private(t, token)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestServedMistakes(t *testing.T) {
	for name, s := range map[string]account.SandboxServer{
		"state": {State: filepath.Join(t.TempDir(), "none.json")}, "faults": {Faults: "all"}, "rate": {RateLimit: "lots"},
		"switch": {Set: map[string]string{"nobody": "knows"}}, "listen": {Listen: "0.0.0.0:0"},
	} {
		err := s.Serve(t.Context(), all.Lookup("doorflow"), io.Discard)
		if f, ok := errors.AsType[*failure.Error](err); !ok || f.Kind != failure.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := account.SandboxServer{Listen: sandbox.Loopback, TokenFile: filepath.Join(t.TempDir(), "token")}
	if err := s.Serve(t.Context(), all.Lookup("seam"), io.Discard); failure.Of(err).Kind != failure.Stopped {
		t.Errorf("a login without tokens: %v", err)
	}
}
