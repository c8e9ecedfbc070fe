package reconcile

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithhold(t *testing.T) {
	w := world{
		schema: badgeSchema(),
		want:   []rec{{"credential_id": "A", "value": "2"}, {"credential_id": "B", "value": "9"}, {"credential_id": "C", "value": "8"}},
		have: []rec{
			{"credential_id": "A", "holder_id": "1", "type": "pin", "value": "1"},
			{"credential_id": "B", "holder_id": "2", "type": "pin", "value": "2"},
			{"credential_id": "C", "holder_id": "3", "type": "pin", "value": "3"},
		},
	}
	plan := w.plan()
	plan.Withhold(false, func(line int) string {
		if line == 1 {
			return "it moved"
		}
		return ""
	})
	want := []string{
		"row 1 drifted update conflict value: it moved",
		"row 2 drifted update planned value",
	}
	const held = "row 0 drifted update blocked value: the value is in use by credential B " +
		"of person 2, which does not change"
	want = append([]string{held}, want...)
	if diff := cmp.Diff(want, lines(plan)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]int32{{2}}, plan.Chains); diff != "" {
		t.Error(diff)
	}
}

func TestLimitsOfOneType(t *testing.T) {
	w := world{schema: badgeSchema()}
	for i, kind := range []string{"pin", "pin", "card", "card"} {
		id := string(rune('A' + i))
		w.have = append(w.have, rec{"credential_id": id, "holder_id": id, "type": kind, "value": "old" + id})
		w.want = append(w.want, rec{"credential_id": id, "value": fmt.Sprintf("v%d", i)})
	}
	plan := w.plan()
	got, known := plan.CheckType("pin", Limits{LimitUpdate: {Count: 1}})
	if !known || len(got) != 1 || got[0].String() != "2 updates of type pin, but limits.types.pin.update allows 1" {
		t.Errorf("%v, %v", got, known)
	}
	if got, _ := plan.CheckType("card", Limits{LimitUpdate: {Count: 2}, LimitDelete: {}}); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if _, known := plan.CheckType("pim", Limits{}); known {
		t.Error("nothing is of type pim")
	}
}
