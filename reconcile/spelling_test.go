package reconcile

import "testing"

// TestRespells: the text that a provider shows may be its spelling of the one that was written, or
// another text.
func TestRespells(t *testing.T) {
	for _, c := range []struct {
		kind           Kind
		written, shown string
		want           string
	}{
		{KindSecret, "0012", "12", "without leading zeros"},
		{KindSecret, "0000", "0", "without leading zeros"},
		{KindSecret, "12", "0012", "with more leading zeros"},
		{KindSecret, "ab12", "AB12", "in upper or lower case"},
		{KindSecret, "12 34", "1234", "without spaces"},
		{KindText, " Lab ", "Lab", "without surrounding spaces"},
		{KindSecret, "00ab", "AB", "without leading zeros, in upper or lower case"},
		{KindSecret, "0012", "13", ""},
		{KindSecret, "1200", "12", ""},
		{KindSecret, "0012", "", ""},
		{KindTime, "2026-01-01T10:11:12Z", "2026-01-01T10:11:00Z", "to the minute"},
		{KindTime, "2026-01-01T10:11:12.5Z", "2026-01-01T10:11:12Z", "to the second"},
		{KindTime, "2026-01-01T10:11:12Z", "2026-01-01T10:12:00Z", ""},
		{KindJSON, `{"a":1,"b":[true,"x"]}`, `{ "b": [true, "x"], "a": 1 }`, "in a different JSON form"},
		{KindJSON, `[{"title":"Site","value":"0077"}]`, `[{"title":"Site","value":"77"}]`, "without leading zeros"},
		{KindJSON, `[{"value":"0077"}]`, `[{"value":"78"}]`, ""},
		{KindJSON, `{"a":1}`, `{"a":1,"b":2}`, ""},
		{KindJSON, `{"a":12345678901234567890}`, `{"a":12345678901234567891}`, ""},
	} {
		if got := (&Column{Kind: c.kind}).Respells(c.written, c.shown); got != c.want {
			t.Errorf("%s, shown as %s: %q, want %q", c.written, c.shown, got, c.want)
		}
	}
}

// TestValuesChangeHandsInTheProvidersSpelling: a value that changes hands is also waited for in the
// provider's spelling, if the provider is known to have spelled it so.
func TestValuesChangeHandsInTheProvidersSpelling(t *testing.T) {
	w := world{
		schema: badgeSchema(),
		have: []rec{
			{"credential_id": "c1", "holder_id": "1", "type": "card", "value": "12"},
			{"credential_id": "c2", "holder_id": "2", "type": "card", "value": "13"},
		},
		want: []rec{{"credential_id": "c1", "value": "0013"}, {"credential_id": "c2", "value": "0077"}},
	}
	if plan := w.plan(); len(plan.Chains) != 2 {
		t.Errorf("of a provider that is not known to strip zeros, the chains are %v", plan.Chains)
	}
	w.policy.KeptSpelling = func(id string, _ int, want, have Cell) bool {
		return id == "c2" && want.Text() == "0013" && have.Text() == "13"
	}
	if plan := w.plan(); len(plan.Chains) != 1 || plan.Chains[0][0] != 1 || plan.Chains[0][1] != 0 {
		t.Errorf("c1 takes what c2 gives up, and the chains are %v", plan.Chains)
	}
	w.want = w.want[:1]
	if plan := w.plan(); plan.Lines[0].Outcome != Blocked {
		t.Errorf("c2 keeps the value, and the line ends as %s", plan.Lines[0].Outcome)
	}
}
