package account_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// sites has two good accounts and a broken one.
const sites = `accounts:
  hq:
    provider: doorflow
    auth: {access_token: env:TOKEN}
    rate: none
  lab:
    provider: doorflow
    base_url: sandbox
    rate: none
    sandbox: {generate: 3}
  bad:
    provider: doorflow
    rate: often
`

// load reads a configuration with this text.
func load(t *testing.T, text string) *configio.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := account.LoadConfig(path, getenv)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func getenv(name string) string {
	return map[string]string{"TOKEN": "abcdefgh", "KEY": "0123456789abcdef"}[name]
}

// pick picks an account that must exist.
func pick(t *testing.T, config *configio.Config, name string) (*configio.Account, *providers.Spec) {
	t.Helper()
	acc, spec, err := account.Pick(config, name)
	if err != nil {
		t.Fatal(err)
	}
	return acc, spec
}

// opener returns an Opener that logs to the buffer.
func opener(log *bytes.Buffer) *account.Opener {
	return &account.Opener{Getenv: getenv, Version: "test", Sinks: sink.Sinks{Bare: zerolog.New(log)}}
}

// wants checks that an error is a failure of this kind, with these words and this hint.
func wants(t *testing.T, err error, kind failure.Kind, words, hint string) {
	t.Helper()
	f, ok := errors.AsType[*failure.Error](err)
	if !ok {
		t.Fatalf("no failure: %v", err)
	}
	if f.Kind != kind || f.Error() != words || f.Hint != hint {
		t.Errorf("got %d %q, hint %q\nwant %d %q, hint %q", f.Kind, f.Error(), f.Hint, kind, words, hint)
	}
}

// bare is a provider with only what every provider has, none of which does anything.
type bare struct{}

func (bare) Tenant(context.Context) (reconcile.Tenant, error) {
	return reconcile.Tenant{ID: "acme", Name: "Acme"}, nil
}

func (bare) List(context.Context, reconcile.Scope, func(done, total int)) (*reconcile.Listing, error) {
	records := reconcile.NewSet(all.Lookup("doorflow").Schema, 0)
	return &reconcile.Listing{Records: records, Evidence: reconcile.EvidenceDeclared}, nil
}

func (bare) Resolve(context.Context, *reconcile.Roster, *reconcile.Listing) (*reconcile.Wanted, error) {
	return &reconcile.Wanted{}, nil
}

func (bare) Read(context.Context, reconcile.Change) (reconcile.Record, error) {
	return reconcile.Record{}, nil
}

func (bare) Write(context.Context, reconcile.Change) (reconcile.Receipt, error) {
	return reconcile.Receipt{}, nil
}

func (bare) Finish(context.Context, []reconcile.Accepted) (reconcile.Finish, error) {
	return reconcile.Finish{}, nil
}

// able is a provider that also has optional features.
type able struct {
	bare
	// holders are ids by column and text, types the account's types, cards the types of cards.
	holders map[[2]string][]string
	types   []reconcile.Type
	cards   []string
	names   map[string]string
	looked  []string
	err     error
}

// features returns the optional features for the accounts of the tests.
func (p *able) features() providers.Features {
	return providers.Features{
		HolderIDs: p.HolderIDs, HolderName: p.HolderName, LookUpHolders: p.LookUpHolders,
		Types: p.Types, CardTypes: p.CardTypes,
	}
}

func (p *able) HolderIDs(_ context.Context, column, text string) ([]string, error) {
	return p.holders[[2]string{column, text}], p.err
}

func (p *able) HolderName(id string) (name, email string) { return p.names[id], id + "@example.com" }

func (p *able) LookUpHolders(_ context.Context, ids []string) error {
	p.looked = append(p.looked, ids...)
	return p.err
}

func (p *able) Types(context.Context) ([]reconcile.Type, error) { return p.types, p.err }
func (p *able) CardTypes(context.Context) ([]string, error)     { return p.cards, p.err }
