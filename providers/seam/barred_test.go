package seam

import (
	"strings"
	"testing"
	"time"

	"keyroster/providers/people"
	"keyroster/reconcile"
)

// TestWhatKeepsAUserOut: the credential of a user who is kept out is not in force, whatever its
// access system has.
func TestWhatKeepsAUserOut(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	between := func(starts, ends string) (u user) {
		u.Schedule.Starts, u.Schedule.Ends = starts, ends
		return u
	}
	for name, c := range map[string]struct {
		u    user
		want string
		shut bool
	}{
		"let in":         {user{}, "", false},
		"suspended":      {user{Suspended: true}, "is suspended at Seam", true},
		"over":           {between("2025-01-01T00:00:00Z", "2026-02-28T00:00:00Z"), "until 2026-02-28T00:00:00Z", true},
		"later":          {between("2026-04-01T00:00:00Z", ""), "from 2026-04-01T00:00:00Z on", true},
		"within":         {between("2025-01-01T00:00:00Z", "2026-04-01T00:00:00Z"), "", false},
		"not created":    {user{Errors: []issue{{ErrorCode: "failed_to_create_on_acs_system", Message: "no room"}}}, "failed_to_create_on_acs_system: no room", true},
		"not subscribed": {user{Warns: []issue{{WarningCode: "salto_ks_user_not_subscribed"}}}, "salto_ks_user_not_subscribed", true},
		"something":      {user{Warns: []issue{{WarningCode: "unknown_issue_with_acs_user"}}}, "unknown_issue_with_acs_user", false},
	} {
		c.u.ID = "u1"
		got := c.u.barred(now)
		words := strings.Join(got.Words, "; ")
		if (c.want == "") != (words == "") || !strings.Contains(words, c.want) ||
			(got.Effect == reconcile.EffectBarred) != c.shut {
			t.Errorf("%s: effect %d, %q", name, got.Effect, words)
		}
		in := people.Bar(reconcile.EffectState{Effect: reconcile.EffectYes}, got)
		if words != "" && in.Effect == reconcile.EffectYes {
			t.Errorf("%s: in force", name)
		}
		bad := people.Bar(reconcile.EffectState{Effect: reconcile.EffectFailed}, got)
		if bad.Effect != reconcile.EffectFailed {
			t.Errorf("%s: what is wrong with the credential itself is lost", name)
		}
	}
}
