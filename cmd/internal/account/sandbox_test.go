package account_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"keyroster/cmd/internal/account"
)

// TestSandboxesAreAccountsOfTheirOwn: an account's id follows from its name and state, so that what
// is remembered of one rehearsal is never held against another.
func TestSandboxesAreAccountsOfTheirOwn(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	put := func(text string) {
		if err := os.WriteFile(state, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tenant := func(provider, name string) string {
		t.Helper()
		text := fmt.Sprintf("accounts:\n  %s: {provider: %s, base_url: sandbox, sandbox: {state: %q}}\n", name,
			provider, state)
		config, spec := pick(t, load(t, text), name)
		acc, err := opener(new(bytes.Buffer)).Open(t.Context(), config, spec, account.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer acc.Close()
		return acc.Tenant.ID
	}
	for provider, states := range map[string][2]string{
		"doorflow": {`{"people": []}`, `{"people": [], "credentials": []}`},
		"seam":     {`{"acs_users": []}`, `{"acs_users": [], "acs_systems": []}`},
	} {
		put(states[0])
		first := tenant(provider, "one")
		if again := tenant(provider, "one"); again != first {
			t.Errorf("%s: the account is another the next time: %s, %s", provider, first, again)
		}
		if other := tenant(provider, "two"); other == first {
			t.Errorf("%s: another name has the same account %s", provider, first)
		}
		put(states[1])
		if other := tenant(provider, "one"); other == first {
			t.Errorf("%s: another state has the same account %s", provider, first)
		}
	}
}

func TestPerSecond(t *testing.T) {
	for text, want := range map[string]float64{"": 0, "none": 0, "5/s": 5, "120/m": 2} {
		if got, err := account.PerSecond(text); err != nil || got != want {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
	if _, err := account.PerSecond("often"); err == nil {
		t.Error("often is a rate")
	}
}
