package rosterio_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"keyroster/io/rosterio"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/xlsxio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

// sheet returns a table of lines split at commas, as the rows of a workbook.
func sheet(t testing.TB, lines []string) cellio.Table {
	t.Helper()
	cells := make([][]string, len(lines))
	for i, line := range lines {
		if line != "" {
			cells[i] = strings.Split(line, ",")
		}
	}
	data := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Badges", XML: xlsxtest.Grid(cells...)}}}.Bytes(t)
	book, err := xlsxio.OpenReader(bytes.NewReader(data), int64(len(data)), "r.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	table, err := book.Table("Badges")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestWhereTablesEnd: a table ends in the same place in CSV files and in workbooks.
func TestWhereTablesEnd(t *testing.T) {
	const header, row1, row2 = "holder_email,type,value,state", "u1@example.com,card,10001111,", "u2@example.com,card,10002222,present"
	const row3, row4 = "u3@example.com,card,10003333,", "u4@example.com,card,10004444,absent"
	tests := []struct {
		name  string
		lines []string
		// rows are the lines that become rows.
		rows []int
		want []string
	}{
		{"two files joined", []string{header, row1, row2, header, row3}, []int{2, 3, 5}, []string{"4-4 header_again warning"}},
		{"three files joined", []string{header, row1, header, row2, "Holder E-Mail,TYPE,Value,State", row3}, []int{2, 4, 6}, []string{"3-3 header_again warning"}},
		{"the header twice", []string{header, header, row1}, []int{3}, []string{"2-2 header_again warning"}},
		{"other columns directly below", []string{header, row1, "type,holder_email,value,state", "card,u3@example.com,10003333,"}, []int{2}, []string{"3-4 second_table error"}},
		{"fewer columns directly below", []string{header, row1, "holder_email,type,value", "u3@example.com,card,10003333"}, []int{2}, []string{"3-4 second_table error"}},
		{"after a blank line", []string{header, row1, row2, "", header, row3, row4}, []int{2, 3}, []string{"5-7 second_table error"}},
		{"after a title", []string{header, row1, row2, "Returned cards", header, row3, row4}, []int{2, 3}, []string{"4-7 second_table error"}},
		{"after both", []string{header, row1, row2, "", "Returned cards; hand out again", header, row3, row4}, []int{2, 3}, []string{"5-8 second_table error"}},
		{"a title of two cells", []string{header, row1, row2, "", "Returned cards, hand out again", header, row3, row4}, []int{2, 3}, []string{"5-8 second_table error"}},
		{"a title and a blank line", []string{header, row1, "", "Returned cards", "", header, row3}, []int{2}, []string{"4-7 second_table error"}},
		{"two more tables", []string{header, row1, "", header, row3, "", "Lost", header, row4, "", "Total: 9"}, []int{2}, []string{"4-11 second_table error"}},
		{"other columns after a blank line", []string{header, row1, "", "credential_id,value", "c1,10003333"}, []int{2}, []string{"4-5 second_table error"}},
		{"unknown columns after a blank line", []string{header, row1, "", "Room,Key,Hook,Remark", "101,K5,12,old", "102,K6,13,"}, []int{2}, []string{"4-6 second_table error"}},
		{"a header in another language", []string{header, row1, "", "E-Mail,Kartentyp,Nummer,Zustand", row3, row4}, []int{2}, []string{"4-6 second_table error"}},
		{"the same, with a title", []string{header, row1, "", "Zurück", "E-Mail,Kartentyp,Nummer,Zustand", row3}, []int{2}, []string{"4-6 second_table error"}},
		{"totals", []string{header, row1, row2, "", "Total,,2,"}, []int{2, 3}, []string{"5-5 footnote warning"}},
		{"totals in the column of ids", []string{"credential_id,type,value", "c1,card,10001111", "", "Total,,2"}, []int{2}, []string{"4-4 footnote warning"}},
		{"totals in Japanese", []string{header, row1, row2, "", "合計,,2,"}, []int{2, 3}, []string{"5-5 footnote warning"}},
		{"totals by a sign", []string{header, row1, row2, "", "Σ,,2,"}, []int{2, 3}, []string{"5-5 footnote warning"}},
		{"a legend", []string{header, row1, row2, "", "Legend:,red is returned,,"}, []int{2, 3}, []string{"5-5 footnote warning"}},
		{"a label before a row", []string{header, row1, row2, "", "New:,card,10003333,"}, []int{2, 3, 5}, nil},
		{"totals in one cell", []string{header, row1, row2, "", "Summe: 2"}, []int{2, 3}, []string{"5-5 footnote warning"}},
		{"a count alone", []string{header, row1, row2, "", ",,2,"}, []int{2, 3}, []string{"5-5 footnote warning"}},
		{"a footnote", []string{header, row1, row2, "", "Exported by HR; confidential"}, []int{2, 3}, []string{"5-5 footnote warning"}},
		{"totals and footnotes", []string{header, row1, row2, "", "Total,,2,", "", "Printed by HR", "Questions: hr@example.com"}, []int{2, 3}, []string{"5-8 footnote warning"}},
		{"totals, then a table", []string{header, row1, "", "Total,,1,", "", "Returned", header, row3}, []int{2}, []string{"4-8 second_table error"}},
		{"a mark of the end", []string{header, row1, "", "*** end ***"}, []int{2}, []string{"4-4 footnote warning"}},
		{"rows after a blank line", []string{header, row1, "", row2, "", "", row3}, []int{2, 4, 7}, nil},
		{"rows below a title", []string{header, row1, "", "Building B", row2}, []int{2, 4, 5}, nil},
		{"a cut row after a blank line", []string{header, row1, "", "u2@example.com", row3}, []int{2, 4, 5}, nil},
		{"a cut row at the end", []string{header, row1, "", "u2@example.com"}, []int{2, 4}, nil},
		{"a name at the end", []string{header, row1, "", "bob"}, []int{2, 4}, nil},
		{"a value at the end", []string{header, row1, "", ",,10002222,"}, []int{2, 4}, nil},
		{"a row in one cell", []string{header, row1, "", "u2@example.com card 10002222"}, []int{2, 4}, nil},
		{"a bad row after a blank line", []string{header, row1, "", "bob,card,lost,", row3}, []int{2, 4, 5}, nil},
		{"a bad row at the end", []string{header, row1, "", "bob,badgeRow,lost,"}, []int{2, 4}, nil},
		{"totals directly below", []string{header, row1, "Total,,1,"}, []int{2, 3}, nil},
	}
	for _, tt := range tests {
		for _, kind := range []string{"CSV", "workbook"} {
			t.Run(tt.name+", "+kind, func(t *testing.T) {
				roster := decodeSheetOrCSV(t, kind, tt.lines)
				var rows []int
				for n := range roster.Rows.Len() {
					rows = append(rows, roster.Source(n).Line)
				}
				var got []string
				for _, kind := range []string{rosterio.KindHeaderAgain, rosterio.KindSecondTable, rosterio.KindFootnote} {
					for _, p := range placed(roster, kind) {
						place, severity, _ := strings.Cut(p, " ")
						got = append(got, place+" "+kind+" "+severity)
					}
				}
				if diff := cmp.Diff([]any{tt.rows, tt.want}, []any{rows, got}); diff != "" {
					t.Errorf("rows, problems (-want +got):\n%s\n%v", diff, roster.Problems)
				}
				if unread := strings.Contains(strings.Join(tt.want, " "), "error"); unread != (len(roster.Unread) == 1) || len(roster.FileErrors) > 0 {
					t.Errorf("unread %v, errors of the file %v", roster.Unread, roster.FileErrors)
				}
			})
		}
	}
}

// TestFootnoteOfTwoCells: a sentence in a CSV file is split at its commas.
func TestFootnoteOfTwoCells(t *testing.T) {
	roster := decodeCSV(t, "holder_email,type,value,state\nu1@example.com,card,10001111,\n\nExported by HR, confidential\n")
	if got := placed(roster, rosterio.KindFootnote); len(got) != 1 || roster.Rows.Len() != 1 {
		t.Errorf("%d rows, %v", roster.Rows.Len(), roster.Problems)
	}
}

// TestTablesBeside: tables side by side, with a blank column between them.
func TestTablesBeside(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		rows  []int
		want  []string
		// unread: there is another roster there.
		unread bool
	}{
		{"another roster", []string{"holder_email,type,value,,holder_email,type,value", "u1@example.com,card,1111,,u2@example.com,card,2222", ",,,,u3@example.com,card,3333"}, []int{2}, []string{"1E1 second_table error", "3 beside_table warning"}, true},
		{"another roster of fewer columns", []string{"holder_email,type,value,,holder_email,type", "u1@example.com,card,1111,,u2@example.com,card"}, []int{2}, []string{"1E1 second_table error"}, true},
		{"a list of words", []string{"holder_email,type,value,,type,meaning", "u1@example.com,card,1111,,card,a card", ",,,,pin,a PIN"}, []int{2}, []string{"1E1 second_table warning", "3 beside_table warning"}, false},
		{"a list of words before it", []string{"type,,holder_email,type,value", "card,,u1@example.com,card,1111", "pin,,,,"}, []int{2}, []string{"1A1 second_table warning", "3 beside_table warning"}, false},
		{
			"another matter",
			[]string{
				"holder_email,type,value,,room,key", "u1@example.com,card,1111,,101,K5",
				",,,,102,K6", "u2@example.com,card,2222,,,",
			},
			[]int{2, 4},
			[]string{"1E1 unknown_column warning", "3 beside_table warning"},
			false,
		},
		{"a blank column in one table", []string{"holder_email,type,,value", "u1@example.com,card,,1111"}, []int{2}, nil, false},
		{"twice without a blank column", []string{"holder_email,type,value,value", "u1@example.com,card,1111,1111"}, []int{2}, []string{"1D1 value duplicate_column error"}, false},
	}
	for _, tt := range tests {
		for _, kind := range []string{"CSV", "workbook"} {
			t.Run(tt.name+", "+kind, func(t *testing.T) {
				roster := decodeSheetOrCSV(t, kind, tt.lines)
				var rows []int
				for n := range roster.Rows.Len() {
					rows = append(rows, roster.Source(n).Line)
				}
				var got []string
				for _, p := range roster.Problems {
					p.Column = map[bool]string{true: "", false: p.Column}[p.Kind == rosterio.KindSecondTable]
					got = append(got, brief(p))
				}
				want := tt.want
				if kind == "CSV" {
					want = nil
					for _, w := range tt.want {
						place, rest, _ := strings.Cut(w, " ")
						want = append(want, strings.TrimRight(place[:1], "ABCDEFGH")+" "+rest)
					}
				}
				slices.Sort(got)
				slices.Sort(want)
				if diff := cmp.Diff([]any{tt.rows, want}, []any{rows, got}); diff != "" {
					t.Errorf("rows, problems (-want +got):\n%s\n%v", diff, roster.Problems)
				}
				if tt.unread != (len(roster.Unread) == 1) {
					t.Errorf("unread %v", roster.Unread)
				}
			})
		}
	}
}

func decodeSheetOrCSV(t testing.TB, kind string, lines []string) *reconcile.Roster {
	if kind == "CSV" {
		return decodeCSV(t, strings.Join(lines, "\n")+"\n")
	}
	return decode(t, sheet(t, lines), nil)
}
