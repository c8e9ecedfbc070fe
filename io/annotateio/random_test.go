package annotateio_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/io/annotateio"
	"keyroster/io/cellio"
	"keyroster/io/xlsxio/xlsxtest"

	_ "keyroster/reconcile/fixedseed"
)

// randomSheet draws a worksheet with cells of all kinds, gaps, and references that are written or
// left out.
func randomSheet(t *rapid.T) string {
	references := rapid.Bool().Draw(t, "references")
	prefix := rapid.SampledFrom([]string{"", "x:"}).Draw(t, "prefix")
	var b strings.Builder
	row := 0
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		attrs := rapid.SampledFrom([]string{"", ` hidden="1"`, ` s="1" customFormat="1"`, ` spans="1:2"`}).Draw(t, "row attributes")
		row++
		if references {
			row += rapid.IntRange(0, 3).Draw(t, "gap")
			attrs = fmt.Sprintf(` r="%d"`, row) + attrs
		}
		if rapid.IntRange(0, 5).Draw(t, "empty row") == 0 {
			fmt.Fprintf(&b, `<~row%s/>`, attrs)
			continue
		}
		fmt.Fprintf(&b, `<~row%s>`, attrs)
		col := 0
		for range rapid.IntRange(0, 6).Draw(t, "cells") {
			col++
			ref := ""
			if references {
				col += rapid.IntRange(0, 2).Draw(t, "cell gap")
				ref = ` r="` + annotateio.CellName(row, col) + `"`
			}
			b.WriteString(strings.Replace(rapid.SampledFrom([]string{
				`<~c@/>`, `<~c@ s="1"/>`, `<~c@><~v>12</~v></~c>`, `<~c s="1"@ t="n"><~v>7</~v></~c>`, `<~c@ t="b"><~v>1</~v></~c>`, `<~c@ t="e"><~v>#N/A</~v></~c>`,
				`<~c@ t="str"><~f>A1&amp;"&gt;"</~f><~v>a&amp;b</~v></~c>`, `<~c@><~f>1+1</~f></~c>`,
				`<~c@ t="inlineStr"><~is><~t xml:space="preserve"> a&lt;b </~t></~is></~c>`, "<~c@ t='inlineStr'\n><~is><~r><~t>rich</~t></~r><~r><~t>er</~t></~r></~is></~c>",
				`<~c@ t="s"><~v>0</~v></~c>`, `<~c@ t="inlineStr"><~is><~t><![CDATA[</row>]]></~t></~is><!-- <c> --></~c>`,
			}).Draw(t, "cell"), "@", ref, 1))
			if rapid.IntRange(0, 9).Draw(t, "space") == 0 {
				b.WriteString("\n  ")
			}
		}
		b.WriteString(`</~row>`)
	}
	bind := "xmlns"
	if prefix != "" {
		bind = "xmlns:x"
	}
	data := `<~sheetData>` + b.String() + `</~sheetData>`
	if b.Len() == 0 {
		data = `<~sheetData/>`
	}
	around := rapid.SampledFrom([]string{
		`%s`, `<~cols><~col min="2" max="9" style="1" width="20"/></~cols>%s<~pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/>`,
		`<~dimension ref="A1"/>%s<~mergeCells count="1"><~mergeCell ref="B1:D3"/></~mergeCells>`, `%s<~extLst><~ext uri="x"><y:row xmlns:y="urn:y"/></~ext></~extLst>`,
	}).Draw(t, "around")
	return strings.ReplaceAll(fmt.Sprintf(`<~worksheet `+bind+`="`+xlsxtest.Namespace+`">`+around+`</~worksheet>`, data), "~", prefix)
}

// TestRandomWorkbooks: for any workbook and remarks, the copy has the cells of the original and
// what was added, and nothing else.
func TestRandomWorkbooks(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		sheet := randomSheet(r)
		book := xlsxtest.Book{SharedStrings: xlsxtest.Strings("shared"), Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: sheet}}}
		book.Styles = strings.Replace(styles, `</cellXfs>`, `<xf numFmtId="49" fontId="0" fillId="0" borderId="0"/></cellXfs>`, 1)
		original := book.Bytes(t)
		var o annotateio.Options
		header := rapid.IntRange(1, 4).Draw(r, "header")
		want := 0
		for n := range rapid.IntRange(0, 2).Draw(r, "columns") {
			c := annotateio.Column{Sheet: "Doors", Title: fmt.Sprint("ours ", n), HeaderRow: header, Cells: map[int]annotateio.Text{}}
			for range rapid.IntRange(0, 6).Draw(r, "texts") {
				row := rapid.IntRange(header+1, 30).Draw(r, "row")
				c.Cells[row] = annotateio.Text{Text: rapid.StringN(1, 20, -1).Draw(r, "text"), Tone: annotateio.Tone(rapid.IntRange(0, 3).Draw(r, "tone"))}
			}
			o.Columns = append(o.Columns, c)
			want += 1 + len(c.Cells)
		}
		marked := map[string]bool{}
		for range rapid.IntRange(0, 6).Draw(r, "marks") {
			cell := annotateio.CellName(rapid.IntRange(1, 30).Draw(r, "mark row"), rapid.IntRange(1, 12).Draw(r, "mark col"))
			o.Marks = append(o.Marks, annotateio.Mark{Sheet: "Doors", Cell: cell, Text: "note " + cell, Tone: annotateio.Tone(rapid.IntRange(0, 3).Draw(r, "mark tone"))})
			marked[cell] = true
		}
		copied, err := annotate("random.xlsx", original, o)
		if err != nil {
			r.Fatalf("%v\n%s", err, sheet)
		}
		before, after := cells(t, original)["Doors"], cells(t, copied)["Doors"]
		added := map[string]cellio.Cell{}
		for cell, c := range after {
			if _, was := before[cell]; !was {
				added[cell] = c
				delete(after, cell)
			}
		}
		if diff := cmp.Diff(before, after); diff != "" {
			r.Fatalf("%s\n%s", diff, sheet)
		}
		if len(added) != want {
			r.Fatalf("added %v, want %d\n%s", added, want, sheet)
		}
		if got := comments(t, reopen(t, copied), "Doors"); len(got) != len(marked) {
			r.Fatalf("comments %v, want %v", got, marked)
		}
	})
}
