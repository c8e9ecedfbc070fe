package rosterio_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

// badge is a row struct like those of access credential providers.
type badge struct {
	CredentialID string           `csv:"credential_id" roster:"key"`
	HolderID     string           `csv:"holder_id,person_id" roster:"match,pairs,holder"`
	HolderEmail  string           `csv:"holder_email" roster:"match,email,holder-email"`
	Type         string           `csv:"type" roster:"match,pairs,type"`
	Value        reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	EndsAt       string           `csv:"ends_at" roster:"managed,time,create,update,clear,end"`
	State        string           `csv:"state" roster:"state"`
}

func options() rosterio.Options {
	return rosterio.Options{Schema: reconcile.NewSchema("demo", badge{}), Row: badge{}}
}

// inFolder writes files to a folder of their own and makes it the current one.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func book(t testing.TB, b xlsxtest.Book) string { return string(b.Bytes(t)) }

// grid returns a sheet with one row below a header.
func grid(id, value string) string {
	return xlsxtest.Grid([]string{"Credential ID", "Value", "State"}, []string{id, value, ""})
}

// rowTexts returns the rows as place, id and value.
func rowTexts(r *reconcile.Roster) []string {
	var all []string
	for n := range r.Rows.Len() {
		at := r.Source(n)
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %d: %s %s", at.File, at.Sheet, at.Line, r.Rows.Record(n).ID(), r.Rows.Record(n).Text("value"))))
	}
	return all
}

func kinds(problems []reconcile.Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Kind)
	}
	return all
}

const plain = "credential_id,value\nc1,0815\n"

