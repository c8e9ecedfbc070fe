package reportio

import (
	"strings"
	"testing"

	"keyroster/io/termio"
	"keyroster/reconcile"
)

// nameWidths has the columns that terminals give to people's names. An emoji that some terminals
// show narrow counts as wide: a row that is too long would be broken.
var nameWidths = map[string]int{
	"Ann": 3, "Åsa": 3, "e\u0301va": 3, "王小明": 6, "김민준": 6, "ｱｲ": 2, "Ａｎｎ": 6, "ข้อมูล": 4, "שָׁלוֹם": 4, "مُحَمَّد": 4,
	"😀": 2, "👩\u200d🚒": 2, "👍🏽": 2, "🇩🇪": 2, "☎\ufe0f": 2, "❤\ufe0f Ann": 6, "✔": 1, "••••56": 6, "a…→b": 4,
}

func TestWidthOfNames(t *testing.T) {
	for name, want := range nameWidths {
		if got := termio.Width(name); got != want {
			t.Errorf("%s: %d columns, want %d", name, got, want)
		}
		if got := pad(name, 9); termio.Width(got) != 9 || !strings.HasPrefix(got, name) {
			t.Errorf("padded: %q", got)
		}
		for width := 1; width < 8; width++ {
			got := fit(name, width)
			switch cut, isCut := strings.CutSuffix(got, "…"); {
			case termio.Width(got) > width, isCut == (want <= width) && !strings.HasSuffix(name, "…"):
				t.Errorf("%s fitted into %d: %q", name, width, got)
			case isCut && !strings.HasPrefix(name, cut), isCut && want > width && termio.Width(got) < width-1:
				t.Errorf("%s fitted into %d: %q", name, width, got)
			}
		}
	}
	if got := fit("👩\u200d🚒👩\u200d🚒", 3); got != "👩\u200d🚒…" {
		t.Errorf("a sign of several characters was cut: %q", got)
	}
}

// TestPlanTableKeepsItsColumns: what follows a name starts in the same column, whoever it is.
func TestPlanTableKeepsItsColumns(t *testing.T) {
	var lines []Line
	for name := range nameWidths {
		lines = append(lines, Line{
			Source: &reconcile.Source{File: "b.csv", Line: 11}, HolderName: name, Type: "card", CredentialID: "1",
			Situation: reconcile.Drifted, Action: reconcile.Update, Outcome: reconcile.Planned, Fields: []Field{{Name: "value", Before: "••••", After: "••••"}},
		})
	}
	g := &group{situation: reconcile.Drifted, lines: lines}
	var out strings.Builder
	g.write(&out, &Report{}, columnWidths(&Report{}, []*group{g}), TableOptions{Width: 120})
	for i, l := range lines {
		row := strings.Split(out.String(), "\n")[i+1]
		before, _, _ := strings.Cut(row, "card 1")
		spaces := strings.TrimPrefix(before, "  ~ b.csv:11  "+l.HolderName)
		if got := len("  ~ b.csv:11  ") + nameWidths[l.HolderName] + len(spaces); strings.Trim(spaces, " ") != "" || got != len("  ~ b.csv:11  ")+8 {
			t.Errorf("%s: what follows starts in column %d: %q", l.HolderName, got, row)
		}
	}
}
