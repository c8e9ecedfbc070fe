package annotateio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"keyroster/io/annotateio"
	"keyroster/io/cellio"
	"keyroster/io/csvio"
	"keyroster/io/xlsxio/xlsxtest"
)

// book is a workbook such as a person keeps: a title above the header, its own format and font, a
// comment, another sheet and a hidden one.
func book(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", "Doors"))
	must(f.SetCellStr("Doors", "A1", "Our badges"))
	for i, text := range []string{"Staff", "Badge No", "Note"} {
		cell, _ := excelize.CoordinatesToCellName(i+1, 3)
		must(f.SetCellStr("Doors", cell, text))
	}
	format := "00000000"
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Bold: true, Color: "123456"}})
	must(err)
	for row := 4; row < 10; row++ {
		must(f.SetCellStr("Doors", fmt.Sprint("A", row), fmt.Sprint("s", row)))
		must(f.SetCellInt("Doors", fmt.Sprint("B", row), int64(1000+row)))
		must(f.SetCellStyle("Doors", fmt.Sprint("B", row), fmt.Sprint("B", row), style))
	}
	must(f.SetCellFormula("Doors", "C5", "1+1"))
	must(f.AddComment("Doors", excelize.Comment{Cell: "B5", Author: "Facility", Text: "ask the guard"}))
	must(f.SetColWidth("Doors", "B", "B", 33))
	_, err = f.NewSheet("Other")
	must(err)
	must(f.SetCellStr("Other", "A1", "kept"))
	_, err = f.NewSheet("Secret")
	must(err)
	must(f.SetCellStr("Secret", "B2", "kept too"))
	must(f.SetSheetVisible("Secret", false))
	var out bytes.Buffer
	must(f.Write(&out))
	return out.Bytes()
}

