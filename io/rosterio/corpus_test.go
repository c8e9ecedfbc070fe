package rosterio_test

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/rosterio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

// door is a row like those of access credential providers.
type door struct {
	ID    string           `csv:"credential_id" roster:"key"`
	Email string           `csv:"holder_email" roster:"match,email,holder-email"`
	Type  string           `csv:"type" roster:"match,pairs,type"`
	Value reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	Ends  string           `csv:"ends_at" roster:"managed,time,create,update,end"`
	Note  string           `csv:"note" roster:"managed,create,update"`
}

func readDoors(t *testing.T, path string) *reconcile.Roster {
	t.Helper()
	roster, err := rosterio.Read(context.Background(), []string{path}, rosterio.Options{Schema: reconcile.NewSchema("demo", door{}), Row: door{}})
	if err != nil {
		t.Fatal(err)
	}
	return roster
}

// found returns what a problem says, except for its words.
func found(p reconcile.Problem) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", p.Cell, p.Column, p.Kind, p.Likely))
}

var longRun = regexp.MustCompile(`[0-9]{3}`)

// sound expects every problem of a corpus to say what is wrong and what to do, and none to say what
// a secret cell holds: only how many digits.
func sound(t *testing.T, roster *reconcile.Roster, secrets ...string) {
	t.Helper()
	for _, p := range roster.Problems {
		if p.Message == "" || p.Remedy == "" || p.Cell == "" || p.Severity != reconcile.SeverityError {
			t.Errorf("the problem is not whole: %+v", p)
		}
		if p.Column != "value" && p.Read == "" && p.Kind != rosterio.KindNoResult || p.Column == "value" &&
			longRun.MatchString(p.Read+p.Likely) {
			t.Errorf("the problem does not say what was read: %+v", p)
		}
		for _, secret := range secrets {
			if p.Column == "value" && strings.Contains(p.String(), secret) {
				t.Errorf("the problem holds a secret: %s", p)
			}
		}
	}
}

func TestWorkbooksOfLibreOffice(t *testing.T) {
	tests := map[string][]string{
		"import": {
			"D2 value number", "D3 value rounded", "D4 value number", "D5 value number", "D6 value number",
			"D7 value boolean", "D8 value date", "D9 value fraction", "A10 credential_id date 2-3 or 3-2",
			"A11 credential_id rounded 123456789012346… (the rest is lost)",
		},
		"typed": {
			"D4 value spreadsheet_error", "D5 value spreadsheet_error", "D6 value spreadsheet_error", "D7 value number",
			"D8 value invisible_character 10 digits", "D9 value invisible_character 10 digits",
			"D10 value foreign_digits 4 digits",
			"D11 value apostrophe 10 digits", "B12 holder_email look_alike paul@example.com",
			"D13 value surrounding_spaces 10 digits",
			"D14 value spreadsheet_error", "D15 value spreadsheet_error", "D16 value thousands 7 digits", "D17 value date",
			"D18 value fraction 4 digits", "D19 value replacement_character", "D20 value fraction", "D21 value boolean",
			"D22 value exponent", "D23 value date",
		},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			roster := readDoors(t, filepath.Join("testdata", "corpus", name+"-damaged.xlsx"))
			var got []string
			for _, p := range roster.Problems {
				got = append(got, found(p))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if len(roster.Invalid) != len(want) {
				t.Errorf("%d rows are invalid", len(roster.Invalid))
			}
			sound(t, roster, "12345678", "4711", "1234567", "456789")

			twin := readDoors(t, filepath.Join("testdata", "corpus", name+"-clean.xlsx"))
			for _, p := range twin.Problems {
				t.Errorf("false alarm: %s", p)
			}
			if twin.Rows.Len() != roster.Rows.Len() {
				t.Errorf("the twin has %d rows of %d", twin.Rows.Len(), roster.Rows.Len())
			}
		})
	}
}

