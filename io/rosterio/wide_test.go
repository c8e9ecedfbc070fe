package rosterio_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

var wideMap = map[string]string{"PIN": "value:pin", "Card #": "value:card", "Staff ID": "holder_ref", "Notes": "-"}

// decodeMapped reads a table whose headers are the customer's own.
func decodeMapped(
	t testing.TB, table cellio.Table, columns map[string]string, fill []string, options rosterio.Options,
) *reconcile.Roster {
	t.Helper()
	roster, err := tryMapped(table, columns, fill, options)
	if err != nil {
		t.Fatal(err)
	}
	return roster
}

func tryMapped(
	table cellio.Table, columns map[string]string, fill []string, options rosterio.Options,
) (*reconcile.Roster, error) {
	roster := reconcile.NewRoster(badges())
	roster.Files = []reconcile.File{{Name: "r", Sheets: []string{""}}}
	h, err := rosterio.Bind(table, badges(), rosterio.BindOptions{File: "r", Columns: columns, FillDown: fill})
	if err != nil {
		return nil, err
	}
	options.Row = badgeRow{}
	if err := rosterio.Decode(context.Background(), h, roster, options); err != nil {
		return nil, err
	}
	rosterio.Review(roster)
	return roster, nil
}

// shownRow returns a row as its place and what it holds.
func shownRow(roster *reconcile.Roster, n int) string {
	r := roster.Rows.Record(n)
	text := fmt.Sprintf("%s %s %s=%s", roster.Source(n).At(), r.Text("holder_ref"), r.Text("type"), r.Text("value"))
	if state := r.Text("state"); state != "" {
		text += " " + state
	}
	if _, bad := roster.Invalid[n]; bad {
		text += " invalid"
	}
	return text
}

func shownRows(roster *reconcile.Roster) []string {
	var all []string
	for n := range roster.Rows.Len() {
		all = append(all, shownRow(roster, n))
	}
	return all
}

