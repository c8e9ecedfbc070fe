package rosterio_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

func detailSchema() *reconcile.Schema {
	s := reconcile.NewSchema("cards", card{})
	s.Noun = "card type"
	s.Details = []reconcile.Detail{{Column: "fields", Sheet: "fields", Members: []reconcile.DetailMember{
		{Header: "id", Member: "id"}, {Header: "title", Member: "title"}, {Header: "is_visible", Member: "isVisible", Truth: true}, {Header: "default", Member: "default"},
	}}}
	return s
}

// readBook reads a workbook of cards with a sheet of fields.
func readBook(t *testing.T, cards, fields string, sheet string) (*reconcile.Roster, []card) {
	t.Helper()
	t.Chdir(t.TempDir())
	content := book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Fields", XML: fields}, {Name: "Cards", XML: cards}}})
	if err := os.WriteFile("cards.xlsx", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	var checked []card
	roster, err := rosterio.Read(t.Context(), []string{"cards.xlsx"}, rosterio.Options{
		Schema: detailSchema(), Row: card{}, Sheet: sheet,
		Check: func(row any, _ func(reconcile.Finding)) { checked = append(checked, *row.(*card)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return roster, checked
}

// TestDetailSheet: the rows of the second sheet become the lists of the first, in order, whether
// they name the records by id or by title.
func TestDetailSheet(t *testing.T) {
	cards := xlsxtest.Grid([]string{"card_id", "title"}, []string{"A", "Staff"}, []string{"B", "Guest"}, []string{"C", "None"})
	for name, fields := range map[string]string{
		"by id": xlsxtest.Grid([]string{"Card ID", "ID", "Title", "Is visible", "Default"},
			[]string{"A", "f2", "Site & <co>", "TRUE"}, []string{"B", "g", "Host", "false", "<empty>"}, []string{"A", "f1", "0012"}),
		"by title": xlsxtest.Grid([]string{"The fields of our cards"}, []string{"Title", "ID", "Title", "Is visible", "Default"},
			[]string{"Staff", "f2", "Site & <co>", "true"}, []string{"Guest", "g", "Host", "FALSE", "<empty>"}, []string{"Staff", "f1", "0012"}),
	} {
		for _, sheet := range []string{"", "Cards", "*"} {
			roster, checked := readBook(t, cards, fields, sheet)
			want := []card{
				{ID: "A", Title: "Staff", Fields: `[{"id":"f2","isVisible":true,"title":"Site & <co>"},{"id":"f1","title":"0012"}]`},
				{ID: "B", Title: "Guest", Fields: `[{"default":null,"id":"g","isVisible":false,"title":"Host"}]`},
				{ID: "C", Title: "None"},
			}
			if diff := cmp.Diff(want, checked); diff != "" || len(roster.Problems) > 0 {
				t.Errorf("%s, sheet %q: %v\n%s", name, sheet, roster.Problems, diff)
			}
			schema := roster.Rows.Schema()
			if got := roster.Rows.Record(0).Text("fields"); got != want[0].Fields || !roster.Files[0].Managed.Has(schema.Index("fields")) {
				t.Errorf("%s: not in the roster: %s", name, got)
			}
		}
	}
}

// TestDetailSheetProblems: what cannot be used is reported at its cell, and no list is taken in
// part.
func TestDetailSheetProblems(t *testing.T) {
	cards := xlsxtest.Grid([]string{"card_id", "title", "fields"}, []string{"A", "Staff", ""}, []string{"B", "Guest", "[]"})
	for name, c := range map[string]struct {
		fields string
		want   []string
	}{
		"no header": {
			xlsxtest.Grid([]string{"id", "title"}, []string{"A", "f"}),
			[]string{"0 : there is no header whose first column is card_id or title"},
		},
		"an unknown column": {
			xlsxtest.Grid([]string{"card_id", "id", "colour"}, []string{"A", "f", "red"}),
			[]string{`1 C1: the header "colour" is not a column of the sheet Fields`},
		},
		"a column twice": {
			xlsxtest.Grid([]string{"card_id", "id", "ID"}, []string{"A", "f"}),
			[]string{"1 C1: the column id appears twice"},
		},
		"no name": {
			xlsxtest.Grid([]string{"card_id", "id"}, []string{"A", "f"}, []string{"", "g"}),
			[]string{"3 A3: the row does not say which card type it belongs to"},
		},
		"nobody's": {
			xlsxtest.Grid([]string{"card_id", "id"}, []string{"Z", "f"}),
			[]string{`2 : the rows of "Z" do not belong to any row of the roster`},
		},
		"a cell in the way": {
			xlsxtest.Grid([]string{"card_id", "id"}, []string{"B", "f"}),
			[]string{"3 : the cell has content, but the sheet Fields has rows for it too"},
		},
		"a damaged cell": {
			xlsxtest.Grid([]string{"card_id", "id"}, []string{"A", "f"}, []string{"A", "#REF!"}),
			[]string{
				"3 B3: the cell holds a spreadsheet error, #REF!",
				"2 : one of its rows on the sheet Fields was refused",
			},
		},
		"a truth that is a word": {
			xlsxtest.Grid([]string{"card_id", "id", "is_visible"}, []string{"A", "f", "maybe"}),
			[]string{
				"2 C2: the cell is neither true nor false",
				"2 : one of its rows on the sheet Fields was refused",
			},
		},
		"truths in words": {
			xlsxtest.Grid([]string{"card_id", "id", "is_visible"}, []string{"A", "f", "Yes"},
				[]string{"A", "g", "nein"}),
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			roster, _ := readBook(t, cards, c.fields, "")
			var got []string
			for _, p := range roster.Problems {
				message, _, _ := strings.Cut(p.Message, ";")
				got = append(got, strings.Join([]string{itoa(p.Line), " ", p.Cell, ": ", message}, ""))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func itoa(n int) string { return string(rune('0' + n)) }

// TestMergedDetails: a member that is merged over the next row does not belong to that row.
func TestMergedDetails(t *testing.T) {
	cards := xlsxtest.Grid([]string{"card_id", "title"}, []string{"A", "Staff"})
	fields := strings.Replace(xlsxtest.Grid([]string{"Card ID", "ID", "Title", "Default"},
		[]string{"A", "f1", "Site", "x"}, []string{"A", "f2", "Hall", ""}, []string{"A", "f3", "Room", ""}),
		"</worksheet>", `<mergeCells><mergeCell ref="D2:D3"/><mergeCell ref="E2:E3"/></mergeCells></worksheet>`, 1)
	roster, _ := readBook(t, cards, fields, "")
	var got []string
	for _, p := range roster.Problems {
		if p.Severity == reconcile.SeverityError {
			got = append(got, p.Cell+": "+p.Message)
		}
	}
	want := []string{"D3: the cell belongs to the merged D2:D3, whose content counts for row 2 only"}
	if diff := cmp.Diff(want, got); diff != "" || len(roster.FileErrors) != 1 {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHiddenDetailSheet: a hidden sheet of details is reported, and not read.
func TestHiddenDetailSheet(t *testing.T) {
	inFolder(t, map[string]string{"a.xlsx": book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{
		{Name: "S", XML: xlsxtest.Grid([]string{"credential_id", "value", "options"}, []string{"c1", "0815", ""})},
		{Name: "Fields", State: "hidden", XML: xlsxtest.Grid([]string{"credential_id", "title"}, []string{"c1", "T"})},
	}})})
	roster, err := readStuffed("a.xlsx")
	if err != nil || roster.Rows.Len() != 1 || len(roster.Problems) != 1 {
		t.Fatalf("%v, %v", roster, err)
	}
	if p := roster.Problems[0]; p.Sheet != "Fields" || p.Kind != cellio.KindSheet || p.Severity != reconcile.SeverityWarning {
		t.Errorf("%+v", p)
	}
	if text := roster.Rows.Record(0).Text("options"); text != "" {
		t.Errorf("the hidden sheet was read: %s", text)
	}
}
