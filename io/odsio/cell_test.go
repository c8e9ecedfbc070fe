package odsio_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/odsio"
	"keyroster/io/odsio/odstest"
	"keyroster/io/officeio"
	"keyroster/io/officeio/officetest"
)

type line = officetest.Line

var text, date, number, formula = officetest.Text, officetest.Date, officetest.Number, officetest.Formula

func load(data []byte) (*odsio.Workbook, error) {
	zip, err := officeio.Open("book.ods", bytes.NewReader(data), int64(len(data)), officeio.DefaultBytes)
	if err != nil {
		return nil, err
	}
	return odsio.Load("book.ods", zip)
}

// readAll reads the first sheet of a workbook.
func readAll(data []byte) ([]line, *odsio.Workbook, error) {
	w, err := load(data)
	if err != nil {
		return nil, nil, err
	}
	t, err := w.Table(w.Sheets()[0].Name)
	if err != nil {
		return nil, w, err
	}
	lines, err := officetest.Lines(t)
	return lines, w, err
}

// sheet returns a workbook with one sheet.
func sheet(xml string) odstest.Book {
	return odstest.Book{Sheets: []odstest.Sheet{{Name: "S", XML: xml}}}
}

func row(cells string) string { return `<table:table-row>` + cells + `</table:table-row>` }

func broken(s string) cellio.Cell { return cellio.Cell{Kind: cellio.Broken, Text: s} }

// styles are the styles that the cells of the tests refer to.
var styles = `<style:style style:name="struck" style:family="text">` +
	`<style:text-properties style:text-line-through-style="solid"/></style:style>` +
	odstest.Style("general", "number-style", `<number:number number:min-integer-digits="1"/>`) +
	odstest.Style("zeros", "number-style", `<number:number number:decimal-places="0" number:min-integer-digits="10"/>`) +
	odstest.Style("bare", "number-style", `<number:number number:min-integer-digits="5"/>`) +
	odstest.Style("whole", "number-style", `<number:number number:decimal-places="0" number:min-integer-digits="1"/>`) +
	odstest.Style("hash", "number-style", `<number:number number:decimal-places="0" number:min-integer-digits="0"/>`) +
	odstest.Style("thousands", "number-style", `<number:number number:decimal-places="0" number:min-integer-digits="1" number:grouping="true"/>`) +
	odstest.Style("cents", "number-style", `<number:number number:decimal-places="2" number:min-integer-digits="1"/>`) +
	odstest.Style("dashes", "number-style", `<number:number number:decimal-places="0" number:min-integer-digits="5"><number:embedded-text number:position="2">-</number:embedded-text></number:number>`) +
	odstest.Style("red", "number-style", `<style:text-properties/><number:number number:min-integer-digits="1"/>`) +
	odstest.Style("unit", "number-style", `<number:number number:decimal-places="0" number:min-integer-digits="4"/><number:text> pcs</number:text>`) +
	odstest.Style("text", "text-style", `<number:text-content/>`) +
	odstest.Style("wrapped", "text-style", `<number:text>x</number:text><number:text-content/>`) +
	odstest.Style("percent", "percentage-style",
		`<number:number number:decimal-places="2" number:min-integer-digits="1"/>`) +
	odstest.Style("day", "date-style", `<number:year number:style="long"/><number:text>-</number:text><number:month/><number:text>-</number:text><number:day/>`) +
	odstest.Style("month", "date-style", `<number:month/><number:text>/</number:text><number:year/>`) +
	odstest.Style("clock", "date-style", `<number:year/><number:month/><number:day/><number:hours/><number:minutes/>`) +
	odstest.Style("hours", "time-style", `<number:hours/><number:minutes/>`) +
	odstest.Style("twice", "text-style", `<number:text-content/>`) +
	odstest.Style("twice", "number-style", `<number:number number:min-integer-digits="1"/>`) +
	`<style:style style:name="child" style:family="table-cell" style:parent-style-name="zeros"/>` +
	`<style:style style:name="loop" style:family="table-cell" style:parent-style-name="loop"/>` +
	`<style:style style:name="lost" style:family="table-cell" style:data-style-name="none"/>`

// cell returns a cell with a value of some type.
func cell(kind, attributes, within string) string {
	if kind != "" {
		kind = ` office:value-type="` + kind + `"`
	}
	return `<table:table-cell` + kind + ` ` + attributes + `>` + within + `</table:table-cell>`
}

