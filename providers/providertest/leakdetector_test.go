package providertest

import (
	"errors"
	"strings"
	"testing"
)

func TestLeakDetector(t *testing.T) {
	for name, c := range map[string]struct {
		say     func(*leakDetector)
		betrays bool
	}{
		"nothing":     {func(*leakDetector) {}, false},
		"a log line":  {func(e *leakDetector) { _, _ = e.Write([]byte("{\"value\":\"0071234567\"}\n")) }, true},
		"an error":    {func(e *leakDetector) { e.collect(errors.New("refused 0071234567")) }, true},
		"a struct":    {func(e *leakDetector) { e.collect(struct{ pin string }{"0071234567"}) }, true},
		"a part":      {func(e *leakDetector) { e.collect("••••67", "007123456") }, false},
		"a short one": {func(e *leakDetector) { e.addSecrets("1234"); e.collect("1234") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			said := ""
			failed := probed(t, func(p prover) {
				e := newLeakDetector(p)
				e.addSecrets("0071234567")
				c.say(e)
				said = e.leaked()
			})
			if failed != c.betrays || (said != "") != c.betrays || strings.Contains(said, "0071234567") {
				t.Errorf("fails: %v, says %q", failed, said)
			}
		})
	}
}

func TestLogins(t *testing.T) {
	for header, want := range map[string]string{
		"Bearer at_0123456789":           "at_0123456789",
		"Basic aWQ6c2VjcmV0X3NlY3JldA==": "aWQ6c2VjcmV0X3NlY3JldA== secret_secret",
	} {
		if got := strings.Join(logins(header), " "); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
}

// TestBreaksNames: law names are unique, so that each law is found by its name.
func TestBreaksNames(t *testing.T) {
	names := map[string]bool{}
	for _, law := range laws {
		if names[law.name] || law.name == "" {
			t.Errorf("two laws are called %q", law.name)
		}
		names[law.name] = true
	}
}
