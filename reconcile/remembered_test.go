package reconcile

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDiffRemembers: a masked value is compared with what was last written; a value that can be
// read never is.
func TestDiffRemembers(t *testing.T) {
	masked := func(id, holder string) rec {
		return rec{"credential_id": id, "holder_id": holder, "type": "pin", "value": "****"}
	}
	asked := map[string]bool{}
	plan := world{
		schema: badgeSchema(),
		want: []rec{
			{"credential_id": "A", "value": "1111"},
			{"credential_id": "B", "value": "2222"},
			{"credential_id": "C", "value": "3333"},
			{"credential_id": "D", "value": "4444"},
			{"credential_id": "E"},
		},
		have: []rec{masked("A", "1"), masked("B", "2"), masked("C", "3"), {"credential_id": "D", "holder_id": "4", "type": "pin", "value": "4444"}, masked("E", "5")},
		policy: Policy{Remembered: func(id string, want Cell) (equal, known bool) {
			asked[id] = true
			return id == "A" && want.Text() == "1111", id != "C"
		}},
	}.plan()
	if diff := cmp.Diff(map[string]bool{"A": true, "B": true, "C": true}, asked); diff != "" {
		t.Errorf("asked about other records\n%s", diff)
	}
	for line, want := range []string{"in_sync", "drifted", "unreadable", "in_sync", "in_sync"} {
		if got := plan.Lines[line].Situation.String(); got != want {
			t.Errorf("line %d is %s, want %s", line, got, want)
		}
	}
	if notes := plan.Notes(0); len(notes) != 1 || len(plan.Notes(3)) != 0 {
		t.Errorf("notes %q and %q", notes, plan.Notes(3))
	}
}

// TestRemovalsRemember: a row that removes a credential by its value removes no other, even if only
// what was last written tells that it is another.
func TestRemovalsRemember(t *testing.T) {
	w := world{
		schema: badgeSchema(),
		want: []rec{
			{"holder_id": "1", "type": "pin", "value": "1111", "state": "absent"},
			{"credential_id": "B", "value": "1111", "state": "absent"},
			{"holder_id": "3", "type": "pin", "value": "1111", "state": "absent"},
			{"holder_id": "4", "type": "pin", "state": "absent"},
		},
		policy: Policy{Remembered: func(id string, want Cell) (equal, known bool) { return id == "A", id != "C" }},
	}
	for n, id := range []string{"A", "B", "C", "D"} {
		w.have = append(w.have, rec{"credential_id": id, "holder_id": fmt.Sprint(n + 1), "type": "pin", "value": "****"})
	}
	want := []string{
		"row 0 drifted delete planned",
		"row 1 ambiguous none blocked: the row removes a credential, but its value is not that of B",
		"row 2 drifted delete planned", "row 3 drifted delete planned",
		"record B ambiguous none blocked: several rows may refer to this credential; see their lines",
	}
	if diff := cmp.Diff(want, lines(w.plan())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