func float(value, style string) string {
	if style != "" {
		style = ` table:style-name="` + style + `"`
	}
	return cell("float", `office:value="`+value+`"`+style, `<text:p>shown</text:p>`)
}

func paragraph(within string) string { return cell("string", "", `<text:p>`+within+`</text:p>`) }

func TestCells(t *testing.T) {
	blank := cellio.Cell{}
	tests := []struct {
		name, cell string
		want       cellio.Cell
	}{
		{"text", paragraph("0012"), text("0012")},
		{"spaces", paragraph(` lead<text:s text:c="3"/>and  trail `), text(" lead   and  trail ")},
		{"one space", paragraph(`<text:s/>x`), text(" x")},
		{"no spaces", paragraph(`a<text:s text:c="0"/>b`), text("ab")},
		{"entities", paragraph(`&lt;a&gt; &amp;&quot;&apos;&#65;&#x1F511;`), text(`<a> &"'A` + "\U0001F511")},
		{"not unescaped", paragraph(`_x0041_`), text("_x0041_")},
		{"cdata", paragraph(`a<![CDATA[<&]]>b`), text("a<&b")},
		{"tab and line break", paragraph(`a<text:tab/>b<text:line-break/>c`), text("a\tb\nc")},
		{"paragraphs", cell("string", "", `<text:p>one</text:p><text:p/><text:p>three</text:p>`), text("one\n\nthree")},
		{
			"white space between paragraphs", cell("string", "", "\n <text:p>one</text:p>\n <text:p>two</text:p>\n"),
			text("one\ntwo"),
		},
		{"spans", paragraph(`0<text:span>0<text:span>1</text:span></text:span>2`), text("0012")},
		{"link", paragraph(`<text:a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="mailto:a@example.com">a@example.com</text:a>`), text("a@example.com")},
		{"field", paragraph(`Doors <text:sheet-name>S</text:sheet-name>`), text("Doors S")},
		{"ruby", paragraph(`<text:ruby><text:ruby-base>東京</text:ruby-base><text:ruby-text>とうきょう</text:ruby-text></text:ruby>`), text("東京")},
		{"marks", paragraph(`a<text:bookmark text:name="x"/><text:soft-page-break/>b`), text("ab")},
		{"comment", cell("string", "", `<office:annotation><text:p>no cell text</text:p></office:annotation><text:p>0012</text:p>`), text("0012")},
		{"comment alone", cell("", "", `<office:annotation><text:p>no cell text</text:p></office:annotation>`), blank},
		{"comment in a paragraph", paragraph(`a<office:annotation><text:p>x</text:p></office:annotation>b`), text("ab")},
		{"shape", cell("string", "", `<draw:frame><draw:text-box><text:p>no</text:p></draw:text-box></draw:frame><text:p>0012</text:p>`), text("0012")},
		{
			"text in the attribute", cell("string", `office:string-value="00&#10;12"`, `<text:p>shown</text:p>`),
			text("00\n12"),
		},
		{"text in the attribute alone", cell("string", `office:string-value="0012"`, ""), text("0012")},
		{"no type", cell("", "", `<text:p>0012</text:p>`), text("0012")},
		{"empty text", cell("string", "", `<text:p/>`), blank},
		{"nothing", cell("", `table:style-name="zeros"`, ""), blank},
		{"formula with text", cell("string", `table:formula="of:=1" office:string-value="0012"`,
			`<text:p>0012</text:p>`), formula(text("0012"))},
		{"formula with empty text", cell("", `table:formula="of:=1"`, `<text:p/>`), formula(text(""))},
		{
			"formula with empty text in the attribute",
			cell("string", `table:formula="of:=1" office:string-value=""`, ""), formula(text("")),
		},
		{"formula without result", cell("", `table:formula="of:=1"`, ""), formula(blank)},
		{"formula without result, typed", cell("string", `table:formula="of:=1"`, ""), formula(blank)},
		{"formula without number", cell("float", `table:formula="of:=1"`, ""), formula(blank)},
		{
			"formula with number", cell("float", `table:formula="of:=1" office:value="2"`, `<text:p>2</text:p>`),
			formula(number("2", cellio.FormatGeneral, 0)),
		},
		{"error", cell("string", `table:formula="of:=1/0" office:string-value="" calcext:value-type="error"`,
			`<text:p>#DIV/0!</text:p>`), formula(cellio.Cell{Kind: cellio.Error, Text: "#DIV/0!"})},
		{
			"OpenOffice's error", cell("float", `table:formula="of:=1/0" office:value="0"`, `<text:p>Err:502</text:p>`),
			formula(cellio.Cell{Kind: cellio.Error, Text: "Err:502"}),
		},
		{"number", float("4567890123456789", ""), number("4567890123456789", cellio.FormatGeneral, 0)},
		{"exponent", float(" 4.5678901234567891E+15 ", "general"), number("4.5678901234567891E+15", cellio.FormatGeneral, 0)},
		{"zeros", float("308346877", "zeros"), number("308346877", cellio.FormatPad, 10)},
		{"zeros by inheritance", float("1", "child"), number("1", cellio.FormatPad, 10)},
		{"zeros, decimals open", float("123", "bare"), number("123", cellio.FormatPad, 5)},
		{"whole", float("123", "whole"), number("123", cellio.FormatPad, 1)},
		{"hash", float("123", "hash"), number("123", cellio.FormatOther, 0)},
		{"thousands", float("1234567", "thousands"), number("1234567", cellio.FormatOther, 0)},
		{"cents", float("7", "cents"), number("7", cellio.FormatOther, 0)},
		{"dashes", float("12345", "dashes"), number("12345", cellio.FormatOther, 0)},
		{"red", float("7", "red"), number("7", cellio.FormatOther, 0)},
		{"unit", float("7", "unit"), number("7", cellio.FormatOther, 0)},
		{"number in a text cell", float("308346877", "text"), number("308346877", cellio.FormatText, 0)},
		{"text format with more", float("7", "wrapped"), number("7", cellio.FormatOther, 0)},
		{"a day as a number", float("45292", "day"), number("45292", cellio.FormatOther, 0)},
		{"a time as a number", float("0.5", "hours"), number("0.5", cellio.FormatTime, 0)},
		{
			"percent", cell("percentage", `office:value="0.5" table:style-name="percent"`, ""),
			number("0.5", cellio.FormatOther, 0),
		},
		{"percent without style", cell("percentage", `office:value="0.5"`, ""), number("0.5", cellio.FormatOther, 0)},
		{"currency", cell("currency", `office:value="12" office:currency="EUR"`, ""), number("12", cellio.FormatOther, 0)},
		{"default style", float("7", "Default"), number("7", cellio.FormatGeneral, 0)},
		{"style that is none", float("7", "none"), broken("holds a number, and its style is not defined in the workbook")},
		{
			"style without its numbers", float("7", "lost"),
			broken("holds a number, and its style is not defined in the workbook"),
		},
		{"style in a cycle", float("7", "loop"), broken("holds a number, and its style is not defined in the workbook")},
		{
			"style with two meanings", float("7", "twice"),
			broken("holds a number, and its style is not defined in the workbook"),
		},
		{
			"true", cell("boolean", `office:boolean-value="true"`, `<text:p>WAHR</text:p>`),
			cellio.Cell{Kind: cellio.Bool, Text: "TRUE"},
		},
		{"false", cell("boolean", `office:boolean-value="false"`, ""), cellio.Cell{Kind: cellio.Bool, Text: "FALSE"}},
		{"month", cell("date", `office:date-value="2027-06-01" table:style-name="month"`, ""), cellio.Cell{Kind: cellio.Date, Text: "2027-06-01", Format: cellio.FormatMonth}},
		{
			"date", cell("date", `office:date-value="2026-01-05" table:style-name="day"`, `<text:p>5 Jan</text:p>`),
			date("2026-01-05"),
		},
		{
			"date and time", cell("date", `office:date-value="2026-01-05T08:30:00.4" table:style-name="clock"`, ""),
			date("2026-01-05T08:30:00"),
		},
		{
			"midnight, shown", cell("date", `office:date-value="2026-01-05" table:style-name="clock"`, ""),
			date("2026-01-05T00:00:00"),
		},
		{
			"midnight, not shown", cell("date", `office:date-value="2026-01-05T00:00:00" table:style-name="day"`, ""),
			date("2026-01-05"),
		},
		{"date without style", cell("date", `office:date-value="2026-01-05"`, ""), date("2026-01-05")},
		{
			"time", cell("time", `office:time-value="PT08H30M00S" table:style-name="hours"`, ""),
			number("0.3541666666666667", cellio.FormatTime, 0),
		},
		{"long time", cell("time", `office:time-value="P1DT26H00.5S"`, ""), number("2.08333912037037", cellio.FormatTime, 0)},
		{"type that is none", cell("colour", "", `<text:p>x</text:p>`), broken("has a type that spreadsheets do not use")},
		{"number that is none", float("4827x", ""), broken("is stored as a number but holds none")},
		{"number without value", cell("float", "", `<text:p>4827</text:p>`), broken("is stored as a number but holds none")},
		{
			"boolean that is none", cell("boolean", `office:boolean-value="4827"`, ""),
			broken("is stored as true or false but holds neither"),
		},
		{
			"date that is none", cell("date", `office:date-value="2026-02-30"`, ""),
			broken("is stored as a date but holds none"),
		},
		{"time that is none", cell("time", `office:time-value="8:30"`, ""), broken("is stored as a time but holds none")},
		{
			"error without a name", cell("string", `calcext:value-type="error"`, ""),
			broken("is stored as an error but does not name one"),
		},
		{
			"line break in a paragraph", paragraph("a\nb"),
			broken("holds line breaks within a paragraph, which some programs read as spaces"),
		},
		{
			"indented paragraph", paragraph("\n  <text:span>a</text:span>\n"),
			broken("holds line breaks within a paragraph, which some programs read as spaces"),
		},
		{"all crossed out", paragraph(`<text:span text:style-name="struck">48<text:span>27</text:span></text:span>`), text("4827")},
		{
			"crossed out in part", paragraph(`<text:span text:style-name="struck">48<text:span>27</text:span></text:span> 5913`),
			broken("holds crossed-out text beside other text"),
		},
		{"strange text", paragraph(`a<text:note>b</text:note>`), broken("holds more than text, numbers and comments")},
		{"foreign text", paragraph(`a<x:y xmlns:x="urn:x">b</x:y>`), broken("holds more than text, numbers and comments")},
		{"heading", cell("string", "", `<text:h>a</text:h>`), broken("holds more than text, numbers and comments")},
		{
			"list", cell("string", "", `<text:list><text:list-item><text:p>a</text:p></text:list-item></text:list>`),
			broken("holds more than text, numbers and comments"),
		},
		{
			"sub-table", cell("", "", `<table:table table:is-sub-table="true">`+row(paragraph("4827"))+`</table:table>`),
			broken("holds a table of its own"),
		},
		{"long text", paragraph(strings.Repeat("4827", 1<<18)), broken("holds more than 1 MiB of text")},
		{"long blank", paragraph(`<text:s text:c="999999999"/>`), broken("holds more than 1 MiB of text")},
		{
			"long by paragraphs", cell("string", "", strings.Repeat(`<text:p>`+strings.Repeat("4827", 1<<17)+`</text:p>`, 2)),
			broken("holds more than 1 MiB of text"),
		},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			book := sheet(row(cell("string", "", `<text:p>before</text:p>`) + tc.cell + paragraph("after")))
			book.Styles = styles
			lines, _, err := readAll(book.Bytes(t))
			if err != nil {
				t.Fatal(err)
			}
			want := []line{{Number: 1, Cells: []cellio.Cell{text("before"), tc.want, text("after")}}}
			if diff := cmp.Diff(want, lines); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDefaultStyles: a cell without a style has that of its row or its column.
func TestDefaultStyles(t *testing.T) {
	book := sheet(`<table:table-columns><table:table-column table:number-columns-repeated="2" table:default-cell-style-name="whole"/>` +
		`<table:table-column table:default-cell-style-name="zeros"/></table:table-columns>` +
		row(float("1", "")+float("2", "")+float("3", "")+float("4", "")+float("5", "thousands")) +
		`<table:table-row table:default-cell-style-name="bare">` + float("1", "") +
		`<table:table-cell table:number-columns-repeated="1"/>` + float("3", "text") + `</table:table-row>`)
	book.Common = styles
	lines, _, err := readAll(book.Bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []line{
		{Number: 1, Cells: []cellio.Cell{
			number("1", cellio.FormatPad, 1), number("2", cellio.FormatPad, 1), number("3", cellio.FormatPad, 10),
			number("4", cellio.FormatGeneral, 0), number("5", cellio.FormatOther, 0),
		}},
		{Number: 2, Cells: []cellio.Cell{number("1", cellio.FormatPad, 5), {}, number("3", cellio.FormatText, 0)}},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
