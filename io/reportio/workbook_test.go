package reportio

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"keyroster/io/bookio"
	"keyroster/io/cellio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

func problems() []reconcile.Problem {
	return []reconcile.Problem{
		{
			Source: reconcile.Source{File: "badges.xlsx", Sheet: "Doors", Line: 13}, Cell: "D13", Column: "value", Kind: "rounded-number",
			Message: "the number has more than 15 digits and the spreadsheet has rounded it", Remedy: "format the column as text and type the number again",
		},
		{
			Source: reconcile.Source{File: "badges.xlsx", Sheet: "Doors", Line: 2}, Cell: "F1", Column: "Floor", Kind: "unknown-column", Severity: reconcile.SeverityWarning,
			Message: "the column is not known",
		},
	}
}

// flawed returns a report of every outcome, for a roster with problems.
func flawed() *Report {
	r := report(everyOutcome())
	r.Problems = problems()
	return r
}

func writeBook(t testing.TB, r *Report, o XLSXOptions) []byte {
	t.Helper()
	return render(t, func(b *bytes.Buffer) error { return WriteXLSX(b, r, o) })
}

func openBook(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// dump returns every cell of a workbook as text.
func dump(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, cell := range row {
				if cell != "" {
					ref, _ := excelize.CoordinatesToCellName(j+1, i+1)
					fmt.Fprintf(&b, "%s!%s %q\n", name, ref, cell)
				}
			}
		}
	}
	return b.Bytes()
}

func TestGoldenWorkbook(t *testing.T) {
	data := writeBook(t, flawed(), XLSXOptions{})
	golden(t, "workbook.txt", dump(t, openBook(t, data)))
}

func TestWorkbookIsReadyToUse(t *testing.T) {
	f := openBook(t, writeBook(t, flawed(), XLSXOptions{}))
	if got, want := f.GetSheetList(), []string{
		"Summary", "Changes", "Lines", "Problems",
		"Run",
	}; !slices.Equal(got, want) {
		t.Fatalf("sheets %v, want %v", got, want)
	}
	for _, name := range []string{"Changes", "Lines", "Problems"} {
		panes, err := f.GetPanes(name)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: panes %+v, %v", name, panes, err)
		}
		layout, err := f.GetPageLayout(name)
		if err != nil || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
			t.Errorf("%s: layout %+v, %v", name, layout, err)
		}
	}
	layout, err := f.GetPageLayout("Summary")
	if err != nil || *layout.Orientation != "portrait" || *layout.FitToHeight != 0 || *layout.Size != 9 {
		t.Errorf("Summary: layout %+v, %v", layout, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Scope+" "+n.Name] = n.RefersTo
	}
	if got := names["Lines _xlnm.Print_Titles"]; got != "'Lines'!$1:$1" {
		t.Errorf("print titles %q in %v", got, names)
	}
	if got := names["Lines _xlnm._FilterDatabase"]; got != "'Lines'!$A$1:$AB$15" {
		t.Errorf("filter %q in %v", got, names)
	}
	props, err := f.GetDocProps()
	if err != nil || props.Creator != "keyroster" || props.Created != "2026-01-31T02:00:43Z" {
		t.Errorf("properties %+v, %v", props, err)
	}
}

func TestIdentifiersAreTextCells(t *testing.T) {
	l := row(0)
	l.CredentialID, l.HolderID, l.Type, l.RequestID, l.HolderName = "00123456789012345678", "0042", "7", "1E5", "=1+1"
	f := openBook(t, writeBook(t, report([]Line{l}), XLSXOptions{}))
	for i, c := range columns {
		ref, _ := excelize.CoordinatesToCellName(i+1, 2)
		kind, err := f.GetCellType("Lines", ref)
		if err != nil {
			t.Fatal(err)
		}
		value, _ := f.GetCellValue("Lines", ref, excelize.Options{RawCellValue: true})
		if value != l.cells()[i] {
			t.Errorf("%s is %q, want %q", c.name, value, l.cells()[i])
		}
		want := excelize.CellTypeInlineString
		if c.number || value == "" {
			want = excelize.CellTypeUnset
		}
		if kind != want {
			t.Errorf("%s is a cell of type %d, want %d", c.name, kind, want)
		}
		style, _ := f.GetCellStyle("Lines", ref)
		if s, err := f.GetStyle(style); err != nil || !c.number && s.NumFmt != bookio.TextFormat {
			t.Errorf("%s has number format %d, %v", c.name, s.NumFmt, err)
		}
	}
}

