package reportio

import (
	"fmt"
	"strings"
	"testing"

	"keyroster/io/termio"
	"keyroster/reconcile"
)

type door struct {
	CredentialID string           `csv:"credential_id" roster:"key"`
	HolderID     string           `csv:"holder_id" roster:"match,pairs,holder"`
	Type         string           `csv:"type" roster:"match,pairs,type"`
	Value        reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	State        string           `csv:"state" roster:"state"`
	HolderName   string           `csv:"holder_name" roster:"info,holder-name"`
	DisplayName  string           `csv:"display_name" roster:"info,display-name"`
}

var doors = reconcile.NewSchema("doors", door{})

// TestWhoWithoutAName: rows that give only a credential show the best word known for its holder: a
// display name only if it tells people apart, and never a value.
func TestWhoWithoutAName(t *testing.T) {
	const id = "f9f4a6ec-6381-47b8-b651-c7812f0c2a55"
	records := []struct{ holder, value, name, display, want string }{
		{id, "4711", "Example Holder", "Front door", "Example Holder"},
		{id, "4711", "", "Front door of Harper", "Front door of Harper"},
		{id, "4711", "", "Front door of Harper", "Front door of Harper"}, // a second one of theirs
		{id, "4711", "", "PIN", id},
		{"u2", "8220934417", "", "PIN", "u2"},
		{"u2", "8220934417", "", "Card 8220934417", "u2"},
		{"u2", "", "", "", "u2"},
		{"", "4711", "", "Spare", "Spare"},
	}
	roster := reconcile.NewRoster(doors)
	roster.Files = []reconcile.File{{Name: "doors.csv", Sheets: []string{""}}}
	have := reconcile.NewSet(doors, len(records))
	p := &reconcile.Plan{Want: roster.Rows, Have: have}
	for i, r := range records {
		have.Add([]reconcile.Cell{text(fmt.Sprint("c", i)), text(r.holder), text("code"), text(r.value), {}, text(r.name), text(r.display)})
		roster.Add(0, 0, i+2, []reconcile.Cell{text(fmt.Sprint("c", i)), {}, {}, text("5150"), {}, {}, {}})
		p.Lines = append(p.Lines, reconcile.Line{Row: int32(i), Record: int32(i), Fields: reconcile.Columns(0).With(3), Chain: -1, Situation: reconcile.Drifted, Action: reconcile.Update, Outcome: reconcile.Planned})
	}
	p.Want = roster.Rows
	var r Report
	r.Show(p, roster, reconcile.Masker{}, nil)
	for l, err := range r.Lines {
		if err != nil {
			t.Fatal(err)
		}
		if want := records[l.Line].want; l.Who() != want {
			t.Errorf("line %d: %q, want %q", l.Line, l.Who(), want)
		}
	}
}

// TestPlanTableShowsIDsWhole: an id is only useful whole.
func TestPlanTableShowsIDsWhole(t *testing.T) {
	const id = "f9f4a6ec-6381-47b8-b651-c7812f0c2a55"
	l := Line{
		Source: &reconcile.Source{File: "seam-roster.csv", Line: 2}, HolderID: id, Type: "code", CredentialID: "91bdba3f-d7fc-4bca-b306-c0cdd2351736",
		Situation: reconcile.Drifted, Action: reconcile.Update, Outcome: reconcile.Planned, Fields: []Field{{Name: "value", Kind: "secret", Before: "••••", After: "••••"}},
	}
	for _, width := range []int{0, 80, 100, 120} {
		var out strings.Builder
		g := &group{situation: reconcile.Drifted, lines: []Line{l}}
		g.write(&out, &Report{}, columnWidths(&Report{}, []*group{g}), TableOptions{Width: width})
		row := strings.Split(out.String(), "\n")[1]
		if !strings.Contains(row+"  ", "  "+id+"  ") ||
			!strings.Contains(out.String(), "value: •••• -> ••••") ||
			width > 0 && termio.Width(row) > width {
			t.Errorf("at %d: %q", width, row)
		}
	}
}
