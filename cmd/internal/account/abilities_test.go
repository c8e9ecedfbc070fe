package account_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/account"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// of is an account of DoorFlow with a provider, which may be nil.
func of(provider reconcile.Provider) *account.Account {
	opener := &account.Opener{Getenv: getenv}
	acc := opener.Offline(nil, all.Lookup("doorflow"), reconcile.Tenant{ID: "acme"})
	acc.Provider = provider
	return acc
}

// asks asks an account for each ability that can fail.
func asks(t *testing.T, acc *account.Account) map[string]func() (ok bool, err error) {
	ctx, records := t.Context(), reconcile.NewSet(acc.Spec.Schema, 0)
	return map[string]func() (bool, error){
		"ReadHolders":   func() (bool, error) { _, ok, err := acc.ReadHolders(ctx); return ok, err },
		"HolderIDs":     func() (bool, error) { _, ok, err := acc.HolderIDs(ctx, "holder_ref", "x"); return ok, err },
		"LookUpHolders": func() (bool, error) { return acc.LookUpHolders(ctx, []string{"1"}) },
		"TypeIDs":       func() (bool, error) { _, ok, err := acc.TypeIDs(ctx, "x"); return ok, err },
		"CardTypes":     func() (bool, error) { _, ok, err := acc.CardTypes(ctx); return ok, err },
		"PINTypes":      func() (bool, error) { _, ok, err := acc.PINTypes(ctx); return ok, err },
		"Choices":       func() (bool, error) { _, ok, err := acc.Choices(ctx); return ok, err },
		"Places":        func() (bool, error) { _, ok, err := acc.Places(ctx); return ok, err },
		"Complete":      func() (bool, error) { _, _, ok, err := acc.Complete(ctx, records); return ok, err },
		"IssuedCards":   func() (bool, error) { _, ok, err := acc.IssuedCards(ctx, records); return ok, err },
	}
}

func TestAbilities(t *testing.T) {
	refused := errors.New("refused")
	for name, c := range map[string]struct {
		provider reconcile.Provider
		can      bool
		err      error
	}{
		"no provider":        {nil, false, nil},
		"one that cannot":    {bare{}, false, nil},
		"one that can":       {&able{}, true, nil},
		"one that is ailing": {&able{err: refused}, true, refused},
	} {
		acc := of(c.provider)
		for ability, ask := range asks(t, acc) {
			if can, err := ask(); can != c.can || !errors.Is(err, c.err) {
				t.Errorf("%s, %s: %v %v", name, ability, can, err)
			}
		}
		if acc.FindsHolders() != c.can || (acc.Forecast(providers.Forecast{}) != nil) != c.can ||
			(acc.Examine(t.Context()) != nil) != c.can || (acc.Keeper() != nil) != c.can {
			t.Errorf("%s: an ability that cannot fail", name)
		}
	}
}

func TestLookUpHoldersReadsNothingForNobody(t *testing.T) {
	provider := &able{}
	acc := of(provider)
	if ok, err := acc.LookUpHolders(t.Context(), nil); !ok || err != nil || provider.looked != nil {
		t.Errorf("%v %v %v", ok, err, provider.looked)
	}
	if _, err := acc.LookUpHolders(t.Context(), []string{"2", "1"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2", "1"}, provider.looked); diff != "" {
		t.Error(diff)
	}
}

func TestNames(t *testing.T) {
	acc := of(&able{names: map[string]string{"1": "Ann\nB. Lee\u2028x"}})
	if name, email := acc.Names("1"); name != "Ann\nB. Lee\u2028x" || email != "1@example.com" {
		t.Errorf("%q %q", name, email)
	}
	if name, _ := acc.Spoken("1"); name != "Ann B. Lee x" {
		t.Errorf("%q", name)
	}
	if name, email := acc.Names(""); name != "" || email != "" {
		t.Errorf("nobody has the name %q %q", name, email)
	}
	if name, email := of(bare{}).Spoken("1"); name != "" || email != "" {
		t.Errorf("%q %q", name, email)
	}
}