func reopen(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func comments(t *testing.T, f *excelize.File, sheet string) map[string]string {
	t.Helper()
	found, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, c := range found {
		all[c.Cell] = c.Text
		for _, run := range c.Paragraph {
			all[c.Cell] += run.Text
		}
	}
	return all
}

func TestMarksLeaveEverythingElse(t *testing.T) {
	original := book(t)
	kept := bytes.Clone(original)
	copied, err := annotate("badges.xlsx", original, annotateio.Options{Marks: []annotateio.Mark{
		{Sheet: "Doors", Cell: "B4", Row: 4, Text: "error: one", Tone: annotateio.Bad},
		{Sheet: "Doors", Cell: "B4", Row: 4, Text: "warning: two", Tone: annotateio.Doubtful},
		{Sheet: "Doors", Cell: "B5", Row: 5, Text: "error: three", Tone: annotateio.Bad},
		{Sheet: "Doors", Row: 7, Text: "error: the row", Tone: annotateio.Bad},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(original, kept) {
		t.Error("the original changed")
	}
	f := reopen(t, copied)
	got := comments(t, f, "Doors")
	for cell, want := range map[string]string{"B4": "error: one\n\nwarning: two", "B5": "ask the guard\n\nerror: three", "A7": "error: the row"} {
		if got[cell] != want {
			t.Errorf("comment on %s: %q", cell, got[cell])
		}
	}
	if len(got) != 3 {
		t.Errorf("%d comments", len(got))
	}
	id, _ := f.GetCellStyle("Doors", "B4")
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	if style.CustomNumFmt == nil || *style.CustomNumFmt != "00000000" || !style.Font.Bold || style.Font.Color != "123456" || len(style.Fill.Color) == 0 || style.Fill.Color[0] != "FADBCB" {
		t.Errorf("the cell's style is %+v with font %+v", style, style.Font)
	}
	if plain, _ := f.GetCellStyle("Doors", "B6"); plain == id {
		t.Error("a cell without a remark was coloured")
	}
	if width, _ := f.GetColWidth("Doors", "B"); width != 33 {
		t.Errorf("the column is %v wide", width)
	}
	if visible, _ := f.GetSheetVisible("Secret"); visible {
		t.Error("the hidden sheet is shown")
	}
	if text, _ := f.GetCellValue("Secret", "B2"); text != "kept too" {
		t.Errorf("the hidden sheet holds %q", text)
	}
	if !slices.Equal(f.GetSheetList(), []string{"Doors", "Other", "Secret"}) {
		t.Errorf("sheets %q", f.GetSheetList())
	}
}

// TestCommentsOfOtherSheetsStay: the numbers of comment parts need not start at one or match those
// of their sheets, as in workbooks of LibreOffice.
func TestCommentsOfOtherSheetsStay(t *testing.T) {
	f := reopen(t, book(t))
	if err := f.AddComment("Other", excelize.Comment{Cell: "A1", Author: "Facility", Text: "theirs"}); err != nil {
		t.Fatal(err)
	}
	if err := f.DeleteComment("Doors", "B5"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	copied, err := annotate("badges.xlsx", out.Bytes(), annotateio.Options{Marks: []annotateio.Mark{
		{Sheet: "Doors", Cell: "B4", Row: 4, Text: "ours", Tone: annotateio.Bad},
		{Sheet: "Secret", Cell: "B2", Row: 2, Text: "ours too", Tone: annotateio.Bad},
	}})
	if err != nil {
		t.Fatal(err)
	}
	f = reopen(t, copied)
	for sheet, want := range map[string]string{"Doors": "B4 ours", "Other": "A1 theirs", "Secret": "B2 ours too"} {
		for cell, text := range comments(t, f, sheet) {
			if got := cell + " " + text; got != want {
				t.Errorf("sheet %s has the comment %s", sheet, got)
			}
		}
		if len(comments(t, f, sheet)) != 1 {
			t.Errorf("sheet %s has %d comments", sheet, len(comments(t, f, sheet)))
		}
	}
}

// TestWorkbooksOfLibreOffice: two sheets of the workbook have comments, or only one that is not
// annotated.
func TestWorkbooksOfLibreOffice(t *testing.T) {
	for name, want := range map[string]map[string]string{
		"comments.xlsx":           {"D5": "ask the guard\n\nours", "D6": "fine", "A4": "ours"},
		"comments-elsewhere.xlsx": {"D5": "ours", "A4": "ours"},
	} {
		t.Run(name, func(t *testing.T) {
			original, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			copied, err := annotate(name, original, annotateio.Options{Marks: []annotateio.Mark{
				{Sheet: "Doors", Cell: "D5", Row: 5, Text: "ours", Tone: annotateio.Bad}, {Sheet: "Doors", Row: 4, Text: "ours", Tone: annotateio.Doubtful},
			}})
			if err != nil {
				t.Fatal(err)
			}
			f := reopen(t, copied)
			if diff := cmp.Diff(want, comments(t, f, "Doors")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(map[string]string{"A1": "their own note", "A2": "second note"}, comments(t, f, "Other")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func outcome(rows map[int]annotateio.Text) annotateio.Options {
	return annotateio.Options{Columns: []annotateio.Column{
		{Sheet: "Doors", Title: "keyroster_outcome", HeaderRow: 3, Cells: rows},
		{Sheet: "Doors", Title: "keyroster_outcome_reason", HeaderRow: 3, Cells: map[int]annotateio.Text{5: {Text: "because"}}},
	}}
}

func TestColumnsStandBesideTheRows(t *testing.T) {
	copied, err := annotate("badges.xlsx", book(t), outcome(map[int]annotateio.Text{4: {Text: "applied", Tone: annotateio.Good}, 5: {Text: "failed", Tone: annotateio.Bad}}))
	if err != nil {
		t.Fatal(err)
	}
	f := reopen(t, copied)
	for cell, want := range map[string]string{"D3": "keyroster_outcome", "E3": "keyroster_outcome_reason", "D4": "applied", "D5": "failed", "E5": "because", "D6": ""} {
		if got, _ := f.GetCellValue("Doors", cell); got != want {
			t.Errorf("%s holds %q", cell, got)
		}
	}
	// A second run fills the same columns and leaves nothing of the first.
	again, err := annotate("badges.xlsx", copied, outcome(map[int]annotateio.Text{6: {Text: "unchanged"}}))
	if err != nil {
		t.Fatal(err)
	}
	f = reopen(t, again)
	for cell, want := range map[string]string{"D3": "keyroster_outcome", "F3": "", "D4": "", "D6": "unchanged"} {
		if got, _ := f.GetCellValue("Doors", cell); got != want {
			t.Errorf("second run: %s holds %q", cell, got)
		}
	}
}

// styles is a styles part with everything that spreadsheets write.
const styles = `<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="` + xlsxtest.Namespace + `">` +
	`<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>`

// TestACopyThatWouldLoseAnythingIsRefused: no copy is made of a damaged workbook, nor for a remark
// on a sheet that does not exist.
func TestACopyThatWouldLoseAnythingIsRefused(t *testing.T) {
	grid := func(rows string) []byte {
		return xlsxtest.Book{Styles: styles, Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows(rows)}}}.Bytes(t)
	}
	whole := grid(`<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>b</t></is></c></row>`)
	mark := annotateio.Options{Marks: []annotateio.Mark{{Sheet: "Doors", Cell: "A2", Row: 2, Text: "x", Tone: annotateio.Bad}}}
	if _, err := annotate("r.xlsx", whole, mark); err != nil {
		t.Fatalf("a whole workbook: %v", err)
	}
	tests := map[string][]byte{
		"cut off":      whole[:len(whole)-40],
		"not a book":   []byte("credential_id,value\r\nc1,1\r\n"),
		"damaged part": grid(`<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"`),
	}
	for name, data := range tests {
		if _, err := annotate("r.xlsx", data, mark); err == nil {
			t.Errorf("%s: a copy was made", name)
		}
	}
	_, err := annotate("r.xlsx", whole, annotateio.Options{Marks: []annotateio.Mark{{Sheet: "Nowhere", Row: 1, Text: "x"}}})
	if _, unsafe := errors.AsType[*annotateio.UnsafeError](err); !unsafe {
		t.Errorf("a sheet that is not there: %v", err)
	}
}

func TestManyMarks(t *testing.T) {
	defer annotateio.LimitComments(20)()
	var rows strings.Builder
	var marks []annotateio.Mark
	for n := 1; n <= 30; n++ {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d"><v>%d</v></c></row>`, n, n, n)
		marks = append(marks, annotateio.Mark{Sheet: "Doors", Cell: fmt.Sprint("A", n), Row: n, Text: "error", Tone: annotateio.Bad})
	}
	data := xlsxtest.Book{Styles: styles, Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows(rows.String())}}}.Bytes(t)
	book, err := annotateio.Open("r.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	copied, err := book.Annotate(annotateio.Options{Marks: marks})
	if err != nil {
		t.Fatal(err)
	}
	f := reopen(t, copied.Data)
	if n := len(comments(t, f, "Doors")); n != 20 || copied.Comments != 20 || copied.Listed != 10 {
		t.Errorf("%d comments; the copy says %d, and %d listed", n, copied.Comments, copied.Listed)
	}
	first, _ := f.GetCellStyle("Doors", "A1")
	last, _ := f.GetCellStyle("Doors", "A30")
	if first == 0 || first != last {
		t.Errorf("styles %d and %d", first, last)
	}
	for cell, want := range map[string]string{"A4": "Doors", "B4": "A21", "C4": "error", "B13": "A30", "B14": ""} {
		if got, err := f.GetCellValue(copied.ListSheet, cell); err != nil || got != want {
			t.Errorf("sheet %q: %s holds %q, %v", copied.ListSheet, cell, got, err)
		}
	}
	if linked, target, err := f.GetCellHyperLink(copied.ListSheet, "B4"); err != nil || !linked || target != "'Doors'!A21" {
		t.Errorf("the link of the first leads to %q, %v", target, err)
	}
}

// TestATableBecomesAWorkbook: the copy of a CSV file has every line in its own row, and holds
// nothing but text.
func TestATableBecomesAWorkbook(t *testing.T) {
	table, err := csvio.Open(strings.NewReader("id,value\n\n\"a\nb\",0012\n=1+1,\"\"\nc,4.81E+05\n"), "r.csv")
	if err != nil {
		t.Fatal(err)
	}
	book, err := annotateio.FromTables(annotateio.Source{Sheet: "R & D", Table: table})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]cellio.Cell{}
	for cell, text := range map[string]string{"A1": "id", "B1": "value", "A3": "a\nb", "B3": "0012", "A5": "=1+1", "A6": "c", "B6": "4.81E+05"} {
		want[cell] = cellio.Cell{Kind: cellio.Text, Text: text}
	}
	if diff := cmp.Diff(want, cells(t, book)["R & D"]); diff != "" {
		t.Error(diff)
	}
	for _, fault := range xlsxtest.Faults(book) {
		t.Error(fault)
	}
}

// cellTable is a table of one line.
type cellTable struct{ line *cellio.Line }

func (c *cellTable) CellName(int, int) string { return "" }

func (c *cellTable) Next() (*cellio.Line, error) {
	line := c.line
	if c.line = nil; line == nil {
		return nil, io.EOF
	}
	return line, nil
}

// TestCellsStayWhatTheyAre: cells from another kind of workbook stay what they are, including the
// leading zeros that were shown.
func TestCellsStayWhatTheyAre(t *testing.T) {
	line := &cellio.Line{Number: 3, Hidden: true, Cells: []cellio.Cell{
		{Kind: cellio.Text, Text: "0012"},
		{Kind: cellio.Number, Text: "1.5E+3", Format: cellio.FormatOther},
		{Kind: cellio.Number, Text: "308346877", Format: cellio.FormatPad, Width: 10},
		{Kind: cellio.Number, Text: "12", Format: cellio.FormatPad, Width: 20},
		{},
		{Kind: cellio.Date, Text: "2026-01-05"},
		{Kind: cellio.Broken, Text: "holds a table of its own"},
		{Kind: cellio.Bool, Text: "TRUE"},
	}}
	book, err := annotateio.FromTables(
		annotateio.Source{Sheet: "Lists", Hidden: true, Table: &cellTable{}},
		annotateio.Source{Sheet: "Doors", Table: &cellTable{line}},
	)
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) cellio.Cell { return cellio.Cell{Kind: cellio.Text, Text: s} }
	want := map[string]cellio.Cell{
		"A3": text("0012"), "B3": {Kind: cellio.Number, Text: "1.5E+3"}, "C3": text("0308346877"),
		"D3": {Kind: cellio.Number, Text: "12"}, "F3": text("2026-01-05"), "H3": text("TRUE"),
	}
	if diff := cmp.Diff(want, cells(t, book)["Doors"]); diff != "" {
		t.Error(diff)
	}
	for _, fault := range xlsxtest.Faults(book) {
		t.Error(fault)
	}
	if !bytes.Contains(book, []byte("sheet2.xml")) {
		t.Error("the second sheet has no part")
	}
}

func TestASheetThatACopyCannotNameIsRefused(t *testing.T) {
	for name, fits := range map[string]bool{
		strings.Repeat("x", 31): true, strings.Repeat("x", 32): false, "a:b": false, "": false,
	} {
		_, err := annotateio.FromTables(annotateio.Source{Sheet: name, Table: &cellTable{}})
		if _, unsafe := errors.AsType[*annotateio.UnsafeError](err); unsafe == fits {
			t.Errorf("a sheet named %q: %v", name, err)
		}
	}
}

// TestATextThatACopyCannotHoldIsRefused: text of the length at which spreadsheets truncate would be
// taken for truncated text when the copy is read.
func TestATextThatACopyCannotHoldIsRefused(t *testing.T) {
	for text, fits := range map[string]bool{
		strings.Repeat("x", 32_766): true, strings.Repeat("x", 32_767): false,
		strings.Repeat("é", 32_766): true, strings.Repeat("😀", 16_384): false,
	} {
		table, err := csvio.Open(strings.NewReader("id\n"+text+"\n"), "r.csv")
		if err != nil {
			t.Fatal(err)
		}
		_, err = annotateio.FromTables(annotateio.Source{Sheet: "S", Table: table})
		if _, unsafe := errors.AsType[*annotateio.UnsafeError](err); unsafe == fits {
			t.Errorf("a text of %d bytes: %v", len(text), err)
		}
	}
}

func annotate(name string, original []byte, o annotateio.Options) ([]byte, error) {
	w, err := annotateio.Open(name, original)
	if err != nil {
		return nil, err
	}
	copied, err := w.Annotate(o)
	if err != nil {
		return nil, err
	}
	return copied.Data, nil
}

// TestTypesAreSaidOnce: a content type is declared once, however many sheets get parts of it;
// programs take a list that declares one twice for a damaged file.
func TestTypesAreSaidOnce(t *testing.T) {
	rows := xlsxtest.Rows(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	original := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: rows}, {Name: "Gates", XML: rows}}}.Bytes(t)
	copied, err := annotate("badges.xlsx", original, annotateio.Options{Marks: []annotateio.Mark{
		{Sheet: "Doors", Cell: "A1", Text: "error: one"}, {Sheet: "Gates", Cell: "A1", Text: "error: two"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	types := entries(t, copied)["[Content_Types].xml"]
	if n := strings.Count(types, `Extension="vml"`); n != 1 {
		t.Errorf("the type of drawings is said %d times: %s", n, types)
	}
	if n := strings.Count(types, `PartName="/xl/comments`); n != 2 {
		t.Errorf("%d parts of comments: %s", n, types)
	}
}
