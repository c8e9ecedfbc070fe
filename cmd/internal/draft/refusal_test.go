package draft

import (
	"context"
	"strings"
	"testing"

	"keyroster/cmd/internal/failure"
)

// TestColumnsSortedApart: a roster in which one column was sorted and the others were not is
// refused, and no flag lifts that.
func TestColumnsSortedApart(t *testing.T) {
	w := newWorld(t, "    limits: {update: 100%, invalid: 100%}\n")
	const apart = `credential_id,holder_email,type,value
K1,four@example.com,card,0010000001
K2,one@example.com,card,0010000002
K3,two@example.com,card,0010000003
K4,three@example.com,card,0010000004
P1,two@example.com,pin,481057
P2,three@example.com,pin,048216
P3,one@example.com,pin,739155
`
	wantFailure(t, w.make(apart, Options{}).Result(false), failure.Unsafe,
		"the plan exceeds its limits: 7 of the 7 rows that name a listed credential contradict it: "+
			"was one column sorted apart from the others?", "")
}

func TestLimitsOfTypes(t *testing.T) {
	changed := strings.NewReplacer("481057", "481058", "048216", "048217").Replace(same)
	for _, test := range []struct{ limit, text, hint string }{
		{limit: "31.update=2"},
		{
			limit: "31.update=1",
			text:  "the plan exceeds its limits: 2 updates of type 31, but limits.types.31.update allows 1",
			hint:  "if this is intended, lift the limit for this run: --limit 31.update=2",
		},
		{
			limit: "99.update=1",
			text: "the plan exceeds its limits: limits.types names type 99, but no record or row has it: " +
				"give its id or its display name",
		},
	} {
		w := newWorld(t, "")
		d := w.make(changed, Options{Limits: []string{test.limit}})
		wantFailure(t, d.Result(false), failure.Unsafe, test.text, test.hint)
	}
}

func TestResultOfAPlanWithChanges(t *testing.T) {
	w := newWorld(t, "")
	d := w.make(strings.Replace(same, "481057", "481058", 1), Options{})
	if err := d.Result(false); err != nil {
		t.Errorf("changes are an error where nobody asked: %v", err)
	}
	if f := failure.Of(d.Result(true)); f.Kind != failure.Changes || !f.Shown {
		t.Errorf("%+v", f)
	}
	if err := w.make(same, Options{}).Result(true); err != nil {
		t.Errorf("no change is an error: %v", err)
	}
}

// TestTypesOfShapes: types are found by slug, label and id; an unknown one is an error that names
// the known ones.
func TestTypesOfShapes(t *testing.T) {
	w := newWorld(t, "    limits: {update: 100%}\n")
	implausible := strings.Replace(same, "481057", "4810579911", 1)
	for _, name := range []string{"pin", "Keypad PIN", "31"} {
		d := w.make(implausible, Options{Shapes: []string{name + "=digits:10"}})
		if got := sent(d); len(got) != 1 {
			t.Errorf("%s: the plan sends %v", name, got)
		}
	}
	_, err := Make(context.Background(), Input{
		Account: w.acc, Roster: w.roster(same), Options: Options{Shapes: []string{"Keypad PINN=digits:10"}},
	})
	wantFailure(t, err, failure.Usage, `a shape is given for type "Keypad PINN", but account hq has no such type`,
		"did you mean Keypad PIN? known: Keypad PIN, Proximity card")
}
