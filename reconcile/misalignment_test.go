package reconcile

import (
	"fmt"
	"strings"
	"testing"
)

func TestLostZeros(t *testing.T) {
	have := []rec{{"credential_id": "A", "holder_id": "1", "type": "card", "value": "00123"}}
	for value, doubtful := range map[string]bool{
		"123": true, "0123": true, "00123": false, "000123": false, "124": false, "23": false, "1230": false, "12": false,
	} {
		for name, row := range map[string]rec{
			"by id":     {"credential_id": "A", "value": value},
			"by holder": {"holder_id": "1", "type": "card", "value": value},
		} {
			plan := world{schema: badgeSchema(), want: []rec{row}, have: have}.plan()
			l := plan.Lines[0]
			if got := l.Situation == Implausible && l.Outcome == Blocked &&
				strings.HasPrefix(plan.TextOf(l.Reason), "leading zeros lost?"); got != doubtful {
				t.Errorf("%s, %s: %s %s %q", name, value, l.Situation, l.Outcome, plan.TextOf(l.Reason))
			}
			if words := plan.TextOf(l.Reason); strings.Contains(words, "123") {
				t.Errorf("the reason holds a value: %q", words)
			}
		}
	}
}

// TestZerosMayComeBack: zeros that the file brings back mend an earlier loss.
func TestZerosMayComeBack(t *testing.T) {
	plan := world{schema: badgeSchema(), want: []rec{{"credential_id": "A", "value": "0123"}}, have: []rec{{"credential_id": "A", "holder_id": "1", "type": "card", "value": "123"}}}.plan()
	if l := plan.Lines[0]; l.Action != Update || !l.Sends() {
		t.Errorf("%s %s", l.Action, l.Outcome)
	}
	plan = world{schema: badgeSchema(), want: []rec{{"credential_id": "A", "value": "a1"}}, have: []rec{{"credential_id": "A", "holder_id": "1", "type": "card", "value": "0a1"}}}.plan()
	if !plan.Lines[0].Sends() {
		t.Error("a text that is no number was taken for one")
	}
}

// sorted returns a roster of n rows with ids, in which the first turned cells of a column are
// rotated by one place.
func sorted(n, turned int, column string) world {
	w := world{schema: badgeSchema()}
	for i := range n {
		r := rec{"credential_id": fmt.Sprintf("c%02d", i), "holder_id": fmt.Sprint(i), "type": "card", "value": fmt.Sprintf("77%02d", i)}
		w.have = append(w.have, r)
		want := rec{}
		for k, v := range r {
			want[k] = v
		}
		w.want = append(w.want, want)
	}
	for i := range turned {
		w.want[i][column] = w.have[(i+1)%turned][column]
	}
	return w
}

func TestDoubt(t *testing.T) {
	tests := []struct {
		name          string
		n, turned     int
		column        string
		apart, values bool
	}{
		{"nothing", 20, 0, "holder_id", false, false},
		{"people sorted apart", 20, 20, "holder_id", true, false},
		{"just above the share", 20, 7, "holder_id", true, false},
		{"at the share", 20, 6, "holder_id", false, false},
		{"too few to tell", 4, 4, "holder_id", false, false},
		{"values sorted apart", 20, 20, "value", false, true},
		{"two people swap", 20, 2, "value", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := sorted(tt.n, tt.turned, tt.column)
			w.policy.Park = true
			d := w.plan().Misalignment(&Wanted{})
			if d.Named != tt.n && tt.turned >= 5 || d.RecordsMisaligned() != tt.apart ||
				d.ValuesMisaligned() != tt.values || d.HoldersMisaligned() {
				t.Errorf("%+v", d)
			}
			if tt.column == "holder_id" {
				return // without ids, rows for other people contradict no row
			}
			for _, row := range w.want {
				delete(row, "credential_id")
			}
			if d := w.plan().Misalignment(&Wanted{}); d.ValuesMisaligned() != tt.values {
				t.Errorf("without ids: %+v", d)
			}
		})
	}
}

// TestDoubtOfHolders: rows whose own cells name two people are counted by their verdicts.
func TestDoubtOfHolders(t *testing.T) {
	for parted, want := range map[int]bool{0: false, 4: false, 6: false, 7: true, 20: true} {
		wanted := &Wanted{Verdicts: map[int]Verdict{}}
		for n := range 20 {
			wanted.Verdicts[n] = Verdict{Situation: Ambiguous, HoldersDiffer: n < parted}
		}
		if d := sorted(20, 0, "value").plan().Misalignment(wanted); d.HoldersMisaligned() != want || d.RecordsMisaligned() {
			t.Errorf("%d rows: %+v", parted, d)
		}
	}
}