func TestRead(t *testing.T) {
	two := book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{
		{Name: "Old", XML: grid("c0", "0000"), State: "hidden"},
		{Name: "Notes", XML: xlsxtest.Grid([]string{"ask the front desk"})},
		{Name: "Empty", XML: xlsxtest.Grid()},
		{Name: "Doors", XML: grid("c1", "0815")},
	}})
	noted := book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{
		{Name: "Doors", XML: grid("c1", "0815")}, {Name: cellio.NotesSheet, XML: xlsxtest.Grid([]string{"In sheet", "In cell", "Problem"}, []string{"Doors", "B2", "error"})},
	}})
	sites := book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{
		{Name: "Site A", XML: grid("c1", "0815")}, {Name: "Site B", XML: grid("c2", "0816")}, {Name: "Site C", XML: grid("c3", "0817"), State: "hidden"},
	}})
	legend := xlsxtest.Grid([]string{"Type", "State"}, []string{"card", "present"})
	listed := book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: grid("c1", "0815")}, {Name: "Legend", XML: legend}, {Name: "Lists", XML: legend, State: "hidden"}}})
	tests := []struct {
		name   string
		files  map[string]string
		inputs []string
		stdin  string
		sheet  string
		want   []string
		kinds  []string
	}{
		{name: "CSV", files: map[string]string{"a.csv": plain}, inputs: []string{"a.csv"}, want: []string{"a.csv  2: c1 0815"}},
		{name: "standard input", inputs: []string{"-"}, stdin: plain, want: []string{"standard input  2: c1 0815"}},
		{
			name: "the content counts, not the name", files: map[string]string{"a.xlsx": plain, "b.csv": book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: grid("c2", "0816")}}})},
			inputs: []string{"a.xlsx", "b.csv"}, want: []string{"a.xlsx  2: c1 0815", "b.csv S 2: c2 0816"},
		},
		{name: "first visible sheet with a header", files: map[string]string{"b.xlsx": two}, inputs: []string{"b.xlsx"}, want: []string{"b.xlsx Doors 2: c1 0815"}, kinds: []string{cellio.KindSheet}},
		{name: "named sheet, beside a hidden one", files: map[string]string{"b.xlsx": two}, inputs: []string{"b.xlsx#Doors"}, want: []string{"b.xlsx Doors 2: c1 0815"}},
		{name: "named sheet, hidden", files: map[string]string{"b.xlsx": two}, inputs: []string{"b.xlsx#Old"}, want: []string{"b.xlsx Old 2: c0 0000"}},
		{name: "sheet by option", files: map[string]string{"b.xlsx": two}, inputs: []string{"b.xlsx"}, sheet: "old", want: []string{"b.xlsx Old 2: c0 0000"}},
		{
			name: "sheets by pattern, and a hidden one", files: map[string]string{"s.xlsx": sites},
			inputs: []string{"s.xlsx#Site *"},
			want:   []string{"s.xlsx Site A 2: c1 0815", "s.xlsx Site B 2: c2 0816"}, kinds: []string{cellio.KindSheet},
		},
		{name: "the remarks of an annotated copy", files: map[string]string{"n.xlsx": noted}, inputs: []string{"n.xlsx#*"}, want: []string{"n.xlsx Doors 2: c1 0815"}},
		{name: "two sheets of one file", files: map[string]string{"s.xlsx": sites}, inputs: []string{"s.xlsx#Site B", "s.xlsx#Site A"}, want: []string{"s.xlsx Site B 2: c2 0816", "s.xlsx Site A 2: c1 0815"}},
		{
			name: "other sheets with a header are told of, hidden ones too", files: map[string]string{"s.xlsx": sites}, inputs: []string{"s.xlsx"},
			want: []string{"s.xlsx Site A 2: c1 0815"}, kinds: []string{cellio.KindSheet, cellio.KindSheet},
		},
		{name: "lists are no roster", files: map[string]string{"l.xlsx": listed}, inputs: []string{"l.xlsx"}, want: []string{"l.xlsx Doors 2: c1 0815"}, kinds: []string{cellio.KindOtherSheet}},
		{name: "a path with #", files: map[string]string{"a#1.csv": plain, "b#1.xlsx": sites}, inputs: []string{"a#1.csv", "b#1.xlsx#Site B"}, want: []string{"a#1.csv  2: c1 0815", "b#1.xlsx Site B 2: c2 0816"}},
		{
			name: "equal rows across files", files: map[string]string{"a.csv": plain, "b.csv": plain}, inputs: []string{"a.csv", "b.csv"},
			want: []string{"a.csv  2: c1 0815", "b.csv  2: c1 0815"},
		},
		{
			name: "contradictions across files", files: map[string]string{"a.csv": plain, "b.csv": "credential_id,value\nc1,0816\n"}, inputs: []string{"a.csv", "b.csv"},
			want:  []string{"a.csv  2: c1 0815", "b.csv  2: c1 0816"},
			kinds: []string{rosterio.KindDuplicateRow, rosterio.KindDuplicateRow},
		},
		{name: "header only", files: map[string]string{"a.csv": "credential_id,value\n"}, inputs: []string{"a.csv"}, kinds: []string{rosterio.KindNoRows}},
		{name: "no header", files: map[string]string{"a.csv": "c1,0815\n"}, inputs: []string{"a.csv"}, kinds: []string{rosterio.KindNoHeader}},
		{
			name: "no header in the only sheet", files: map[string]string{"a.xlsx": book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Grid([]string{"c1", "0815"})}}})},
			inputs: []string{"a.xlsx"}, kinds: []string{rosterio.KindNoHeader},
		},
		{name: "Windows-1252", files: map[string]string{"a.csv": "credential_id,value,state\nc\xe9,0815,\n"}, inputs: []string{"a.csv"}, want: []string{"a.csv  2: cé 0815"}, kinds: []string{cellio.KindEncoding}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inFolder(t, tt.files)
			o := options()
			o.Stdin, o.Sheet = strings.NewReader(tt.stdin), tt.sheet
			roster, err := rosterio.Read(context.Background(), tt.inputs, o)
			if err != nil {
				t.Fatalf("Read: %v", err)
			}
			if diff := cmp.Diff(tt.want, rowTexts(roster)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.kinds, kinds(roster.Problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			for i, f := range roster.Files {
				content := tt.stdin
				if f.Name != "standard input" {
					content = tt.files[f.Name]
				}
				sum := sha256.Sum256([]byte(content))
				if f.SHA256 != hex.EncodeToString(sum[:]) {
					t.Errorf("file %d: digest %s is not that of its bytes", i, f.SHA256)
				}
			}
		})
	}
}

