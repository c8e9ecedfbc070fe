//go:build libreoffice

package xlsxtest

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// patience is how long LibreOffice may take; only a failure takes that long.
const patience = 2 * time.Minute

// The formats that LibreOffice writes. Those of CSV are: comma, quote, UTF-8, from
// the first line, no formats of columns, no language, quotes always, nothing
// detected, as stored, no formulas, spaces kept, every sheet.
const (
	asPDF  = "pdf"
	asXLSX = "xlsx"
	asCSV  = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1"
)

// OpensInOffice lets LibreOffice open workbooks and save them as PDF, as workbooks and as CSV.
// Sheets, numbers and texts must come back as they are: above all, texts that look like
// numbers, dates or formulas.
func OpensInOffice(t *testing.T, paths ...string) {
	t.Helper()
	home := t.TempDir() // for LibreOffice's settings, so that the user's do not matter
	pdf, books, tables := convert(t, home, asPDF, paths), convert(t, home, asXLSX, paths), convert(t, home, asCSV, paths)
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".xlsx")
		t.Run(name, func(t *testing.T) {
			page, err := os.ReadFile(filepath.Join(pdf, name+".pdf"))
			if err != nil || !bytes.HasPrefix(page, []byte("%PDF-")) {
				t.Errorf("no pages of it: %v", err)
			}
			have, back := open(t, path), open(t, filepath.Join(books, name+".xlsx"))
			if !slices.Equal(have.GetSheetList(), back.GetSheetList()) {
				t.Fatalf("sheets %q, of %q", back.GetSheetList(), have.GetSheetList())
			}
			for _, sheet := range have.GetSheetList() {
				sameCells(t, sheet, have, back, records(t, filepath.Join(tables, name+"-"+sheet+".csv")))
			}
		})
	}
}

// convert opens workbooks in LibreOffice and returns the folder with the results.
func convert(t *testing.T, home, format string, paths []string) string {
	t.Helper()
	out := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	profile := url.URL{Scheme: "file", Path: home}
	args := []string{"-env:UserInstallation=" + profile.String(), "--headless", "--convert-to", format, "--outdir", out}
	said, err := exec.CommandContext(ctx, "soffice", append(args, paths...)...).CombinedOutput()
	if err != nil || bytes.Contains(said, []byte("Error")) {
		t.Fatalf("convert to %s: %v\n%s", format, err, said)
	}
	return out
}

func open(t *testing.T, path string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func records(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	return all
}

// sameCells compares the workbook and the CSV that came back with a sheet.
func sameCells(t *testing.T, sheet string, have, back *excelize.File, table [][]string) {
	t.Helper()
	raw := excelize.Options{RawCellValue: true}
	rows, err := have.GetRows(sheet, raw)
	if err != nil {
		t.Fatal(err)
	}
	filled := 0
	for y, row := range rows {
		for x, want := range row {
			if want == "" {
				continue
			}
			filled++
			cell, _ := excelize.CoordinatesToCellName(x+1, y+1)
			kind, _ := have.GetCellType(sheet, cell)
			text := kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString
			got, _ := back.GetCellValue(sheet, cell, raw)
			backKind, _ := back.GetCellType(sheet, cell)
			if got != want && (text || !sameNumber(got, want)) || text != (backKind == excelize.CellTypeSharedString) {
				t.Errorf("%s!%s came back as %.100q (type %d), want %.100q (type %d)", sheet, cell, got, backKind, want, kind)
			}
			if !text {
				continue
			}
			if y >= len(table) || x >= len(table[y]) || table[y][x] != want {
				t.Errorf("%s!%s is not in the CSV file as %.100q", sheet, cell, want)
			}
		}
	}
	backRows, err := back.GetRows(sheet, raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range backRows {
		for _, text := range row {
			if text != "" {
				filled--
			}
		}
	}
	if filled != 0 {
		t.Errorf("%s: %d cells more than came back", sheet, filled)
	}
}

// sameNumber reports whether two spellings are the same number.
func sameNumber(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}