func TestOutcomesHaveColours(t *testing.T) {
	lines := everyOutcome()
	f := openBook(t, writeBook(t, report(lines), XLSXOptions{}))
	column := slices.Index(columnNames(), "outcome") + 1
	for i := range lines {
		ref, _ := excelize.CoordinatesToCellName(column, i+2)
		id, _ := f.GetCellStyle("Lines", ref)
		s, err := f.GetStyle(id)
		if err != nil || !slices.Equal(s.Fill.Color, []string{outcomes[lines[i].Outcome].fill}) {
			t.Errorf("%s: fill %v, %v", lines[i].Outcome, s.Fill.Color, err)
		}
	}
}

func TestUnusedAndDetailColumnsAreFolded(t *testing.T) {
	f := openBook(t, writeBook(t, report([]Line{row(0)}), XLSXOptions{}))
	for i, c := range columns {
		name, _ := excelize.ColumnNumberToName(i + 1)
		visible, err := f.GetColVisible("Lines", name)
		if err != nil {
			t.Fatal(err)
		}
		l := row(0)
		want := !c.detail && (c.name == "credential_id" || l.cells()[i] != "")
		if visible != want {
			t.Errorf("column %s: visible %v, want %v", c.name, visible, want)
		}
	}
}

func TestFilledColumnsAreThoseWithATextInTheirCell(t *testing.T) {
	for n, line := range append(everyOutcome(), Line{Outcome: reconcile.Applied}) {
		cells, filled := line.cells(), line.filled()
		for i, c := range columns {
			if want := cells[i] != "" || c.name == "credential_id"; filled>>i&1 == 1 != want {
				t.Errorf("line %d, column %s: filled is %v for %q", n, c.name, !want, cells[i])
			}
		}
	}
}

func TestSheetsThatAreFullGoOn(t *testing.T) {
	lines := make([]Line, 25)
	for i := range lines {
		lines[i] = row(i)
	}
	r := report(lines)
	if err := r.Tally(); err != nil {
		t.Fatal(err)
	}
	b := newBook(r, XLSXOptions{})
	b.Rows = 11
	b.writeSummary()
	b.writeLines()
	b.writeRun()
	data := render(t, func(out *bytes.Buffer) error { return b.WriteSorted(out) })
	for _, fault := range xlsxtest.Faults(data) {
		t.Error(fault)
	}
	f := openBook(t, data)
	var ids []string
	for sheet, want := range map[string]int{"Lines": 11, "Lines 2": 11, "Lines 3": 6} {
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) != want || !slices.Equal(rows[0], columnNames()) {
			t.Fatalf("sheet %s: %d rows, %v", sheet, len(rows), err)
		}
		for _, row := range rows[1:] {
			ids = append(ids, row[5])
		}
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != len(lines) {
		t.Errorf("%d different lines, want %d", len(ids), len(lines))
	}
}

func TestLongCellsAreNeverCut(t *testing.T) {
	for _, n := range []int{cellio.TextMax - 1, cellio.TextMax, cellio.TextMax + 1} {
		for _, unit := range []string{"x", "é", "𝔸"} {
			l := row(0)
			units := len(utf16.Encode([]rune(unit)))
			l.Reason = strings.Repeat(unit, n/units) + strings.Repeat("y", n%units)
			fits := n < cellio.TextMax
			err := WriteXLSX(io.Discard, report([]Line{l}), XLSXOptions{})
			if (err == nil) != fits {
				t.Errorf("%d of %s, no side files: error %v", n, unit, err)
			}
			var stored string
			side := func(line int, column, text string) (string, error) {
				stored = text
				return fmt.Sprintf("report.xlsx.files/%d.%s.txt", line, column), nil
			}
			f := openBook(t, writeBook(t, report([]Line{l}), XLSXOptions{SideFile: side}))
			cell := slices.Index(columnNames(), "reason") + 1
			ref, _ := excelize.CoordinatesToCellName(cell, 2)
			got, _ := f.GetCellValue("Lines", ref)
			if fits && (got != l.Reason || stored != "") || !fits && (got != "@report.xlsx.files/0.reason.txt" || stored != l.Reason) {
				t.Errorf("%d of %s: the cell has %d units, the side file %d", n, unit, len(got), len(stored))
			}
		}
	}
	l := row(0)
	l.Reason = strings.Repeat("x", cellio.TextMax)
	full := errors.New("disk full")
	err := WriteXLSX(io.Discard, report([]Line{l}), XLSXOptions{SideFile: func(int, string, string) (string, error) { return "", full }})
	if !errors.Is(err, full) {
		t.Errorf("error %v, want %v", err, full)
	}
}