// TestReadDamagedCells: damage done by a spreadsheet, as both kinds of file hold it.
func TestReadDamagedCells(t *testing.T) {
	const sheet = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>` +
		`<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2" s="1"><v>815</v></c><c r="C2" s="2"><v>46053</v></c></row>` +
		`<row r="3"><c r="A3"><v>4567</v></c><c r="B3"><v>30834687</v></c></row>` +
		`<row r="4"><c r="A4"><v>4.5678901234567891E+15</v></c><c r="B4" t="e"><v>#N/A</v></c></row>` +
		`<row r="5"><c r="A5" t="b"><v>1</v></c><c r="B5"><f>A1</f></c></row>` +
		`<row r="6" hidden="1"><c r="A6" t="inlineStr"><is><t>c6</t></is></c><c r="B6" t="str"><f>"00"&amp;"12"</f><v>0012</v></c><c r="C6"><v>46053</v></c></row>`
	inFolder(t, map[string]string{"d.xlsx": book(t, xlsxtest.Book{
		Sheets:        []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(sheet)}},
		SharedStrings: xlsxtest.Strings("credential_id", "value", "ends_at", "c2"), Styles: xlsxtest.Styles("00000", "#14"),
	})})
	roster, err := rosterio.Read(context.Background(), []string{"d.xlsx"}, options())
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	want := []string{"B3 number", "A4 rounded", "B4 spreadsheet_error", "A5 boolean", "B5 formula_without_result", "B6 formula", "C6 not_a_date", " hidden_rows"}
	var got []string
	for _, p := range roster.Problems {
		got = append(got, p.Cell+" "+p.Kind)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	first := roster.Rows.Record(0)
	if first.Text("value") != "00815" || first.Text("ends_at") != "2026-01-31" {
		t.Errorf("row 2 is %q, %q; want 00815, 2026-01-31", first.Text("value"), first.Text("ends_at"))
	}
	if got := roster.Rows.Record(4).Text("value"); got != "0012" {
		t.Errorf("result of the formula is %q, want 0012", got)
	}
}

func TestUnusable(t *testing.T) {
	whole := book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: grid("c1", "0815")}, {Name: "T", XML: xlsxtest.Grid([]string{"x"})}}})
	cut := book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: strings.TrimSuffix(grid("c1", "0815"), "</sheetData></worksheet>")}}})
	lost := book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Grid([]string{"a"})}, {Name: "T", XML: xlsxtest.Grid([]string{"x"})}}})
	tests := []struct {
		name, file, content, input, sheet, kind string
	}{
		{name: "missing", input: "none.csv", kind: cellio.KindMissingFile},
		{name: "missing with a sheet", input: "none.xlsx#S", kind: cellio.KindMissingFile},
		{name: "folder", input: ".", kind: cellio.KindDirectory},
		{name: "empty", file: "a.csv", input: "a.csv", kind: cellio.KindEmptyFile},
		{name: "nothing but blank lines", file: "a.csv", content: "\n\n,,\n", input: "a.csv", kind: cellio.KindEmptyFile},
		{name: "empty standard input", input: "-", kind: cellio.KindEmptyFile},
		{
			name: "zip that is not a workbook", file: "a.xlsx",
			content: string(xlsxtest.Zip(t, false, xlsxtest.Entry{Name: "a.txt", Data: "x"})),
			input:   "a.xlsx", kind: cellio.KindFileType,
		},
		{name: "old Excel", file: "a.xls", content: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 512), input: "a.xls", kind: cellio.KindFileType},
		{name: "CSV cut in a quoted cell", file: "a.csv", content: plain + "c2,\"08", input: "a.csv", kind: cellio.KindDamaged},
		{name: "sheet cut off", file: "a.xlsx", content: cut, input: "a.xlsx", kind: cellio.KindDamaged},
		{name: "workbook cut off", file: "a.xlsx", content: whole[:len(whole)/2], input: "a.xlsx", kind: cellio.KindDamaged},
		{name: "no such sheet", file: "a.xlsx", content: whole, input: "a.xlsx#Doors", kind: cellio.KindSheet},
		{name: "no sheet with a header", file: "a.xlsx", content: lost, input: "a.xlsx", kind: cellio.KindSheet},
		{name: "sheet of a CSV file", file: "a.csv", content: plain, input: "a.csv#Doors", kind: cellio.KindSheet},
		{name: "sheet option for a CSV file", file: "a.csv", content: plain, input: "a.csv", sheet: "Doors", kind: cellio.KindSheet},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"good.csv": "credential_id,value\nc9,0999\n"}
			if tt.file != "" {
				files[tt.file] = tt.content
			}
			inFolder(t, files)
			o := options()
			o.Stdin, o.Sheet = strings.NewReader(""), tt.sheet
			inputs := []string{tt.input, "good.csv"}
			if tt.sheet != "" {
				inputs = inputs[:1]
			}
			roster, err := rosterio.Read(context.Background(), inputs, o)
			e, ok := errors.AsType[*cellio.InputError](err)
			if !ok || e.Kind != tt.kind || e.File == "" || e.Remedy == "" {
				t.Fatalf("Read = %v, want an InputError of kind %s with file and remedy", err, tt.kind)
			}
			for n := range roster.Rows.Len() {
				if roster.Source(n).File != "good.csv" {
					t.Errorf("row %d of the unusable file is in the roster", n)
				}
			}
			if len(roster.Problems) > 0 {
				t.Errorf("problems %v, want none: the file is not used", roster.Problems)
			}
		})
	}
}