func TestWideTable(t *testing.T) {
	tests := []struct {
		name     string
		table    *memory
		rows     []string
		problems []string
	}{
		{
			name:  "a row for each filled cell",
			table: &memory{lines: rows("Staff ID,Card #,PIN", "7,0012345678,0420", "8,,0421", "9,,", "10,0012345679,  ")},
			rows:  []string{"B2 7 card=0012345678", "C2 7 pin=0420", "C3 8 pin=0421", "B5 10 card=0012345679"},
		},
		{
			name:  "a CSV file names line and header",
			table: &memory{csv: true, lines: rows("Staff ID,Card #,PIN", "7,0012345678,0420", "8,,0421")},
			rows:  []string{"2 (Card #) 7 card=0012345678", "2 (PIN) 7 pin=0420", "3 (PIN) 8 pin=0421"},
		},
		{
			name:  "an absent person, and a word to clear",
			table: &memory{lines: rows("Staff ID,PIN,Card #,state", "7,0420,0012345678,absent", "8,<empty>,,present")},
			rows:  []string{"B2 7 pin=0420 absent", "C2 7 card=0012345678 absent", "B3 8 pin= present"},
		},
		{
			name: "a bad value is its own row's matter, a bad person that of all",
			table: &memory{lines: []cellio.Line{
				text(1, "Staff ID", "Card #", "PIN"),
				{Number: 2, Cells: []cellio.Cell{str("7"), str("0012345678"), num("420")}},
				{Number: 3, Cells: []cellio.Cell{str("8 "), str("0012345679"), str("0421")}},
			}},
			rows: []string{
				"B2 7 card=0012345678", "C2 7 pin= invalid", "B3  card=0012345679 invalid",
				"C3  pin=0421 invalid",
			},
			problems: []string{"2C2 PIN number error", "3A3 holder_ref surrounding_spaces error"},
		},
		{
			name:     "a CSV row that does not fit",
			table:    &memory{csv: true, lines: rows("Staff ID,Card #,PIN", "7,0012345678", "8,0012345679,0421")},
			rows:     []string{"2 (Card #)  card= invalid", "3 (Card #) 8 card=0012345679", "3 (PIN) 8 pin=0421"},
			problems: []string{"2 ragged_row error"},
		},
		{
			name:  "a blank column between the values",
			table: &memory{lines: rows("Staff ID,Card #,,PIN", "7,0012345678,,0420")},
			rows:  []string{"B2 7 card=0012345678", "D2 7 pin=0420"},
		},
		{
			name: "the header again, as of files that were joined",
			table: &memory{lines: rows("Staff ID,Card #,PIN", "7,0012345678,0420", "staff id,card #,pin",
				"8,0012345679,0421")},
			rows:     []string{"B2 7 card=0012345678", "C2 7 pin=0420", "B4 8 card=0012345679", "C4 8 pin=0421"},
			problems: []string{"3 header_again warning"},
		},
		{
			name: "the header again in another order is another table",
			table: &memory{lines: rows("Staff ID,Card #,PIN", "7,0012345678,0420", "Staff ID,PIN,Card #",
				"8,0421,0012345679")},
			rows:     []string{"B2 7 card=0012345678", "C2 7 pin=0420"},
			problems: []string{"3 second_table error"},
		},
		{
			name:     "no filled cell",
			table:    &memory{lines: rows("Staff ID,Card #,PIN", "7,,", "8,,")},
			problems: []string{"1 no_rows error"},
		},
		{
			name:     "a header of the map that is missing",
			table:    &memory{lines: rows("Staff ID,PIN", "7,0420")},
			rows:     []string{"B2 7 pin=0420"},
			problems: []string{"1 Card # column_map warning"},
		},
		{
			name:  "a long table is as ever",
			table: &memory{lines: rows("Staff ID,type,value", "7,pin,0420")},
			rows:  []string{"2 7 pin=0420"},
		},
		{
			name:     "a column of types beside typed values",
			table:    &memory{lines: rows("Staff ID,type,PIN", "7,card,0420")},
			rows:     []string{"C2 7 pin=0420"},
			problems: []string{"1B1 type wide_table error", "1 Card # column_map warning"},
		},
		{
			name:     "a column of values without a type",
			table:    &memory{lines: rows("Staff ID,value,PIN", "7,0012345678,0420")},
			rows:     []string{"2 7 ="},
			problems: []string{"1B1 value duplicate_column error", "1 Card # column_map warning"},
		},
		{
			name:     "ids of single credentials",
			table:    &memory{lines: rows("credential_id,Staff ID,Card #,PIN", "c1,7,0012345678,0420")},
			rows:     []string{"C2 7 card=0012345678", "D2 7 pin=0420"},
			problems: []string{"1A1 credential_id wide_table error"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			roster := decodeMapped(t, tt.table, wideMap, nil, rosterio.Options{})
			if diff := cmp.Diff(tt.rows, shownRows(roster)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.problems, briefs(roster.Problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if got := roster.Files[0].Rows; got != len(tt.rows) {
				t.Errorf("the file has %d rows, not %d", got, len(tt.rows))
			}
		})
	}
}

// TestLeaverWithoutValues: the filled cells of a line that is to be absent say what to remove, and
// a mask is enough; a line without any is reported, and the roster is not as desired.
func TestLeaverWithoutValues(t *testing.T) {
	lines := rows("Staff ID,PIN,Card #,state", "7,,,absent", "8,*,,absent", "9,,,", "10,0420,,")
	roster := decodeMapped(t, &memory{lines: lines}, wideMap, nil, rosterio.Options{})
	var got []string
	for n := range roster.Rows.Len() {
		got = append(got, shownRow(roster, n))
	}
	for _, at := range roster.Unread {
		got = append(got, roster.Problems[at].Cell+" "+roster.Problems[at].Kind)
	}
	if diff := cmp.Diff([]string{"B3 8 pin= absent", "B5 10 pin=0420", "D2 removes_nothing"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOneHeaderTwice: two columns with the same header can only be told apart by giving one a
// header of its own, not by a map of columns.
func TestOneHeaderTwice(t *testing.T) {
	h := bind(t, &memory{lines: rows("holder_ref,Card #,CARD #", "7,0420,0421")},
		map[string]string{"Card #": "value:card"})
	const want = "give one of them a header of its own in the file: a map of columns cannot tell them apart"
	if len(h.Problems) != 1 || h.Problems[0].Remedy != want {
		t.Errorf("one header: %v", h.Problems)
	}
}

func TestMapOfWideTable(t *testing.T) {
	tests := []struct {
		name, header string
		columns      map[string]string
		want         string
	}{
		{
			"one type twice", "holder_ref,PIN,Code",
			map[string]string{"PIN": "value:pin", "Code": "value: PIN"},
			`2 headers hold values of the type pin: "PIN" (cell B1) and "Code" (cell C1)`,
		},
		{
			"a column of another kind", "holder_ref,PIN",
			map[string]string{"PIN": "note:pin"},
			`the map of columns gives the header "PIN" a type, but note is not a column of values`,
		},
		{
			"no type", "holder_ref,PIN",
			map[string]string{"PIN": "value:"},
			`the map of columns names no type for the values below "PIN"`,
		},
		{
			"no such column", "holder_ref,PIN",
			map[string]string{"PIN": "valeu:pin"},
			`the map of columns maps "PIN" to "valeu", but there is no such column`,
		},
		{
			"one header in two ways", "holder_ref,PIN",
			map[string]string{"PIN": "value:pin", "p-i-n": "value:card"},
			`the map of columns maps the header "p-i-n" twice, to different columns`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := bind(t, &memory{lines: rows(tt.header, "7,0420")}, tt.columns)
			if !slices.ContainsFunc(h.Problems, func(p reconcile.Problem) bool {
				return p.Message == tt.want && p.Severity == reconcile.SeverityError && p.Remedy != ""
			}) {
				t.Errorf("problems: %v", h.Problems)
			}
		})
	}
}

// TestRulesOfWideRows: what a rule says about the line or the type is reported once, and makes each
// of its rows invalid; what it says about a value is reported at the cell.
func TestRulesOfWideRows(t *testing.T) {
	check := func(row any, report func(reconcile.Finding)) {
		b := row.(*badgeRow)
		if b.HolderRef == "8" {
			report(reconcile.Finding{Column: "holder_ref", Kind: "left", Message: "the person has left"})
			report(reconcile.Finding{Kind: "odd", Message: "the row is odd"})
		}
		if b.Type == "card" {
			report(reconcile.Finding{Column: "type", Kind: "kind", Message: "there is no such type"})
		}
		if b.Value.Reveal() == "0420" {
			report(reconcile.Finding{Column: "value", Kind: "taken", Message: "the value is taken"})
		}
	}
	table := &memory{lines: rows("Staff ID,Card #,PIN", "7,0012345678,0420", "8,0012345679,0421", "9,0012345670,0422")}
	roster := decodeMapped(t, table, wideMap, nil, rosterio.Options{Check: check})
	want := []string{"1B1 Card # kind error", "2C2 PIN taken error", "3A3 holder_ref left error", "3 odd error"}
	if diff := cmp.Diff(want, briefs(roster.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	wantRows := []string{
		"B2 7 card=0012345678 invalid", "C2 7 pin=0420 invalid", "B3 8 card=0012345679 invalid", "C3 8 pin=0421 invalid",
		"B4 9 card=0012345670 invalid", "C4 9 pin=0422",
	}
	if diff := cmp.Diff(wantRows, shownRows(roster)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestWideIsLong: a wide table says the same as the long one that it stands for, except for the
// places of its rows.
func TestWideIsLong(t *testing.T) {
	cells := []string{"", "", "0420", "0012345678", "<empty>", "••••", " 7", "4.81E+05", "12345"}
	types := []string{"pin", "card", "fob"}
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, len(types)).Draw(t, "types")
		header, columns := []string{"holder_ref", "note"}, map[string]string{}
		for _, kind := range types[:width] {
			header = append(header, "Column of "+kind)
			columns["column OF "+kind] = "value:" + kind
		}
		wide := &memory{csv: rapid.Bool().Draw(t, "csv"), lines: []cellio.Line{text(1, header...)}}
		long := &memory{csv: wide.csv, lines: []cellio.Line{text(1, "holder_ref", "note", "type", "value")}}
		for n := range rapid.IntRange(1, 6).Draw(t, "lines") {
			line := []string{
				rapid.SampledFrom([]string{"E7", "E8", "E9 ", "E10"}).Draw(t, "ref"),
				rapid.SampledFrom([]string{"", "a note"}).Draw(t, "note"),
			}
			for _, kind := range types[:width] {
				value := rapid.SampledFrom(cells).Draw(t, kind)
				if line = append(line, value); value != "" {
					long.lines = append(long.lines, text(len(long.lines)+1, line[0], line[1], kind, value))
				}
			}
			wide.lines = append(wide.lines, text(n+2, line...))
		}
		got, err := tryMapped(wide, columns, nil, rosterio.Options{CheckValues: true})
		want, failed := tryMapped(long, nil, nil, rosterio.Options{CheckValues: true})
		if err != nil || failed != nil {
			t.Fatal(err, failed)
		}
		if got.Rows.Len() != want.Rows.Len() {
			t.Fatalf("%d rows, not %d", got.Rows.Len(), want.Rows.Len())
		}
		for n := range got.Rows.Len() {
			gotTexts, wantTexts := reveal(got.AsRead(n)), reveal(want.AsRead(n))
			if !slices.Equal(gotTexts, wantTexts) {
				t.Errorf("row %d is %q, not %q", n, gotTexts, wantTexts)
			}
			if of(got, n) != of(want, n) {
				t.Errorf("row %d: %q, not %q", n, of(got, n), of(want, n))
			}
		}
		if got.Unlocated != want.Unlocated {
			t.Errorf("%d are about nobody, not %d", got.Unlocated, want.Unlocated)
		}
	})
}

// of returns why a row is invalid.
func of(roster *reconcile.Roster, row int) string {
	if p, bad := roster.Invalid[row]; bad {
		return roster.Problems[p].Kind + ": " + roster.Problems[p].Message
	}
	return ""
}

func reveal(texts []reconcile.Secret) []string {
	var all []string
	for _, s := range texts {
		all = append(all, s.Reveal())
	}
	return all
}
