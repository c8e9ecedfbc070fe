package rosterio_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/odsio/odstest"
	"keyroster/io/officeio"
	"keyroster/io/rosterio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

// TestMergedCellsThatAreKnown: cells merged above the header cause no warning in either kind of
// workbook, and neither do those of a person whose blank cells take the cell above; others do.
func TestMergedCellsThatAreKnown(t *testing.T) {
	lines := [][]string{
		{"Person", "", "Access", ""},
		{"Name", "holder_email", "type", "value"},
		{"Ann", "ann@example.com", "card", "0010004711"},
		{"", "", "card", "0010004712"},
		{"Bo", "bo@example.com", "card", "0010004713"},
	}
	sheet := strings.Replace(xlsxtest.Grid(lines...), "</worksheet>",
		`<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="C1:D1"/><mergeCell ref="A3:A4"/>`+
			`<mergeCell ref="B3:B4"/></mergeCells></worksheet>`, 1)
	spread := odstest.Grid(lines...)
	for text, span := range map[string]string{
		"Person": "columns", "Access": "columns", "Ann": "rows", "ann@example.com": "rows",
	} {
		const cell = `<table:table-cell office:value-type="string" calcext:value-type="string">`
		merged := strings.Replace(cell, " ", ` table:number-`+span+`-spanned="2" `, 1)
		spread = strings.Replace(spread, cell+odstest.Paragraphs(text), merged+odstest.Paragraphs(text), 1)
	}
	inFolder(t, map[string]string{
		"a.xlsx": book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: sheet}}}),
		"a.ods":  string(odstest.Book{Sheets: []odstest.Sheet{{Name: "S", XML: spread}}}.Bytes(t)),
	})
	for _, tt := range []struct {
		fill []string
		want string
	}{
		{[]string{"Name", "holder_email"}, ""},
		{[]string{"holder_email"}, "merged cells: A3:A4; "},
		{nil, "merged cells: A3:A4 and 1 more; "},
	} {
		for _, path := range []string{"a.xlsx", "a.ods"} {
			o := options()
			o.FillDown, o.Columns = tt.fill, map[string]string{"Name": "-"}
			roster, err := rosterio.Read(context.Background(), []string{path}, o)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, p := range roster.Problems {
				if strings.HasPrefix(p.Message, "merged") {
					got += p.Message
				}
			}
			if (got == "") != (tt.want == "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s, fill_down %v: %q, want %q", path, tt.fill, got, tt.want)
			}
		}
	}
}