func TestUnusableFilesAreAllTold(t *testing.T) {
	inFolder(t, map[string]string{"a.csv": plain})
	roster, err := rosterio.Read(context.Background(), []string{"x.csv", "a.csv", "./a.csv", "y.csv"}, options())
	want := []string{cellio.KindMissingFile, cellio.KindDuplicateInput, cellio.KindMissingFile}
	if diff := cmp.Diff(want, kinds(rosterio.Problems(err))); diff != "" || roster.Rows.Len() != 1 {
		t.Errorf("%d rows; unusable (-want +got):\n%s", roster.Rows.Len(), diff)
	}
	if _, err := rosterio.Read(context.Background(), nil, options()); len(rosterio.Problems(err)) != 1 {
		t.Errorf("Read of no input = %v, want an InputError", err)
	}
	if _, err := rosterio.Read(context.Background(), []string{"-"}, options()); len(rosterio.Problems(err)) != 1 {
		t.Errorf("Read of no standard input = %v, want an InputError", err)
	}
}

func TestReadStopsWhenCancelled(t *testing.T) {
	inFolder(t, map[string]string{"a.csv": plain})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if roster, err := rosterio.Read(ctx, []string{"a.csv"}, options()); !errors.Is(err, context.Canceled) || roster != nil {
		t.Errorf("Read = %v, %v; want context.Canceled and no roster", roster, err)
	}
}

// TestKindsOfFileAgree: the same roster reads the same as CSV and as a workbook.
func TestKindsOfFileAgree(t *testing.T) {
	var lines [][]string
	var csv strings.Builder
	for i := range 3000 {
		line := []string{fmt.Sprint("c", i), fmt.Sprint("p", i%7), "card", fmt.Sprintf("%010d", i*7919), "", ""}
		if i == 0 {
			line = []string{"credential_id", "Person ID", "type", "value", "ends_at", "state"}
		}
		lines = append(lines, line)
		csv.WriteString(strings.Join(line, ";") + "\r\n")
	}
	inFolder(t, map[string]string{"a.csv": csv.String(), "a.xlsx": book(t, xlsxtest.Book{Deflate: true, Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Grid(lines...)}}})})
	read := func(path string) *reconcile.Roster {
		roster, err := rosterio.Read(context.Background(), []string{filepath.Clean(path)}, options())
		if err != nil || len(roster.Problems) > 0 {
			t.Fatalf("Read(%s): %v, %v", path, err, roster.Problems)
		}
		return roster
	}
	a, b := read("a.csv"), read("a.xlsx")
	if a.Rows.Len() != 2999 || b.Rows.Len() != 2999 {
		t.Fatalf("%d and %d rows, want 2999", a.Rows.Len(), b.Rows.Len())
	}
	for n := range a.Rows.Len() {
		for c := range a.Rows.Schema().Columns {
			x, y := a.Rows.Record(n).Cell(c), b.Rows.Record(n).Cell(c)
			if x.State() != y.State() || x.Text() != y.Text() {
				t.Fatalf("row %d, column %d differ", n, c)
			}
		}
		if a.Source(n).Line != b.Source(n).Line {
			t.Fatalf("row %d is on lines %d and %d", n, a.Source(n).Line, b.Source(n).Line)
		}
	}
}

