package account_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/account"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// of returns an account of DoorFlow whose provider has no optional features.
func of(provider reconcile.Provider) *account.Account {
	opener := &account.Opener{Getenv: getenv}
	acc := opener.Offline(nil, all.Lookup("doorflow"), reconcile.Tenant{ID: "acme"})
	acc.Provider = provider
	return acc
}

// ableOf returns an account whose provider also has optional features.
func ableOf(provider *able) *account.Account {
	acc := of(provider)
	acc.Features = provider.features()
	return acc
}

func TestLookUpReadsNothingForNobody(t *testing.T) {
	provider := &able{}
	acc := ableOf(provider)
	if err := acc.LookUp(t.Context(), nil); err != nil || provider.looked != nil {
		t.Errorf("%v %v", err, provider.looked)
	}
	if err := acc.LookUp(t.Context(), []string{"2", "1"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2", "1"}, provider.looked); diff != "" {
		t.Error(diff)
	}
	refused := errors.New("refused")
	if err := ableOf(&able{err: refused}).LookUp(t.Context(), []string{"1"}); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	if err := of(bare{}).LookUp(t.Context(), []string{"1"}); err != nil {
		t.Errorf("one that looks nobody up: %v", err)
	}
}

func TestNames(t *testing.T) {
	acc := ableOf(&able{names: map[string]string{"1": "Ann\nB. Lee\u2028x"}})
	if name, email := acc.Names("1"); name != "Ann\nB. Lee\u2028x" || email != "1@example.com" {
		t.Errorf("%q %q", name, email)
	}
	if name, _ := acc.OneLineNames("1"); name != "Ann B. Lee x" {
		t.Errorf("%q", name)
	}
	if name, email := acc.Names(""); name != "" || email != "" {
		t.Errorf("nobody has the name %q %q", name, email)
	}
	if name, email := of(bare{}).OneLineNames("1"); name != "" || email != "" {
		t.Errorf("%q %q", name, email)
	}
}
