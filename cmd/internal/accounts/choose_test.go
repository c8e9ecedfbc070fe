package accounts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/account"
	"keyroster/io/configio"
)

// load reads a configuration with this text.
func load(t *testing.T, text string) *configio.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := account.LoadConfig(path, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

const shops = `accounts:
  hq: {provider: doorflow, base_url: sandbox, roster: [a.csv], tags: [london]}
  lab: {provider: seam, base_url: sandbox}
  bad: {provider: doorflow, rate: often, roster: [a.csv]}
  old: {provider: doorflow, base_url: sandbox, roster: [a.csv], disabled: true}
`

func TestChoose(t *testing.T) {
	config := load(t, shops)
	for _, c := range []struct {
		Selection
		scope         Scope
		want, off, in string
		fails         string
	}{
		{Selection: Selection{All: true}, want: "hq bad!", off: "old"},
		{Selection: Selection{All: true}, scope: AllAccounts, want: "hq lab bad!", off: "old"},
		{Selection: Selection{Terms: []string{"tag:london", "lab"}}, want: "hq lab", in: "bad"},
		{Selection: Selection{Terms: []string{"lab"}}, want: "lab", in: "bad"},
		{Selection: Selection{Terms: []string{"bad"}}, fails: "rate"},
		{Selection: Selection{Terms: []string{"old"}}, fails: "account old is disabled"},
		{Selection: Selection{Terms: []string{"hq", "labb"}}, fails: "did you mean `lab`"},
		{Selection: Selection{All: true, Skip: []string{"hqq"}}, fails: "did you mean `hq`"},
		{fails: "has 4 accounts"},
		{Selection: Selection{Skip: []string{"hq"}}, fails: "has 4 accounts"},
	} {
		chosen, err := c.Choose(config, c.scope)
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%+v: error %v, want %q", c.Selection, err, c.fails)
			}
			continue
		}
		if err != nil {
			t.Errorf("%+v: %v", c.Selection, err)
			continue
		}
		var got, off []string
		for _, target := range chosen.Targets {
			name := target.Config.Name
			if (target.Err == nil) != (target.Spec != nil) {
				t.Errorf("%s: provider %v, error %v", name, target.Spec, target.Err)
			}
			if target.Err != nil {
				name += "!"
			}
			got = append(got, name)
		}
		for _, one := range chosen.Disabled {
			off = append(off, one.Name)
		}
		want := [4]string{c.want, c.off, c.in, map[bool]string{true: "several"}[c.Several()]}
		have := [4]string{
			strings.Join(got, " "), strings.Join(off, " "), strings.Join(chosen.Broken, " "),
			map[bool]string{true: "several"}[chosen.Several],
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%+v: %s", c.Selection, diff)
		}
	}
	none := load(t, "accounts:\n  lab: {provider: seam, base_url: sandbox}\n")
	if _, err := (Selection{All: true}).Choose(none, WithRoster); err == nil ||
		!strings.Contains(err.Error(), "no account in") {
		t.Errorf("no night: %v", err)
	}
	if chosen, err := (Selection{}).Choose(none, WithRoster); err != nil || chosen.Names()[0] != "lab" {
		t.Errorf("the only one: %v, %v", chosen, err)
	}
}
