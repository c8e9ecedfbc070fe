package odsio_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/odsio/odstest"
	"keyroster/io/officeio/officetest"
	"keyroster/io/xlsxio/xlsxtest"
)

// TestLibreOffice reads the .ods file that LibreOffice 7.4 made from the workbook that xlsxio's
// TestLibreOffice reads.
func TestLibreOffice(t *testing.T) {
	data, err := os.ReadFile("testdata/libreoffice.ods")
	if err != nil {
		t.Fatal(err)
	}
	got, w, err := readAll(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]cellio.Sheet{{Name: "Doors", Visible: true}, {Name: "Notes"}}, w.Sheets()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	want := []line{
		{Number: 1, Cells: []cellio.Cell{text("Badges of the example site")}},
		{Number: 3, Cells: []cellio.Cell{
			text("holder_email"), text("value"), text("starts_at"),
			text("ends_at"), text("note"), text("result"),
		}},
		{Number: 4, Cells: []cellio.Cell{
			text("one@example.com"), text("0012"), date("2026-01-05"),
			date("2026-01-05T08:30:00"), text("abc\nsecond line"), formula(number("2", 0, 0)),
		}},
		{Number: 5, Hidden: true, Cells: []cellio.Cell{
			text("two@example.com"),
			number("308346877", cellio.FormatPad, 10),
			formula(cellio.Cell{Kind: cellio.Bool, Text: "TRUE"}),
			formula(cellio.Cell{Kind: cellio.Error, Text: "#DIV/0!"}),
			{},
			formula(text("0012")),
		}},
		{Number: 6, Cells: []cellio.Cell{
			text("東京 🔑 & <co>"),
			number("4567890123456790", 0, 0),
			text(" spaced "),
			text("a_x0041_b"),
			{},
			formula(text("")),
		}},
		{Number: 7, Cells: []cellio.Cell{{}, number("0.5", cellio.FormatOther, 0)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	var warnings []string
	for _, p := range w.Warnings() {
		warnings = append(warnings, p.Kind+" "+p.Place())
	}
	if diff := cmp.Diff([]string{
		`hidden_columns book.ods, sheet "Doors"`,
		`merged_cells book.ods, sheet "Doors", cell A6`,
	}, warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// TestSheetJS reads what SheetJS wrote, with white space between all elements.
func TestSheetJS(t *testing.T) {
	data, err := os.ReadFile("testdata/sheetjs.ods")
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := readAll(data)
	if err != nil {
		t.Fatal(err)
	}
	want := []line{
		{Number: 1, Cells: []cellio.Cell{text("credential_id"), text("value"), text("n"), text("d")}},
		{Number: 2, Cells: []cellio.Cell{
			text("K1"), text("0012"),
			number("12", cellio.FormatGeneral, 0), number("46027", cellio.FormatGeneral, 0),
		}},
		{Number: 3, Cells: []cellio.Cell{{}, text("a\nb  c"), {Kind: cellio.Bool, Text: "TRUE"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// TestDialects reads one table in the spellings of different writers.
func TestDialects(t *testing.T) {
	plain := odstest.Grid([]string{"value"}, []string{"0012"})
	whole := sheet(plain)
	content := func(data string) odstest.Book {
		return odstest.Book{Extra: []xlsxtest.Entry{{Name: "content.xml", Data: data}}}
	}
	edit := func(pairs ...string) odstest.Book {
		return content(strings.NewReplacer(pairs...).Replace(whole.Content()))
	}
	with := func(extra ...xlsxtest.Entry) odstest.Book {
		book := whole
		book.Extra = extra
		return book
	}
	manifest := func(media string) xlsxtest.Entry {
		return xlsxtest.Entry{
			Name: "META-INF/manifest.xml",
			Data: strings.ReplaceAll(odstest.Manifest(""), odstest.Media, media),
		}
	}
	tests := map[string]odstest.Book{
		"plain":          whole,
		"other prefixes": content(odstest.Prefixed(whole.Content(), "table", "t", "office", "text", "text", "office")),
		"default": edit("<table:", "<", "</table:", "</", " xmlns:table=",
			" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:table="),
		"declared within": edit(`<text:p>`, `<q:p xmlns:q="urn:oasis:names:tc:opendocument:xmlns:text:1.0">`,
			`</text:p>`, `</q:p>`),
		"rebound within": edit(
			`<table:table-cell `, `<text:table-cell xmlns:text="urn:oasis:names:tc:opendocument:xmlns:table:1.0" `,
			`</table:table-cell>`, `</text:table-cell>`,
			`<text:p>`, `<text:p xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">`,
		),
		"line ends":     edit("><table:", ">\r\n<table:", "><text:", ">\n  <text:", "></table:", ">\n</table:"),
		"byte order":    content("\xEF\xBB\xBF" + whole.Content()),
		"single quotes": edit(`"`, `'`),
		"groups": sheet(`<table:title>x</table:title><table:table-header-rows>` +
			odstest.Grid([]string{"value"}) + `</table:table-header-rows><table:table-row-group><table:table-rows>` +
			odstest.Grid([]string{"0012"}) + `</table:table-rows></table:table-row-group>`),
		"trailing blank": sheet(plain + `<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`),
		"blank beyond the end": sheet(plain + strings.Repeat(
			`<table:table-row table:number-rows-repeated="999999999"><table:table-cell table:number-columns-repeated="999999999"/></table:table-row>`, 20)),
		"blank beside": sheet(strings.ReplaceAll(plain, "</table:table-row>",
			`<table:table-cell table:style-name="x" table:number-columns-repeated="16383"/><table:covered-table-cell table:number-columns-repeated="9"/></table:table-row>`)),
		"shapes and forms": sheet(`<office:forms xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0"><form:form/></office:forms>` +
			`<table:shapes><draw:frame><draw:object><table:table><table:table-row/></table:table></draw:object></draw:frame></table:shapes><table:table-source/><office:dde-source/>` + plain +
			`<calcext:conditional-formats><calcext:conditional-format/></calcext:conditional-formats>`),
		"tracked changes and links": {
			Sheets: whole.Sheets,
			Members: `<table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell office:value-type="string"><text:p>0099</text:p></table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>` +
				`<table:dde-links><table:dde-link><office:dde-source/><table:table>` + odstest.Grid([]string{"no"}) +
				`</table:table></table:dde-link></table:dde-links>` +
				`<table:table table:name="'file:///other.ods'#$Sheet1"><table:table-source/>` +
				odstest.Grid([]string{"no"}) + `</table:table>`,
		},
		"template": with(xlsxtest.Entry{Name: "mimetype", Data: odstest.Media + "-template\n"},
			manifest(odstest.Media+"-template")),
		"without the type": with(xlsxtest.Entry{Name: "mimetype", Data: ""}),
		"without the manifest": with(xlsxtest.Entry{
			Name: "META-INF/manifest.xml",
			Data: `<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>`,
		}),
		"end":     content(whole.Content() + "\n<!-- end --><?done?>\n"),
		"folders": with(xlsxtest.Entry{Name: "Configurations2/menubar/"}),
	}
	want := []line{{Number: 1, Cells: []cellio.Cell{text("value")}}, {Number: 2, Cells: []cellio.Cell{text("0012")}}}
	for name, book := range tests {
		t.Run(name, func(t *testing.T) {
			for _, deflate := range []bool{false, true} {
				book.Deflate = deflate
				got, w, err := readAll(book.Bytes(t))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
				if len(w.Warnings()) != 0 || len(w.Sheets()) != 1 {
					t.Errorf("sheets %v, warnings: %v", w.Sheets(), w.Warnings())
				}
			}
		})
	}
}

// TestRepeats: repeated cells and rows with content appear as often as they are repeated.
func TestRepeats(t *testing.T) {
	book := sheet(`<table:table-row table:number-rows-repeated="2"/>` +
		`<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/>` +
		`<table:table-cell office:value-type="string" table:number-columns-repeated="3"><text:p>x</text:p></table:table-cell></table:table-row>` +
		`<table:table-row table:number-rows-repeated="1048570"/>` + row(paragraph("end")))
	got, _, err := readAll(book.Bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	cells := []cellio.Cell{{}, {}, text("x"), text("x"), text("x")}
	want := []line{
		{Number: 3, Cells: cells},
		{Number: 4, Cells: cells},
		{Number: 1048575, Cells: []cellio.Cell{text("end")}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStruckRows: a row whose text is crossed out is reported, whether the style of its cells says
// so or one that it inherits.
func TestStruckRows(t *testing.T) {
	style := func(name, parent, line string) string {
		return `<style:style style:name="` + name + `" style:family="table-cell" style:parent-style-name="` + parent + `">` +
			`<style:table-cell-properties/>` + line + `</style:style>`
	}
	const (
		solid = `<style:text-properties style:text-line-through-style="solid"/>`
		none  = `<style:text-properties style:text-line-through-style="none"/>`
	)
	in := func(style string) string {
		return row(cell("string", `table:style-name="`+style+`"`, `<text:p>x</text:p>`))
	}
	book := sheet(in("gone") + in("heir") + in("back") + in("plain") + row(cell("string", "", `<text:p>x</text:p>`)))
	book.Styles = style("gone", "Default", solid) + style("heir", "gone", "") +
		style("back", "gone", none) + style("plain", "Default", "")
	lines, _, err := readAll(book.Bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	var struck []bool
	for _, l := range lines {
		struck = append(struck, l.Struck)
	}
	if got := fmt.Sprint(struck); got != "[true true false false false]" {
		t.Error(got)
	}
}

func TestHiddenAndMerged(t *testing.T) {
	one := paragraph("1")
	book := sheet(`<table:table-column/><table:table-column-group table:display="false"><table:table-column table:number-columns-repeated="2"/></table:table-column-group>` +
		`<table:table-column table:visibility="collapse" table:number-columns-repeated="16381"/>` +
		row(cell("string", `table:number-columns-spanned="4" table:number-rows-spanned="1"`,
			`<text:p>Title</text:p>`)+`<table:covered-table-cell table:number-columns-repeated="3"/>`) +
		row(cell("string", `table:number-columns-spanned="1" table:number-rows-spanned="2"`, `<text:p>1</text:p>`)+one+one) +
		`<table:table-row table:visibility="filter"><table:covered-table-cell office:value-type="string"><text:p>under</text:p></table:covered-table-cell>` + one + `</table:table-row>` +
		`<table:table-row-group table:display="false">` + row(one) + `</table:table-row-group>`)
	book.Sheets = append(book.Sheets, odstest.Sheet{Name: "Lists", Hidden: true})
	book.Extra = []xlsxtest.Entry{{Name: "Basic/Standard/Module1.xml", Data: "<a/>"}}
	lines, w, err := readAll(book.Bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lines {
		got = append(got, fmt.Sprint(l.Number, " ", l.Hidden, " ", len(l.Cells)))
	}
	for _, p := range w.Warnings() {
		got = append(got, p.String())
	}
	want := []string{
		"1 false 1", "2 false 3", "3 true 2", "4 true 1",
		"book.ods: the workbook carries macros, which are not run; remove them if they are not needed",
		`book.ods, sheet "S": hidden columns have content, which is read like any other: B to C; ` +
			`show them to see what is in them, or delete them`,
		`book.ods, sheet "S", cell A2: merged cells: A2:A3; values hidden behind the first cell are ` +
			`read like all others: A3; unmerge them and fill in every cell`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if sheets := fmt.Sprint(w.Sheets()); sheets != "[{S true} {Lists false}]" {
		t.Errorf("sheets: %s", sheets)
	}
}

func TestFind(t *testing.T) {
	w, err := load(odstest.Book{Sheets: []odstest.Sheet{{Name: "Doors 1"}, {Name: "Doors 2", Hidden: true}}}.Bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string]string{
		"doors 1": "[{Doors 1 true}]",
		"Doors*":  "[{Doors 1 true} {Doors 2 false}]",
	} {
		if found, err := w.Find(pattern); err != nil || fmt.Sprint(found) != want {
			t.Errorf("Find(%q) = %v, %v, want %s", pattern, found, err, want)
		}
	}
	_, err = w.Find("Windows")
	if e := officetest.InputError(t, err); e.Kind != cellio.KindSheet || e.Remedy != `name one that it has: "Doors 1", "Doors 2"` {
		t.Error(e)
	}
	if _, err = w.Table("doors 1"); err == nil {
		t.Error("Table found a sheet by another name")
	}
}