// TestDateCellsKeepTheirZone: a date cell with a zone is an instant; any other is a local time,
// which the provider reads in the zone of the row's system.
func TestDateCellsKeepTheirZone(t *testing.T) {
	want := []string{"2028-07-01T12:00:00Z", "2028-07-01T12:00:00+02:00", "2028-07-01T12:00:00", "2028-07-01"}
	rows := `<row><c t="inlineStr"><is><t>credential_id</t></is></c><c t="inlineStr"><is><t>ends_at</t></is></c></row>`
	for n, text := range want {
		rows += fmt.Sprintf(`<row><c t="inlineStr"><is><t>c%d</t></is></c><c t="d"><v>%s</v></c></row>`, n, text)
	}
	inFolder(t, map[string]string{"a.xlsx": book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(rows)}}})})
	roster, err := rosterio.Read(t.Context(), []string{"a.xlsx"}, options())
	if err != nil || len(roster.Problems) > 0 {
		t.Fatalf("%v, %v", err, roster.Problems)
	}
	var got []string
	for n := range roster.Rows.Len() {
		got = append(got, roster.Rows.Record(n).Text("ends_at"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestProblemsOfSeveralFiles: problems stay with their rows when the rosters of several files are
// joined.
func TestProblemsOfSeveralFiles(t *testing.T) {
	inFolder(t, map[string]string{
		"a.csv": "credential_id,value\na1,0815\na2, 0816\n",
		"b.csv": "credential_id,valeu,state\nb1,1,\nb2,2,gone\n",
		"c.csv": "credential_id,value\nc1,0815,x\nc2,'0816\n",
	})
	roster, err := rosterio.Read(context.Background(), []string{"a.csv", "b.csv", "c.csv"}, options())
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	for row, kind := range map[int]string{1: rosterio.KindSpaces, 3: rosterio.KindState, 4: rosterio.KindRagged, 5: rosterio.KindApostrophe} {
		at, invalid := roster.Invalid[row]
		if !invalid || roster.Problems[at].Kind != kind || roster.Problems[at].Source != roster.Source(row) {
			t.Errorf("row %d: invalid %t, problem %v; want kind %s at %v", row, invalid, roster.Problems[at], kind, roster.Source(row))
		}
	}
	if len(roster.Invalid) != 4 || roster.Unlocated != 1 {
		t.Errorf("%d invalid rows, %d unlocated; want 4 and 1", len(roster.Invalid), roster.Unlocated)
	}
	var fileErrors []reconcile.Problem
	for _, at := range roster.FileErrors {
		fileErrors = append(fileErrors, roster.Problems[at])
	}
	if diff := cmp.Diff([]string{rosterio.KindMisspeltColumn}, kinds(fileErrors)); diff != "" {
		t.Errorf("errors of files (-want +got):\n%s", diff)
	}
}

// TestLockFiles: lock files, which a pattern of file names matches, are reported as such; a
// workbook with such a name is still a workbook.
func TestLockFiles(t *testing.T) {
	sheet := book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Grid([]string{"credential_id", "value"}, []string{"c1", "0815"})}}})
	inFolder(t, map[string]string{"~$badges.xlsx": "\x05Lee\x00\x00", "~$empty.xlsx": "", ".~lock.badges.xlsx#": ",lee,host,01.02.2026 03:04", "~$real.xlsx": sheet})
	for _, name := range []string{"~$badges.xlsx", "~$empty.xlsx", ".~lock.badges.xlsx#"} {
		_, err := rosterio.Read(context.Background(), []string{name}, options())
		if bad, ok := errors.AsType[*cellio.InputError](err); !ok || !strings.Contains(bad.Message, "lock file") || !strings.Contains(bad.Remedy, "[!~]*.xlsx") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if roster, err := rosterio.Read(context.Background(), []string{"~$real.xlsx"}, options()); err != nil || roster.Rows.Len() != 1 {
		t.Errorf("%v", err)
	}
}
