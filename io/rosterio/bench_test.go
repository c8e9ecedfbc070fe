package rosterio_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/rosterio"
	"keyroster/io/xlsxio/xlsxtest"
)

const benchRows = 100_000

// benchLine returns row n of a roster with seven columns; row 0 is its header.
func benchLine(n int) []string {
	if n == 0 {
		return []string{"credential_id", "holder_id", "holder_email", "type", "value", "ends_at", "state"}
	}
	return []string{fmt.Sprint("cred-", n), fmt.Sprint("person-", n%50_000), fmt.Sprintf("holder%d@example.org", n%50_000), "card", fmt.Sprintf("%010d", n*7919), "2027-01-31", "present"}
}

func BenchmarkRead(b *testing.B) {
	var csv strings.Builder
	var lines [][]string
	for n := range benchRows + 1 {
		line := benchLine(n)
		csv.WriteString(strings.Join(line, ",") + "\n")
		lines = append(lines, line)
	}
	dir := b.TempDir()
	files := map[string][]byte{
		"roster.csv":  []byte(csv.String()),
		"roster.xlsx": xlsxtest.Book{Deflate: true, Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Grid(lines...)}}}.Bytes(b),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	o := options()
	for _, name := range []string{"roster.csv", "roster.xlsx"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				roster, err := rosterio.Read(context.Background(), []string{filepath.Join(dir, name)}, o)
				if err != nil || roster.Rows.Len() != benchRows || len(roster.Problems) > 0 {
					b.Fatalf("Read: %v, %v", err, roster.Problems)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
		})
	}
}