// TestCleanTwinsAreReadToTheLetter: the content of the clean twins is read literally.
func TestCleanTwinsAreReadToTheLetter(t *testing.T) {
	roster := readDoors(t, filepath.Join("testdata", "corpus", "import-clean.xlsx"))
	want := []string{"0012345678", "45678901234567891", "1E10", "1234", "4711", "TRUE", "2-3", "12.5", "AB12", "AB13"}
	var got []string
	for n := range roster.Rows.Len() {
		got = append(got, roster.Rows.Record(n).Text("value"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if id := roster.Rows.Record(9).Text("credential_id"); id != "12345678901234567" {
		t.Errorf("the id is %q", id)
	}
}

// content is a cell as a program writes it; text is written in the dialect's own way.
type content struct {
	text string
	// raw is a whole cell except for its reference and style: its attributes, and its children
	// after a |.
	raw string
	// format is the number of a style of the corpus, 0 for General.
	format int
}

func txt(s string) content { return content{text: s} }
func raw(s string) content { return content{raw: s} }
func (c content) in(style int) content {
	c.format = style
	return c
}

// The styles of the corpus.
const (
	general = iota
	asText
	padded
	grouped
	dated
	scientific
	timed
)

var styles = xlsxtest.Styles("@", "00000000", "#,##0", "yyyy\\-mm\\-dd", "0.00E+00", "h:mm")

// damage is something that happens to cells; twin is the same cell undamaged.
type damage struct {
	name, column string
	cell         content
	kind, likely string
	twin         content
}

var damages = []damage{
	{"a number that lost zeros", "value", raw(`|<v>123</v>`), rosterio.KindNumber, "", txt("0123")},
	{
		"a number in a cell of text", "value", raw(`|<v>123</v>`).in(asText), rosterio.KindNumber, "",
		txt("0123").in(asText),
	},
	{
		"a number shown with zeros", "value", raw(`|<v>123456789</v>`).in(padded), rosterio.KindNumber, "",
		raw(`|<v>1234567</v>`).in(padded),
	},
	{"sixteen digits", "value", raw(`|<v>4567890123456780</v>`), rosterio.KindRounded, "", txt("4567890123456789")},
	{"sixteen digits of an id", "credential_id", raw(`|<v>4567890123456780</v>`), rosterio.KindRounded, "456789012345678… (the rest is lost)", raw(`|<v>456789012345678</v>`)},
	{"a long number as Excel stores it", "credential_id", raw(`|<v>4.5678901234567891E+15</v>`), rosterio.KindRounded, "456789012345678… (the rest is lost)", txt("4567890123456789")},
	{"an exponent", "credential_id", raw(`|<v>1.2E+20</v>`), rosterio.KindExponent, "", raw(`|<v>12000000000</v>`)},
	{"an exponent of a secret", "value", raw(`|<v>1.2E+10</v>`), rosterio.KindExponent, "", txt("12000000000")},
	{"a format with exponents", "credential_id", raw(`|<v>12000000000</v>`).in(scientific), rosterio.KindNumber, "12000000000", raw(`|<v>1.2345678E7</v>`)},
	{"a number as Google stores it", "value", raw(`|<v>123.0</v>`), rosterio.KindNumber, "", txt("123.0A")},
	{"a fraction as Google stores it", "credential_id", raw(`|<v>123.5</v>`), rosterio.KindFraction, "", raw(`|<v>123.0</v>`)},
	{"an exponent as text", "value", txt("1.2E+10"), rosterio.KindExponent, "", txt("12E10")},
	{"an exponent with a comma", "credential_id", txt("1,2E+10"), rosterio.KindExponent, "1… (11 digits; the rest is lost)", txt("E-10")},
	{"point zero", "value", txt("123456789.0"), rosterio.KindFraction, "9 digits", txt("123456789.01")},
	{"a fraction", "credential_id", raw(`|<v>12.5</v>`), rosterio.KindFraction, "", txt("12.5")},
	{"a date", "value", raw(`|<v>46024</v>`).in(dated), rosterio.KindDate, "", txt("46024")},
	{"a date for an id", "credential_id", raw(`|<v>46024</v>`).in(dated), rosterio.KindDate, "1-2 or 2-1", txt("1-2")},
	{"a date as text", "credential_id", txt("2-Jan"), rosterio.KindDate, "1-2 or 2-1", txt("2-J")},
	{"a date in slashes", "value", txt("1/2/2026"), rosterio.KindDate, "", txt("1/2/26A")},
	{"thousands", "value", raw(`|<v>1234567</v>`).in(grouped), rosterio.KindNumber, "", txt("1234567")},
	{"thousands as text", "value", txt("123,456,789"), rosterio.KindThousands, "9 digits", txt("123,4567")},
	{"an apostrophe", "value", txt("'0012345678"), rosterio.KindApostrophe, "10 digits", txt("0012345678")},
	{"a typographic apostrophe", "credential_id", txt("‘0012"), rosterio.KindApostrophe, "0012", txt("0012")},
	{"a non-breaking space", "value", txt("0012345678\u00a0"), rosterio.KindInvisible, "10 digits", txt("00123 45678")},
	{"a zero-width space", "holder_email", txt("paul\u200b@example.com"), rosterio.KindInvisible, "paul@example.com", txt("paul@example.com")},
	{"a tab", "credential_id", txt("c1\t"), rosterio.KindInvisible, "c1", txt("c1x")},
	{"spaces", "value", txt(" 0012345678"), rosterio.KindSpaces, "10 digits", txt("0012 345678")},
	{"full-width digits", "value", txt("００１２"), rosterio.KindForeignDigits, "4 digits", txt("0012")},
	{"a look-alike letter", "holder_email", txt("p\u0430ul@example.com"), rosterio.KindLookAlike, "paul@example.com", txt("павел@example.com")},
	{"an error of the sheet", "value", raw(` t="e"|<v>#N/A</v>`), rosterio.KindSheetError, "", txt("N/A")},
	{"an error of a formula", "value", raw(` t="e"|<f>1/0</f><v>#DIV/0!</v>`), rosterio.KindSheetError, "", txt("1/0")},
	{"an error as text", "holder_email", txt("#REF!"), rosterio.KindSheetError, "", txt("ref@example.com")},
	{"a column too narrow", "value", txt("#####"), rosterio.KindSheetError, "", txt("#5")},
	{"a formula without a result", "value", raw(`|<f>A1&amp;B1</f>`), rosterio.KindNoResult, "", txt("=A1")},
	{"TRUE or FALSE", "value", raw(` t="b"|<v>1</v>`), rosterio.KindBool, "", txt("TRUE")},
	{"a lost character", "note", txt("Caf\ufffd"), rosterio.KindReplacement, "", txt("Café")},
	{
		"a garbled mask", "value", txt("â€¢â€¢â€¢â€¢56"), rosterio.KindGarbled, "2 digits and 4 other characters",
		txt("••••56"),
	},
	{"a garbled name", "holder_email", txt("zoÃ«@example.com"), rosterio.KindGarbled, "zoë@example.com", txt("zoë@example.com")},
	{"a text that was cut", "note", txt(strings.Repeat("x", 32767)), rosterio.KindCutCell, "", txt(strings.Repeat("x", 32766))},
	{"a number for a date", "ends_at", raw(`|<v>46024</v>`), rosterio.KindNotDate, "2026-01-02", raw(`|<v>46024</v>`).in(dated)},
	{"a time", "value", raw(`|<v>0.043055555555555555</v>`).in(timed), rosterio.KindDate, "", txt("1:02")},
	{"a time for an id", "credential_id", raw(`|<v>1.0423611111111111</v>`).in(timed), rosterio.KindDate, "25:01", txt("25:01")},
	{"a time for a date", "ends_at", raw(`|<v>0.5</v>`).in(timed), rosterio.KindNotDate, "", raw(`|<v>46024.5</v>`).in(timed)},
	{"a date as a program shows it", "value", txt("Fri Jan 02 2026 00:00:00 GMT+0000 (UTC)"), rosterio.KindDate, "", txt("Fri Jan")},
	{"a time as text", "value", txt("01:02:00"), rosterio.KindDate, "", txt("01:02:03:00")},
	{"a dotless letter", "holder_email", txt("al\u0131@example.com"), rosterio.KindLookAlike, "ali@example.com", txt("ali@example.com")},
}

// dialects are the ways in which programs write texts.
var dialects = map[string]struct {
	// cell writes a cell of text; shared is the number of the text.
	cell      func(style int, ref, text string, shared int) string
	noCellRef bool
	// before and after surround the rows, and namespaces go on the root.
	namespaces, before, after string
}{
	"Excel": {namespaces: office, before: excelBefore, after: `<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>`, cell: func(style int, ref, _ string, shared int) string {
		return fmt.Sprintf(`<c%s s="%d" t="s"><v>%d</v></c>`, ref, style, shared)
	}},
	"Google Sheets": {namespaces: office + ` xmlns:mx="http://schemas.microsoft.com/office/mac/excel/2008/main"`, before: googleBefore, cell: func(style int, ref, _ string, shared int) string {
		return fmt.Sprintf(`<c%s s="%d" t="s"><v>%d</v></c>`, ref, style, shared)
	}},
	"inline exporters": {cell: func(style int, ref, text string, _ int) string {
		return fmt.Sprintf(`<c%s s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, ref, style, xlsxtest.Escape(text))
	}},
	"string exporters": {cell: func(style int, ref, text string, _ int) string {
		return fmt.Sprintf(`<c%s s="%d" t="str"><v xml:space="preserve">%s</v></c>`, ref, style, xlsxtest.Escape(text))
	}},
	"rich texts": {cell: func(style int, ref, text string, _ int) string {
		half := []rune(text)
		at := len(half) / 2
		return fmt.Sprintf(`<c%s s="%d" t="inlineStr"><is><r><rPr><b/></rPr><t xml:space="preserve">%s</t></r><r><t xml:space="preserve">%s</t></r></is></c>`,
			ref, style, xlsxtest.Escape(string(half[:at])), xlsxtest.Escape(string(half[at:])))
	}},
	"exporters without references": {noCellRef: true, cell: func(style int, _, text string, _ int) string {
		return fmt.Sprintf(`<c s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, style, xlsxtest.Escape(text))
	}},
}

const (
	office      = ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	excelBefore = `<dimension ref="A1:F40"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>` +
		`<sheetFormatPr baseColWidth="10" defaultRowHeight="16"/><cols><col min="1" max="6" width="24" customWidth="1"/></cols>`
	googleBefore = `<sheetPr><outlinePr summaryBelow="0" summaryRight="0"/></sheetPr><sheetViews><sheetView workbookViewId="0"/></sheetViews>` +
		`<sheetFormatPr customHeight="1" defaultColWidth="12.63" defaultRowHeight="15.75"/>`
)

var doorColumns = []string{"credential_id", "holder_email", "type", "value", "ends_at", "note"}

// corpus writes a workbook with one row for each damage, or for each twin.
func corpus(t *testing.T, dialect string, pick func(damage) content) string {
	t.Helper()
	d := dialects[dialect]
	var shared []string
	var b strings.Builder
	write := func(row, col int, c content) {
		ref := ""
		if !d.noCellRef {
			ref = fmt.Sprintf(` r="%c%d"`, 'A'+col, row)
		}
		if c.raw != "" {
			attributes, children, _ := strings.Cut(c.raw, "|")
			fmt.Fprintf(&b, `<c%s s="%d"%s>%s</c>`, ref, c.format, attributes, children)
			return
		}
		b.WriteString(d.cell(c.format, ref, c.text, len(shared)))
		shared = append(shared, c.text)
	}
	b.WriteString(`<row r="1">`)
	for col, name := range doorColumns {
		write(1, col, txt(name))
	}
	b.WriteString(`</row>`)
	for i, damage := range damages {
		row := i + 2
		fmt.Fprintf(&b, `<row r="%d">`, row)
		for col, name := range doorColumns {
			cell := map[string]content{
				"credential_id": txt(fmt.Sprintf("x%02d", row)), "holder_email": txt("somebody@example.com"), "type": txt("card"),
				"value": txt(fmt.Sprintf("AB%04d", row)), "ends_at": txt("2026-12-31"), "note": txt("-"),
			}[name]
			if name == damage.column {
				cell = pick(damage)
			}
			write(row, col, cell)
		}
		b.WriteString(`</row>`)
	}
	part := strings.NewReplacer("<worksheet ", "<worksheet"+d.namespaces+" ", "<sheetData>", d.before+"<sheetData>", "</sheetData>", "</sheetData>"+d.after).
		Replace(xlsxtest.Rows(b.String()))
	path := filepath.Join(t.TempDir(), "roster.xlsx")
	xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: part}}, SharedStrings: xlsxtest.Strings(shared...), Styles: styles, Deflate: true}.Write(t, path)
	return path
}

