package describe_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/cmd/internal/describe"
	"keyroster/io/configio"
)

var errOdd = errors.New("read oddity: 7 is odd")

// TestWriteConfig: the text about a configuration says what was checked, where the mistakes are,
// and which accounts they keep from working.
func TestWriteConfig(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"right": {"accounts: {a: {provider: p}}", "DIR/k.yaml: 1 account; no mistakes\n"},
		"disabled": {
			"accounts: {a: {provider: p, disabled: true}, b: {provider: p}}",
			"DIR/k.yaml: 2 accounts, 1 of them disabled (a); no mistakes\n",
		},
		"one account": {
			"accounts: {a: {provider: q}, b: {provider: p}}",
			"DIR/k.yaml:1:26: `provider` cannot be `q`; did you mean `p`?; known: p\n" +
				"DIR/k.yaml: 2 accounts; 1 mistake, and these accounts cannot be used: a\n",
		},
		"what the provider says": {
			"accounts:\n  odd: {provider: p}\n  wrong: {provider: q}\n",
			"DIR/k.yaml:2:3: read oddity: 7 is odd\nDIR/k.yaml:3:21: `provider` cannot be `q`; did you mean `p`?; known: p\n" +
				"DIR/k.yaml: 2 accounts; 2 mistakes, and these accounts cannot be used: odd, wrong\n",
		},
		"the file": {
			"accounts: {a: {provider: p, keep_runs: 1d}}\nmask: 3\n",
			"DIR/k.yaml:2:7: `mask` must be a section with `key: value` lines\n" +
				"warning: DIR/k.yaml:1:29: `undo_for` (14d) is longer than `keep_runs` (1d): " +
				"a run whose folder is deleted cannot be undone; " +
				"write `undo_for: 1d`, or keep runs for longer\n" +
				"DIR/k.yaml: 1 account; 1 mistake, and no account can be used\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "k.yaml")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			config, problems, err := configio.Check(path, []configio.Provider{{Name: "p"}}, func(a *configio.Account) error {
				if a.Name == "odd" {
					return errOdd
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := describe.WriteConfig(&out, config, problems); err != nil {
				t.Fatal(err)
			}
			if got := strings.ReplaceAll(out.String(), filepath.Dir(path)+string(filepath.Separator), "DIR/"); got != test.want {
				t.Errorf("wrote\n%s\nwant\n%s", got, test.want)
			}
			if err := describe.WriteConfigJSON(&out, config, problems, 0); err != nil {
				t.Error(err)
			}
		})
	}
}
