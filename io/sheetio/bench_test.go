package sheetio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"keyroster/io/odsio/odstest"
	"keyroster/io/sheetio"
	"keyroster/io/xlsxio/xlsxtest"
)

// texts visits the texts of a table with 8 columns.
func texts(rows int, visit func(row, col int, text string)) {
	for r := range rows {
		for c := range 8 {
			visit(r, c, fmt.Sprintf("%010d-%d", (r*7919+c*104729)%10_000_000_019, c))
		}
	}
}

// bigXLSX and bigODS return the same table as Excel and LibreOffice write it, and the size of the
// XML of its cells.
func bigXLSX(b *testing.B, rows int, inline bool) ([]byte, int) {
	b.Helper()
	var sheet, shared strings.Builder
	texts(rows, func(r, c int, text string) {
		if c == 0 {
			fmt.Fprintf(&sheet, `%s<row r="%d" spans="1:8">`, map[bool]string{true: "</row>"}[r > 0], r+1)
		}
		if inline {
			fmt.Fprintf(&sheet, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+c, r+1, text)
			return
		}
		fmt.Fprintf(&sheet, `<c r="%c%d" s="1" t="s"><v>%d</v></c>`, 'A'+c, r+1, r*8+c)
		shared.WriteString(`<si><t>` + text + `</t></si>`)
	})
	book := xlsxtest.Book{
		Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(sheet.String() + "</row>")}},
		Styles: xlsxtest.Styles("@"), Deflate: true,
	}
	if !inline {
		book.SharedStrings = `<sst xmlns="` + xlsxtest.Namespace + `">` + shared.String() + `</sst>`
	}
	return book.Bytes(b), len(book.Sheets[0].XML) + len(book.SharedStrings)
}

func bigODS(b *testing.B, rows int) ([]byte, int) {
	b.Helper()
	var sheet strings.Builder
	texts(rows, func(r, c int, text string) {
		if c == 0 {
			sheet.WriteString(map[bool]string{true: "</table:table-row>"}[r > 0] + `<table:table-row table:style-name="ro1">`)
		}
		sheet.WriteString(`<table:table-cell table:style-name="ce2" office:value-type="string" calcext:value-type="string"><text:p>` + text + `</text:p></table:table-cell>`)
	})
	book := odstest.Book{Sheets: []odstest.Sheet{{Name: "S", XML: sheet.String() + "</table:table-row>"}}, Deflate: true}
	return book.Bytes(b), len(book.Content())
}

// BenchmarkRead100k reads one table of 100,000 rows as each kind of workbook: MB/s refer to the
// XML, so that the kinds can be compared.
func BenchmarkRead100k(b *testing.B) {
	for name, make := range map[string]func(*testing.B) ([]byte, int){
		"xlsx-shared": func(b *testing.B) ([]byte, int) { return bigXLSX(b, 100_000, false) },
		"xlsx-inline": func(b *testing.B) ([]byte, int) { return bigXLSX(b, 100_000, true) },
		"ods":         func(b *testing.B) ([]byte, int) { return bigODS(b, 100_000) },
	} {
		b.Run(name, func(b *testing.B) {
			data, size := make(b)
			b.ReportAllocs()
			b.SetBytes(int64(size))
			runtime.GC()
			base := heap()
			peak := base
			for b.Loop() {
				w, err := sheetio.OpenReader(bytes.NewReader(data), int64(len(data)), "big")
				if err != nil {
					b.Fatal(err)
				}
				table, err := w.Table("S")
				if err != nil {
					b.Fatal(err)
				}
				rows := 0
				for ; err == nil; rows++ {
					if _, err = table.Next(); rows%10_000 == 0 {
						peak = max(peak, heap())
					}
				}
				if rows != 100_001 || !errors.Is(err, io.EOF) {
					b.Fatalf("%d rows, then %v", rows-1, err)
				}
			}
			b.ReportMetric((peak-base)/(1<<20), "peak-heap-MiB")
		})
	}
}

// heap returns how many bytes of memory are in use.
func heap() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse)
}

// BenchmarkExcelize100k is the bare streaming read that ours is compared with.
func BenchmarkExcelize100k(b *testing.B) {
	for _, inline := range []bool{true, false} {
		b.Run(map[bool]string{true: "inline", false: "shared"}[inline], func(b *testing.B) {
			data, size := bigXLSX(b, 100_000, inline)
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for b.Loop() {
				book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
					RawCellValue: true, UnzipXMLSizeLimit: 1 << 30,
				})
				if err != nil {
					b.Fatal(err)
				}
				rows, err := book.Rows("S")
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for ; rows.Next(); n++ {
					if _, err := rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
						b.Fatal(err)
					}
				}
				if n != 100_000 {
					b.Fatalf("read %d rows", n)
				}
				rows.Close()
				book.Close()
			}
		})
	}
}
