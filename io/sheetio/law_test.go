package sheetio_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/io/odsio/odstest"
	"keyroster/io/officeio"
	"keyroster/io/officeio/officetest"
	"keyroster/io/sheetio"
	"keyroster/io/xlsxio/xlsxtest"

	_ "keyroster/reconcile/fixedseed"
)

func read(data []byte, sheet string) ([]officetest.Line, error) {
	w, err := sheetio.OpenReader(bytes.NewReader(data), int64(len(data)), "book")
	if err != nil {
		return nil, err
	}
	defer w.Close()
	table, err := w.Table(sheet)
	if err != nil {
		return nil, err
	}
	defer table.Close()
	return officetest.Lines(table)
}

// formats has the styles of both workbooks of a table, in the spelling of each.
var formats = []struct{ xlsx, kind, ods string }{
	{"General", "number-style", `<number:number number:min-integer-digits="1"/>`},
	{"0000000000", "number-style", `<number:number number:decimal-places="0" number:min-integer-digits="10"/>`},
	{"#,##0", "number-style", `<number:number number:decimal-places="0" number:min-integer-digits="1" number:grouping="true"/>`},
	{"@", "text-style", `<number:text-content/>`},
	{"yyyy-mm-dd", "date-style", `<number:year/><number:month/><number:day/>`},
	{"yyyy-mm-dd hh:mm", "date-style", `<number:year/><number:month/><number:day/><number:hours/><number:minutes/>`},
}

// twin is a cell in the spelling of each kind of workbook.
type twin struct{ xlsx, ods string }

// drawText draws a text such as people have, or a stranger one.
func drawText(t *rapid.T) twin {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("ab0 1\t\n_x<&>\"'é東🔑")), 1, 12, -1).Draw(t, "text")
	text += rapid.SampledFrom([]string{"", " ", "0012", "_x0041_", "  "}).Draw(t, "end")
	escaped := xlsxtest.Escape(strings.ReplaceAll(text, "_x", "_x005F_x"))
	return twin{
		`t="inlineStr"><is><t xml:space="preserve">` + escaped + `</t></is>`,
		` office:value-type="string">` + odstest.Paragraphs(text),
	}
}

// drawNumber draws a number in one of the formats that show numbers.
func drawNumber(t *rapid.T) twin {
	n := rapid.SampledFrom([]string{
		"0", "7", "308346877", "-1.5", "4.5678901234567891E+15",
		"4567890123456789",
	}).Draw(t, "number")
	style := rapid.IntRange(0, 3).Draw(t, "format")
	return twin{
		fmt.Sprintf(`s="%d"><v>%s</v>`, style+1, n),
		fmt.Sprintf(` table:style-name="f%d" office:value-type="float" office:value="%s"><text:p>%[2]s</text:p>`, style, n),
	}
}

// drawDay draws a date, which .xlsx counts in days and .ods spells out.
func drawDay(t *rapid.T) twin {
	day := rapid.SampledFrom([]struct{ serial, iso string }{
		{"45292", "2024-01-01"}, {"45292.5", "2024-01-01T12:00:00"}, {"61", "1900-03-01"}, {"1", "1900-01-01"},
	}).Draw(t, "day")
	style := rapid.IntRange(4, 5).Draw(t, "format")
	return twin{
		fmt.Sprintf(`s="%d"><v>%s</v>`, style+1, day.serial),
		fmt.Sprintf(` table:style-name="f%d" office:value-type="date" office:date-value="%s"><text:p>shown</text:p>`,
			style, day.iso),
	}
}

// drawOther draws anything else: booleans, errors and formulas, or no content at all.
func drawOther(t *rapid.T) twin {
	return rapid.SampledFrom([]twin{
		{`>`, `>`},
		{`t="b"><v>1</v>`, ` office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p>`},
		{`t="e"><f>1/0</f><v>#DIV/0!</v>`, ` table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>`},
		{`><f>1+1</f><v>2</v>`, ` table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p>`},
		{`t="str"><f>A1</f><v>0012</v>`, ` table:formula="of:=[.A1]" office:value-type="string" office:string-value="0012"><text:p>0012</text:p>`},
		{`t="str"><f>A1</f><v></v>`, ` table:formula="of:=[.A1]"><text:p/>`},
		{`><f>A1</f>`, ` table:formula="of:=[.A1]">`},
	}).Draw(t, "other")
}

// TestOneTableTwoKinds: a table reads the same, whichever kind of workbook it is written as.
func TestOneTableTwoKinds(t *testing.T) {
	var codes []string
	var styles strings.Builder
	for i, f := range formats {
		codes = append(codes, f.xlsx)
		styles.WriteString(odstest.Style(fmt.Sprintf("f%d", i), f.kind, f.ods))
	}
	found := 0
	rapid.Check(t, func(rt *rapid.T) {
		var xlsx, ods strings.Builder
		row := 0
		for range rapid.IntRange(0, 6).Draw(rt, "rows") {
			gap := rapid.SampledFrom([]int{0, 0, 1, 1000}).Draw(rt, "gap")
			if row += gap + 1; gap > 0 {
				fmt.Fprintf(&ods, `<table:table-row table:number-rows-repeated="%d"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`, gap)
			}
			hidden := rapid.Bool().Draw(rt, "hidden")
			fmt.Fprintf(&xlsx, `<row r="%d" hidden="%v">`, row, hidden)
			fmt.Fprintf(&ods, `<table:table-row table:visibility="%s">`,
				map[bool]string{false: "visible", true: "collapse"}[hidden])
			for col := range rapid.IntRange(0, 6).Draw(rt, "cells") {
				draw := rapid.SampledFrom([]func(*rapid.T) twin{
					drawText, drawText, drawNumber, drawDay,
					drawOther,
				}).Draw(rt, "kind")
				cell := draw(rt)
				fmt.Fprintf(&xlsx, `<c r="%s" %s</c>`, officeio.CellName(row, col), cell.xlsx)
				fmt.Fprintf(&ods, `<table:table-cell%s</table:table-cell>`, cell.ods)
			}
			xlsx.WriteString(`</row>`)
			ods.WriteString(`</table:table-row>`)
		}
		want, err := read(xlsxtest.Book{
			Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(xlsx.String())}}, Styles: xlsxtest.Styles(codes...),
		}.Bytes(t), "S")
		if err != nil {
			rt.Fatal(err)
		}
		got, err := read(odstest.Book{
			Sheets: []odstest.Sheet{{Name: "S", XML: ods.String()}},
			Styles: styles.String(),
		}.Bytes(t), "S")
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("(-xlsx +ods):\n%s", diff)
		}
		found += len(got)
	})
	if found == 0 {
		t.Error("no table had any line")
	}
}
