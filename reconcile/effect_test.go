package reconcile

import (
	"strings"
	"testing"
)

// TestStanding: a record that already matches its row is left alone whatever its effect, and its
// line says the effect; lines that change their record, and records without a row, say none.
func TestStanding(t *testing.T) {
	have := []rec{
		{"credential_id": "A", "holder_id": "1", "type": "card", "value": "v1"},
		{"credential_id": "B", "holder_id": "2", "type": "card", "value": "v2"},
		{"credential_id": "C", "holder_id": "3", "type": "card", "value": "v3"},
		{"credential_id": "D", "holder_id": "4", "type": "card", "value": "v4"},
		{"credential_id": "E", "holder_id": "5", "type": "card", "value": "v5"},
	}
	w := world{schema: badgeSchema(), have: have, want: []rec{
		have[0], have[1],
		{"credential_id": "C", "value": "v3", "ends_at": ""},
		{"credential_id": "D", "value": "v6"},
		{"holder_id": "9", "type": "card", "state": StateAbsent},
	}}
	w.edit = func(_ *Roster, _ *Wanted, l *Listing) {
		l.Effect = EffectYes
		l.Effects = map[int]EffectState{
			1: {Effect: EffectPending, Words: []string{"waits", "for long"}}, 2: {Effect: EffectFailed, Words: []string{"refused"}},
			3: {Effect: EffectFailed, Words: []string{"refused"}}, 4: {Effect: EffectFailed, Words: []string{"refused"}},
		}
	}
	plan := w.plan()
	for line, want := range []struct {
		effect  Effect
		outcome Outcome
		notes   string
		desired bool
	}{
		{EffectYes, Unchanged, "", true},
		{EffectPending, Unchanged, "waits, for long", false},
		{EffectFailed, Unchanged, "refused", false},
		{EffectUnknown, Planned, "", false},
		{EffectUnknown, Unchanged, "", true},
		{EffectUnknown, LeftUnlisted, "", true},
	} {
		l := &plan.Lines[line]
		if notes := strings.Join(plan.Notes(line), ", "); l.Effect != want.effect || l.Outcome != want.outcome || notes != want.notes || l.AsDesired() != want.desired {
			t.Errorf("line %d: effect %q, %s, notes %q, as desired %v", line, l.Effect, l.Outcome, notes, l.AsDesired())
		}
	}
	if len(plan.Chains) != 1 {
		t.Errorf("%d chains: a record that is not effective was written for that", len(plan.Chains))
	}
}
