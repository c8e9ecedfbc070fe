package annotateio_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"keyroster/io/annotateio"
	"keyroster/io/xlsxio/xlsxtest"
)

// large returns a workbook of eight columns, and options with a remark on every hundredth row.
func large(t testing.TB, rows int) ([]byte, annotateio.Options) {
	t.Helper()
	var b strings.Builder
	o := annotateio.Options{Columns: []annotateio.Column{{Sheet: "Doors", Title: "outcome", HeaderRow: 1, Cells: map[int]annotateio.Text{}}}}
	for row := 1; row <= rows; row++ {
		fmt.Fprintf(&b, `<row r="%d">`, row)
		for col := range 8 {
			fmt.Fprintf(&b, `<c r="%c%d" t="inlineStr"><is><t>value %d of %d</t></is></c>`, 'A'+col, row, col, row)
		}
		b.WriteString(`</row>`)
		o.Columns[0].Cells[row] = annotateio.Text{Text: "applied", Tone: annotateio.Good}
		if row%100 == 0 {
			o.Marks = append(o.Marks, annotateio.Mark{Sheet: "Doors", Cell: fmt.Sprint("B", row), Text: "error: something", Tone: annotateio.Bad})
		}
	}
	return xlsxtest.Book{Styles: styles, Deflate: true, Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows(b.String())}}}.Bytes(t), o
}

func BenchmarkAnnotate(b *testing.B) {
	for _, rows := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			original, o := large(b, rows)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := annotate("large.xlsx", original, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestMemoryStaysSmall: sheets are streamed, so the memory held grows with the packed file, not
// with the rows.
func TestMemoryStaysSmall(t *testing.T) {
	original, o := large(t, 10_000)
	book, err := annotateio.Open("large.xlsx", original)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	copied, err := book.Annotate(o)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	held := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	if most := int64(2*len(copied.Data) + 4<<20); held > most {
		t.Errorf("%d bytes are held for a copy of %d", held, len(copied.Data))
	}
	if spent := int64(after.TotalAlloc - before.TotalAlloc); spent > 10_000*2_500 {
		t.Errorf("%d bytes were allocated for 10,000 rows", spent)
	}
	runtime.KeepAlive(book)
}
