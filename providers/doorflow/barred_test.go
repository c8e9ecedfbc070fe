package doorflow

import (
	"strings"
	"testing"
	"time"

	"keyroster/reconcile"
)

// TestWhatKeepsAPersonOut: the credential of a person who is kept out is not in force, whatever the
// doors know.
func TestWhatKeepsAPersonOut(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	yes, no := true, false
	for name, c := range map[string]struct {
		p    person
		want string
	}{
		"let in":             {person{Enabled: &yes}, ""},
		"nothing said":       {person{}, ""},
		"disabled":           {person{Enabled: &no}, "is disabled at DoorFlow"},
		"over":               {person{Enabled: &yes, To: "2026-02-28T23:59:59Z"}, "until 2026-02-28T23:59:59Z"},
		"over now":           {person{To: "2026-03-01T01:00:00+01:00"}, "until 2026-03-01T00:00:00Z"},
		"not over":           {person{To: "2026-03-01T00:00:01Z"}, ""},
		"later":              {person{From: "2026-03-02T00:00:00Z"}, "from 2026-03-02T00:00:00Z on"},
		"begun":              {person{From: "2026-02-02T00:00:00Z", To: "2027-01-01T00:00:00Z"}, ""},
		"no instants":        {person{From: "soon", To: "never"}, ""},
		"disabled and later": {person{Enabled: &no, From: "2026-03-02T00:00:00Z"}, "is disabled at DoorFlow"},
	} {
		c.p.ID = "501"
		got := c.p.barred(now)
		words := strings.Join(got.Words, "; ")
		if (c.want == "") != (words == "") || !strings.Contains(words, c.want) {
			t.Errorf("%s: %q", name, words)
		}
		if (got.Effect == reconcile.EffectBarred) != (c.want != "") {
			t.Errorf("%s: effect %v", name, got.Effect)
		}
	}
}