// TestRowsUnderMergedCells: what a merged cell shows for a row that it covers is not read for that
// row, so the row is refused if that matters, and a value of a wide table counts as not read.
func TestRowsUnderMergedCells(t *testing.T) {
	tests := []struct {
		name, merged, span string
		lines              [][]string
		columns            map[string]string
		fill               []string
		want               []string
		invalid, unread    int
	}{
		{
			name: "a state", merged: "D2:D3", span: "absent",
			lines: [][]string{
				{"holder_email", "type", "value", "state"},
				{"ann@example.com", "card", "0010004711", "absent"},
				{"ann@example.com", "pin", "0420", ""},
				{"bo@example.com", "pin", "0421", ""},
			},
			want:    []string{"D3 state: the cell belongs to the merged D2:D3, whose content counts for row 2 only"},
			invalid: 1,
		},
		{
			name: "a value", merged: "C2:C3", span: "0420",
			lines: [][]string{
				{"holder_email", "type", "value"}, {"ann@example.com", "pin", "0420"}, {"bo@example.com", "pin", ""},
			},
			want:    []string{"C3 value: the cell belongs to the merged C2:C3, whose content counts for row 2 only"},
			invalid: 1,
		},
		{
			name: "a person who is filled down", merged: "A2:A3", span: "ann@example.com", fill: []string{"holder_email"},
			lines: [][]string{
				{"holder_email", "type", "value"}, {"ann@example.com", "pin", "0420"}, {"", "card", "0010004711"},
			},
		},
		{
			name: "the state of a wide table", merged: "D2:D3", span: "absent",
			columns: map[string]string{"PIN": "value:pin", "Card": "value:card"},
			lines: [][]string{
				{"holder_email", "PIN", "Card", "state"},
				{"ann@example.com", "0420", "0010004711", "absent"},
				{"bo@example.com", "0421", "0010004712", ""},
			},
			want:    []string{"D3 state: the cell belongs to the merged D2:D3, whose content counts for row 2 only"},
			invalid: 2,
		},
		{
			name: "a value of a wide table", merged: "B2:B3", span: "0420",
			columns: map[string]string{"PIN": "value:pin", "Card": "value:card"},
			lines: [][]string{
				{"holder_email", "PIN", "Card"}, {"ann@example.com", "0420", ""}, {"bo@example.com", "", "0010004712"},
			},
			want:   []string{"B3 PIN: the cell belongs to the merged B2:B3, whose content counts for row 2 only"},
			unread: 1,
		},
	}
	for _, tt := range tests {
		sheet := strings.Replace(xlsxtest.Grid(tt.lines...), "</worksheet>",
			`<mergeCells><mergeCell ref="`+tt.merged+`"/></mergeCells></worksheet>`, 1)
		const cell = `<table:table-cell office:value-type="string" calcext:value-type="string">`
		merged := strings.Replace(cell, " ", ` table:number-rows-spanned="2" `, 1)
		shown := odstest.Paragraphs(tt.span)
		spread := strings.Replace(odstest.Grid(tt.lines...), cell+shown, merged+shown, 1)
		inFolder(t, map[string]string{
			"a.xlsx": book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: sheet}}}),
			"a.ods":  string(odstest.Book{Sheets: []odstest.Sheet{{Name: "S", XML: spread}}}.Bytes(t)),
		})
		for _, path := range []string{"a.xlsx", "a.ods"} {
			o := options()
			o.FillDown, o.Columns = tt.fill, tt.columns
			roster, err := rosterio.Read(context.Background(), []string{path}, o)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range roster.Problems {
				if p.Severity == reconcile.SeverityError {
					got = append(got, p.Cell+" "+p.Column+": "+p.Message)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", tt.name, path, diff)
			}
			if len(roster.Invalid) != tt.invalid || len(roster.Unread) != tt.unread {
				t.Errorf("%s, %s: %d rows invalid, %d parts not read", tt.name, path, len(roster.Invalid), len(roster.Unread))
			}
		}
	}
}

// TestManyMergedCells: merged cells are looked at however many others come before them.
func TestManyMergedCells(t *testing.T) {
	lines, merges := [][]string{{"holder_email", "type", "value", "state"}}, ""
	for n := 1; n < 5000; n += 2 {
		lines = append(lines, []string{fmt.Sprintf("u%d@example.com", n), "card", fmt.Sprint(10000000 + n), "absent"},
			[]string{"", "pin", fmt.Sprint(1000 + n), ""})
		merges += fmt.Sprintf(`<mergeCell ref="A%d:A%d"/>`, n+1, n+2)
	}
	merges += `<mergeCell ref="D5000:D5001"/>`
	sheet := strings.Replace(xlsxtest.Grid(lines...), "</worksheet>", `<mergeCells>`+merges+`</mergeCells></worksheet>`, 1)
	inFolder(t, map[string]string{"a.xlsx": book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: sheet}}})})
	o := options()
	o.FillDown = []string{"holder_email"}
	roster, err := rosterio.Read(context.Background(), []string{"a.xlsx"}, o)
	if err != nil {
		t.Fatal(err)
	}
	found := slices.IndexFunc(roster.Problems, func(p reconcile.Problem) bool {
		return p.Kind == officeio.KindMergedCells && p.Severity == reconcile.SeverityError
	})
	if found < 0 || roster.Problems[found].Cell != "D5001" {
		t.Errorf("%d problems, %d", len(roster.Problems), found)
	}
}

// TestLinesThatAreNoRows: a line that looks like totals, or like a second header line, is a row,
// and is reported as possibly not being one.
func TestLinesThatAreNoRows(t *testing.T) {
	columns := map[string]string{"Card": "value:card", "PIN": "value:pin"}
	lines := rows("holder_email,Card,PIN", "(work),(10 digits),(4 digits)", "kim@example.com,0010004711,4821", "Total,,")
	lines[3].Cells[1] = num("1")
	var got []string
	for _, p := range decodeMapped(t, &memory{lines: lines}, columns, nil, rosterio.Options{}).Problems {
		got = append(got, p.Place()+": "+p.Remedy)
	}
	want := []string{
		"r, line 2: join it with the line above, or delete it",
		"r, cell B4, column Card: if the row holds totals, leave a blank line above it; else format the column as " +
			"text and enter the values again, or export it as text",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
