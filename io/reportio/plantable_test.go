package reportio

import (
	"strings"
	"testing"

	"keyroster/io/termio"
	"keyroster/reconcile"
)

// TestPlanTableNamesPeopleInNarrowWindows: a narrow terminal cuts the name before it leaves it out,
// and never the change.
func TestPlanTableNamesPeopleInNarrowWindows(t *testing.T) {
	l := Line{
		Line: 1, Source: &reconcile.Source{File: "b.xlsx", Sheet: "Badges", Line: 11}, HolderName: "Indigo Sample of the northern site", TypeName: "Keypad PIN",
		CredentialID: "ajmWxXQN", Situation: reconcile.Drifted, Action: reconcile.Update, Outcome: reconcile.Planned,
		Fields: []Field{{Name: "value", Kind: "secret", Before: "••••", After: "••••"}},
	}
	for width, want := range map[int]string{
		120: "  ~ Badges!11  Indigo Sample of the northe…  Keypad PIN ajmWxXQN  value: ••••",
		60:  "  ~ Badges!11  Indigo Sample of t…\n      value: •••• -> •••• (another value)",
		40:  "  ~ Badges!11\n      value: •••• -> •••• (another\n      value)",
	} {
		var out strings.Builder
		g := &group{situation: reconcile.Drifted, lines: []Line{l}}
		r := &Report{Inputs: []Input{{File: "b.xlsx"}}}
		g.write(&out, r, columnWidths(r, []*group{g}), TableOptions{Width: width})
		_, rows, _ := strings.Cut(out.String(), "\n")
		if !strings.HasPrefix(rows, want) {
			t.Errorf("at %d: %q, want %q", width, rows, want)
		}
		for row := range strings.SplitSeq(rows, "\n") {
			if termio.Width(row) > width {
				t.Errorf("at %d: %q", width, row)
			}
		}
	}
}
