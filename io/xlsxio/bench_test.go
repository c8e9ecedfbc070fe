package xlsxio

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"keyroster/io/xlsxio/xlsxtest"
)

// bigBook is a workbook of rows x 8 text cells, inline or shared.
func bigBook(b *testing.B, rows int, inline bool) []byte {
	b.Helper()
	var sheet, texts strings.Builder
	n := 0
	for r := 1; r <= rows; r++ {
		fmt.Fprintf(&sheet, `<row r="%d">`, r)
		for c := range 8 {
			value := fmt.Sprintf("%010d-%d", (r*7919+c*104729)%10_000_000_019, c)
			if inline {
				fmt.Fprintf(&sheet, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+c, r, value)
				continue
			}
			fmt.Fprintf(&sheet, `<c r="%c%d" t="s"><v>%d</v></c>`, 'A'+c, r, n)
			texts.WriteString(`<si><t>` + value + `</t></si>`)
			n++
		}
		sheet.WriteString(`</row>`)
	}
	book := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(sheet.String())}}, Deflate: true}
	if !inline {
		book.SharedStrings = `<sst xmlns="` + xlsxtest.Namespace + `">` + texts.String() + `</sst>`
	}
	return book.Bytes(b)
}

func BenchmarkRead100k(b *testing.B) {
	for _, inline := range []bool{true, false} {
		name := map[bool]string{true: "inline", false: "shared"}[inline]
		b.Run(name, func(b *testing.B) {
			data := bigBook(b, 100_000, inline)
			b.ReportAllocs()
			var peak uint64
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			base := m.HeapInuse
			for b.Loop() {
				w, err := OpenReader(bytes.NewReader(data), int64(len(data)), "big.xlsx", Options{})
				if err != nil {
					b.Fatal(err)
				}
				t, err := w.Table("S")
				if err != nil {
					b.Fatal(err)
				}
				rows := 0
				for {
					if _, err := t.Next(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
					if rows++; rows%10_000 == 0 {
						runtime.ReadMemStats(&m)
						peak = max(peak, m.HeapInuse)
					}
				}
				if rows != 100_000 {
					b.Fatalf("read %d rows", rows)
				}
			}
			b.ReportMetric(float64(int64(peak)-int64(base))/(1<<20), "peak-heap-MiB")
		})
	}
}

// BenchmarkExcelize100k is the bare streaming read that ours is held against.
func BenchmarkExcelize100k(b *testing.B) {
	for _, inline := range []bool{true, false} {
		name := map[bool]string{true: "inline", false: "shared"}[inline]
		b.Run(name, func(b *testing.B) {
			data := bigBook(b, 100_000, inline)
			b.ReportAllocs()
			for b.Loop() {
				book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipXMLSizeLimit: 1 << 30})
				if err != nil {
					b.Fatal(err)
				}
				rows, err := book.Rows("S")
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for rows.Next() {
					if _, err := rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
						b.Fatal(err)
					}
					n++
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