func TestEveryDamageInEveryDialect(t *testing.T) {
	for dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			roster := readDoors(t, corpus(t, dialect, func(d damage) content { return d.cell }))
			byLine := map[int][]reconcile.Problem{}
			for _, p := range roster.Problems {
				byLine[p.Line] = append(byLine[p.Line], p)
			}
			for i, d := range damages {
				line := i + 2
				col := strings.Index(strings.Join(doorColumns, " ")+" ", d.column+" ")
				at := string(rune('A' + strings.Count(strings.Join(doorColumns, " ")[:col], " ")))
				want := strings.TrimSpace(fmt.Sprintf("%s%d %s %s %s", at, line, d.column, d.kind, d.likely))
				if len(byLine[line]) != 1 || found(byLine[line][0]) != want {
					t.Errorf("%s: %v, want %s", d.name, byLine[line], want)
				}
			}
			sound(t, roster, "0012345678", "123456789", "4567890123")

			twin := readDoors(t, corpus(t, dialect, func(d damage) content { return d.twin }))
			for _, p := range twin.Problems {
				if p.Line >= 2 && p.Line-2 < len(damages) {
					t.Errorf("%s, twin: false alarm: %s", damages[p.Line-2].name, p)
				} else {
					t.Errorf("twin: false alarm: %s", p)
				}
			}
		})
	}
}

// TestZerosAgainstTheOtherLengths: zeros that were lost in a column of fixed length are recognized
// by the other values.
func TestZerosAgainstTheOtherLengths(t *testing.T) {
	lines := [][]string{doorColumns}
	for n := range 12 {
		lines = append(lines, []string{fmt.Sprintf("c%02d", n), "somebody@example.com", "pin", fmt.Sprintf("%04d", n*37), "", ""})
	}
	clean := filepath.Join(t.TempDir(), "clean.xlsx")
	xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Grid(lines...)}}}.Write(t, clean)
	if problems := readDoors(t, clean).Problems; len(problems) > 0 {
		t.Errorf("false alarm: %s", problems[0])
	}
	lines[4][3] = strings.TrimLeft(lines[4][3], "0")
	damaged := filepath.Join(t.TempDir(), "damaged.xlsx")
	xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Grid(lines...)}}}.Write(t, damaged)
	problems := readDoors(t, damaged).Problems
	if len(problems) != 1 || problems[0].Kind != rosterio.KindZerosSuspect || problems[0].Line != 5 {
		t.Errorf("problems %v", problems)
	}
}
