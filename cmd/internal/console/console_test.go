package console_test

import (
	"bytes"
	"strings"
	"testing"

	"keyroster/cmd/internal/console"
)

// TestTheLogNamesTheAccount: the log of one of several accounts names it; that of the only account
// does so only if it is JSON. The console itself is unchanged.
func TestTheLogNamesTheAccount(t *testing.T) {
	for _, c := range []struct {
		format string
		one    func(*console.Console, string) console.Console
		named  bool
	}{
		{"json", (*console.Console).ForAccount, true},
		{"console", (*console.Console).ForAccount, true},
		{"json", (*console.Console).ForOnlyAccount, true},
		{"console", (*console.Console).ForOnlyAccount, false},
	} {
		var stderr bytes.Buffer
		all := &console.Console{Stderr: &stderr, LogFormat: c.format, NoColor: true}
		if err := all.OpenLog(); err != nil {
			t.Fatal(err)
		}
		own := c.one(all, "hq")
		own.Log.Info().Msg("one")
		if named := strings.Contains(stderr.String(), "hq"); named != c.named {
			t.Errorf("%s: %s", c.format, &stderr)
		}
		if marked := own.Mark != nil; marked != (c.format == "json") {
			t.Errorf("%s: lines of the run: %v", c.format, own.Mark)
		}
		stderr.Reset()
		all.Log.Info().Msg("all")
		own.Bare.Info().Msg("bare")
		if strings.Contains(stderr.String(), "hq") {
			t.Errorf("%s: the others' log names it: %s", c.format, &stderr)
		}
	}
}
