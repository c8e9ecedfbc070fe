package configio_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/configio"
)

// TestMistakesOfSingleAccounts: a mistake in an account affects that account alone; a mistake in
// the file stops everything.
func TestMistakesOfSingleAccounts(t *testing.T) {
	open := func(text string) (*configio.Config, error) {
		path := filepath.Join(t.TempDir(), "keyroster.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := configio.Load(path, known()); err == nil {
			t.Errorf("Load takes %s", text)
		}
		return configio.Open(path, known())
	}
	const good = "accounts:\n  good: {provider: doorflow, auth: {access_token: env:T}, roster: [a.csv]}\n"
	for _, bad := range []string{
		"  bad: {provider: doorflow, auth: {access_token: literal-secret}}\n",
		"  bad: {provider: doorflow, auth: {access_token: env:T}, colums: {}}\n",
		"  bad: {provider: nobody}\n",
		"  bad: 7\n",
		"  bad:\n",
		"  bad: {provider: doorflow, auth: {access_token: env:T}, auth: {}}\n",
		"  bad: {provider: doorflow, auth: *nothing}\n",
		"  'b d': {provider: doorflow}\n",
	} {
		c, err := open(good + bad)
		if err != nil {
			t.Errorf("%s: %v", bad, err)
			continue
		}
		if _, err := c.Account("good"); err != nil {
			t.Errorf("%s: %v", bad, err)
		}
		name := c.Names()[1]
		if _, err := c.Account(name); err == nil || c.Broken(name) == nil {
			t.Errorf("%s is an account", bad)
		}
		if slices.Contains(c.Nightly(), name) == strings.Contains(bad, "{") {
			t.Errorf("%s: the nights are those of %q", bad, c.Nightly())
		}
	}
	for _, bad := range []string{"mask: {card: some}\n", "acounts: {}\n", "accounts: [\n", "  good: {provider: doorflow}\n"} {
		if _, err := open(good + bad); err == nil {
			t.Errorf("%s is a configuration", good+bad)
		}
	}
}

// TestBrokenNights: a broken account that configures a roster still belongs to every night; it must
// not be left out silently.
func TestBrokenNights(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	for text, want := range map[string][]string{
		"accounts:\n  a: {provider: doorflow, roster: 7}\n  b: {provider: doorflow, auth: {access_token: env:T}}\n": {"a"},
		// A misspelt key may be the roster.
		"accounts:\n  a: {provider: doorflow, rosters: [a.csv]}\n  b: {provider: doorflow, colums: {}}\n": {"a"},
		// An account whose name cannot be used counts too.
		"accounts:\n  ä: {provider: doorflow, roster: [a.csv]}\n": {"ä"},
		// So does one whose keys are not below it.
		"accounts:\n  a:\n  b: {provider: doorflow, auth: {access_token: env:T}}\n": {"a"},
		// If the defaults have a roster, so may an account that is not a section, or whose provider
		// is misspelt.
		"defaults: {doorflow: {roster: [a.csv]}}\naccounts:\n  a: {provider: dorflow}\n  b:\n" +
			"  c: {provider: seam, auth: {api_key: env:K}}\n  d: {provider: doorflow, auth: {access_token: env:T}}\n": {"a", "b", "d"},
		// An empty list is no roster.
		"defaults: {doorflow: {roster: [a.csv], auth: {access_token: env:T}}}\n" +
			"accounts: {a: {provider: doorflow}, b: {provider: doorflow, roster: []}}\n": {"a"},
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := configio.Open(path, known())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, c.Nightly()); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}