func TestControlCharactersAreSpeltOut(t *testing.T) {
	l := row(0)
	l.Reason = "a\x00b\x1bc\xffd\ufffde\uffff_x0041_\ttab\r\nend"
	f := openBook(t, writeBook(t, report([]Line{l}), XLSXOptions{}))
	ref, _ := excelize.CoordinatesToCellName(slices.Index(columnNames(), "reason")+1, 2)
	got, err := f.GetCellValue("Lines", ref)
	if want := `a\x00b\x1bc\xffd` + "\ufffd" + `e\uffff_x0041_` + "\ttab" + `\x0d` + "\nend"; err != nil || got != want {
		t.Errorf("got %q, want %q, %v", got, want, err)
	}
}

func TestWorkbookKeepsToTheStandard(t *testing.T) {
	for name, r := range map[string]*Report{
		"every outcome": flawed(), "no line": report(nil), "nothing": {}, "a dry run": bigReport(1_000),
	} {
		for _, fault := range xlsxtest.Faults(writeBook(t, r, XLSXOptions{})) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

// TestChartShowsTheTotals: the chart refers to the cells of the totals, uses the colours of the
// page, and says the same to people who cannot see it.
func TestChartShowsTheTotals(t *testing.T) {
	data := writeBook(t, flawed(), XLSXOptions{})
	f, all := openBook(t, data), parts(t, data)
	chart := string(all[chartPart])
	match := regexp.MustCompile(`<c:cat><c:strRef><c:f>Summary!\$A\$(\d+):\$A\$(\d+)<`).FindStringSubmatch(chart)
	if match == nil || !strings.Contains(chart, "<c:f>Summary!$B$"+match[1]+":$B$"+match[2]+"<") {
		t.Fatalf("the chart is not made of the totals: %s", chart)
	}
	first, _ := strconv.Atoi(match[1])
	sum := flawed().Summary
	if above, _ := f.GetCellValue("Summary", fmt.Sprint("A", first-1)); above != "unchanged" {
		t.Errorf("the chart begins below %q and not below the unchanged lines", above)
	}
	shown := slices.DeleteFunc(slices.Clone(reconcile.Outcomes[1:]),
		func(o reconcile.Outcome) bool { return sum.Of(o) == 0 })
	for i, o := range shown {
		word, _ := f.GetCellValue("Summary", fmt.Sprint("A", first+i))
		n, _ := f.GetCellValue("Summary", fmt.Sprint("B", first+i))
		if word != plainWords(o.String()) || n != fmt.Sprint(sum.Of(o)) {
			t.Errorf("row %d has %q %q, and the chart %s", first+i, word, n, o)
		}
		for _, want := range []string{
			fmt.Sprintf(`<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, i, word), fmt.Sprintf(`<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, i, n),
			fmt.Sprintf(`<c:dPt><c:idx val="%d"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/><c:spPr><a:solidFill><a:srgbClr val="%s"/>`, i, outcomes[o].bar),
		} {
			if !strings.Contains(chart, want) {
				t.Errorf("the chart lacks %s", want)
			}
		}
		light, _, _ := strings.Cut(pageStyle, "prefers-color-scheme")
		if want := "--" + strings.ReplaceAll(o.String(), "_", "-") + ": #" + strings.ToLower(outcomes[o].bar) + ";"; !strings.Contains(light, want) {
			t.Errorf("the page has another colour than %s", want)
		}
	}
	r := flawed()
	if err := r.Tally(); err != nil {
		t.Fatal(err)
	}
	if words := totalsLine(r); !strings.Contains(string(all["xl/drawings/drawing1.xml"]), words) {
		t.Errorf("the drawing does not say %q", words)
	}
	for name, lines := range map[string][]Line{
		"nothing": nil, "one column": {row(0), change(row(1), reconcile.Applied, "8220934417", "8220934418")},
	} {
		if _, drawn := parts(t, writeBook(t, report(lines), XLSXOptions{}))[chartPart]; drawn {
			t.Errorf("a chart of %s", name)
		}
	}
}

func parts(t testing.TB, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	return out
}

func TestHostileAccountNames(t *testing.T) {
	r := report(everyOutcome())
	r.Account, r.RunID = "R&D <&> \"x\"\x01", strings.Repeat("&", 200)
	f := openBook(t, writeBook(t, r, XLSXOptions{}))
	if footer, err := f.GetHeaderFooter("Lines"); err != nil || len(utf16.Encode([]rune(footer.OddFooter))) > 255 {
		t.Errorf("footer %v, %v", footer, err)
	}
}
