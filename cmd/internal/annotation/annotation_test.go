package annotation_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"github.com/xuri/excelize/v2"

	"keyroster/cmd/internal/annotation"
	"keyroster/cmd/internal/failure"
	"keyroster/io/odsio/odstest"
	"keyroster/io/reportio"
	"keyroster/io/rights/rightstest"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// badge is a row struct like those of the providers of access credentials.
type badge struct {
	CredentialID string           `csv:"credential_id" roster:"key"`
	HolderID     string           `csv:"holder_id,person_id" roster:"match,pairs,holder"`
	Type         string           `csv:"type" roster:"match,pairs,type"`
	Value        reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
}

var schema = reconcile.NewSchema("demo", badge{})

// rows are the rows of every roster here: the second one's value looks damaged.
var rows = [][]string{
	{"credential_id", "type", "value"},
	{"K1", "card", "0010000009"},
	{"P1", "pin", "4.81E+05"},
}

// read writes a roster of those rows to a folder of its own, which becomes the current one, and
// reads the roster.
func read(t *testing.T, name string) *reconcile.Roster {
	t.Helper()
	t.Chdir(t.TempDir())
	switch filepath.Ext(name) {
	case ".csv":
		var text bytes.Buffer
		for _, row := range rows {
			text.WriteString(strings.Join(row, ",") + "\n")
		}
		must(t, os.WriteFile(name, text.Bytes(), 0o600))
	case ".ods":
		odstest.Book{Sheets: []odstest.Sheet{{Name: "Sheet1", XML: odstest.Grid(rows...)}}}.Write(t, name)
	default:
		book := excelize.NewFile()
		for n, row := range rows {
			must(t, book.SetSheetRow("Sheet1", "A"+string(rune('1'+n)), &row))
		}
		must(t, book.SaveAs(name))
		must(t, book.Close())
	}
	roster, err := rosterio.Read(t.Context(), []string{name}, rosterio.Options{Schema: schema, Row: badge{}})
	must(t, err)
	return roster
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func of() annotation.Source { return annotation.Source{Schema: schema, Instead: "run again"} }

// comments returns the cells of a copy's only sheet that have a comment, and the comments.
func comments(t *testing.T, name string) (cells, texts []string, book *excelize.File) {
	t.Helper()
	book, err := excelize.OpenFile(name)
	must(t, err)
	t.Cleanup(func() { _ = book.Close() })
	found, err := book.GetComments(book.GetSheetName(0))
	must(t, err)
	for _, c := range found {
		text := c.Text
		for _, run := range c.Paragraph {
			text += run.Text
		}
		cells, texts = append(cells, c.Cell), append(texts, text)
	}
	return cells, texts, book
}

func TestProblemsStandAtTheirCells(t *testing.T) {
	for _, name := range []string{"badges.xlsx", "badges.csv", "badges.ods"} {
		t.Run(name, func(t *testing.T) {
			roster := read(t, name)
			copied, err := annotation.Open("out.xlsx", roster, of())
			must(t, err)
			var log bytes.Buffer
			must(t, copied.Problems(zerolog.New(&log), roster.Problems))
			cells, texts, book := comments(t, "out.xlsx")
			if !slices.Equal(cells, []string{"C3"}) || !strings.Contains(texts[0], "error: ") || !strings.Contains(texts[0], "Remedy: ") {
				t.Errorf("comments on %q: %q", cells, texts)
			}
			if value, err := book.GetCellValue(book.GetSheetName(0), "C2"); value != "0010000009" || err != nil {
				t.Errorf("C2 is %q (%v)", value, err)
			}
			if !strings.Contains(log.String(), `"message":"wrote an annotated copy"`) {
				t.Errorf("logged %s", &log)
			}
			rightstest.Private(t, "out.xlsx")
		})
	}
}

// TestCopySaysWhatWasRead: remarks may show values, since the copy holds them anyway.
func TestCopySaysWhatWasRead(t *testing.T) {
	before := rows
	t.Cleanup(func() { rows = before })
	rows = append(slices.Clone(rows), []string{"K2", "card", "'0010000010"})
	roster := read(t, "badges.xlsx")
	copied, err := annotation.Open("out.xlsx", roster, of())
	must(t, err)
	must(t, copied.Problems(zerolog.Nop(), roster.Problems))
	_, texts, _ := comments(t, "out.xlsx")
	if len(texts) != 2 || !strings.Contains(texts[1], "Read: '0010000010\nLikely: 0010000010\n") {
		t.Errorf("comments %q", texts)
	}
	for _, p := range roster.Problems {
		if strings.Contains(p.String(), "0010000010") {
			t.Errorf("the problem holds the value: %s", p)
		}
	}
}

// TestOutcomesStandBesideTheirRows: outcomes stand beside their rows, and the run keeps the same
// bytes as the copy.
func TestOutcomesStandBesideTheirRows(t *testing.T) {
	for name, sheet := range map[string]string{"badges.xlsx": "Sheet1", "badges.csv": "", "badges.ods": "Sheet1"} {
		t.Run(name, func(t *testing.T) {
			roster := read(t, name)
			copied, err := annotation.Open("out.xlsx", roster, of())
			must(t, err)
			report := &reportio.Report{Lines: func(yield func(*reportio.Line, error) bool) {
				_ = yield(&reportio.Line{Outcome: reconcile.Applied, Source: &reconcile.Source{File: name, Sheet: sheet, Line: 2}}, nil) &&
					yield(&reportio.Line{Situation: reconcile.Unlisted, CredentialID: "K9"}, nil) &&
					yield(&reportio.Line{Outcome: reconcile.InvalidRow, Reason: "no number", Source: &reconcile.Source{File: name, Sheet: sheet, Line: 3}}, nil)
			}}
			var kept []byte
			var keptAs string
			keep := func(name string, data []byte) error { keptAs, kept = name, data; return nil }
			must(t, copied.Outcomes(zerolog.Nop(), report, roster.Problems, keep))
			_, _, book := comments(t, "out.xlsx")
			for cell, want := range map[string]string{
				"D1": "keyroster_outcome", "E1": "keyroster_outcome_reason",
				"D2": "applied", "D3": "invalid", "E3": "no number",
			} {
				if got, err := book.GetCellValue(book.GetSheetName(0), cell); got != want || err != nil {
					t.Errorf("%s is %q, want %q (%v)", cell, got, want, err)
				}
			}
			out, err := os.ReadFile("out.xlsx")
			must(t, err)
			if keptAs != "annotated.xlsx" || keptAs != copied.Name() || !bytes.Equal(kept, out) {
				t.Errorf("%d bytes were kept as %s, the copy has %d", len(kept), keptAs, len(out))
			}
		})
	}
}

// TestOutcomesOfAWideTable: the outcomes of all rows from one line of a wide table are named beside
// it, and a remark goes to the row's own cell.
func TestOutcomesOfAWideTable(t *testing.T) {
	before := rows
	t.Cleanup(func() { rows = before })
	rows = [][]string{{"holder_id", "Card", "PIN"}, {"7", "0010000009", "048216"}}
	roster := read(t, "badges.xlsx")
	copied, err := annotation.Open("out.xlsx", roster, of())
	must(t, err)
	at := func(cell, header string) *reconcile.Source {
		return &reconcile.Source{File: "badges.xlsx", Sheet: "Sheet1", Line: 2, Cell: cell, Header: header}
	}
	report := &reportio.Report{Lines: func(yield func(*reportio.Line, error) bool) {
		_ = yield(&reportio.Line{Outcome: reconcile.Applied, Source: at("B2", "Card")}, nil) &&
			yield(&reportio.Line{Outcome: reconcile.Failed, Reason: "too long", Source: at("C2", "PIN")}, nil)
	}}
	must(t, copied.Outcomes(zerolog.Nop(), report, nil, func(string, []byte) error { return nil }))
	cells, texts, book := comments(t, "out.xlsx")
	if !slices.Equal(cells, []string{"C2"}) || !strings.Contains(texts[0], "failed: too long") {
		t.Errorf("comments on %q: %q", cells, texts)
	}
	for cell, want := range map[string]string{"D2": "Card: applied; PIN: failed", "E2": "PIN: too long"} {
		if got, err := book.GetCellValue("Sheet1", cell); got != want || err != nil {
			t.Errorf("%s is %q, want %q (%v)", cell, got, want, err)
		}
	}
}

// TestWhatHasNoCopy: a copy that cannot be made is refused before anything is written.
func TestWhatHasNoCopy(t *testing.T) {
	for name, c := range map[string]struct {
		file, out string
		change    func(t *testing.T, roster *reconcile.Roster)
		kind      failure.Kind
		want      string
	}{
		"CSV as CSV": {
			"a.csv", "out.csv", nil, failure.Usage,
			"a.csv is a CSV file, which cannot hold comments or colours",
		},
		"a workbook as CSV": {"a.xlsx", "out.csv", nil, failure.Usage, "the copy of a.xlsx cannot be a .csv file"},
		"an .ods copy":      {"a.ods", "out.ods", nil, failure.Usage, "the copy of a.ods is an .xlsx workbook"},
		"over the roster":   {"a.xlsx", "./a.xlsx", nil, failure.Usage, "--annotate never writes to the roster itself"},
		"standard input": {"a.csv", "out.xlsx", func(_ *testing.T, roster *reconcile.Roster) {
			roster.Files[0].Name = "standard input"
		}, failure.Usage, "--annotate copies a file, but the roster came from standard input"},
		"two files": {"a.csv", "out.xlsx", func(_ *testing.T, roster *reconcile.Roster) {
			roster.Files = append(roster.Files, roster.Files[0])
		}, failure.Usage, "--annotate copies one file, and the roster has 2"},
		"a file that changed": {"a.csv", "out.xlsx", func(t *testing.T, _ *reconcile.Roster) {
			must(t, os.WriteFile("a.csv", []byte("credential_id,value\n"), 0o600))
		}, failure.Roster, "a.csv changed since it was read"},
		"a file that is gone": {"a.csv", "out.xlsx", func(t *testing.T, _ *reconcile.Roster) {
			must(t, os.Remove("a.csv"))
		}, failure.Roster, "read the roster again for its copy: "},
	} {
		t.Run(name, func(t *testing.T) {
			roster := read(t, c.file)
			if c.change != nil {
				c.change(t, roster)
			}
			copied, err := annotation.Open(c.out, roster, of())
			f, ok := errors.AsType[*failure.Error](err)
			if copied != nil || !ok || f.Kind != c.kind || !strings.HasPrefix(err.Error(), c.want) || f.Hint == "" {
				t.Errorf("%+v", err)
			}
			if found, err := filepath.Glob("out.*"); len(found) > 0 || err != nil {
				t.Errorf("%q was written (%v)", found, err)
			}
		})
	}
}

// TestNoCopy: where no copy was asked for, nothing is done.
func TestNoCopy(t *testing.T) {
	copied, err := annotation.Open("", &reconcile.Roster{}, annotation.Source{})
	must(t, err)
	must(t, copied.Problems(zerolog.Nop(), nil))
	must(t, copied.Outcomes(zerolog.Nop(), nil, nil, nil))
	if copied != nil || copied.Name() != "" {
		t.Errorf("a copy called %q", copied.Name())
	}
}
