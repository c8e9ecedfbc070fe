package rosterio_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWorkbooksOfExporters reads workbooks written by the libraries that programs export with: one
// roster with damage in each row, and its twin without.
func TestWorkbooksOfExporters(t *testing.T) {
	want := []string{
		"D2 value number", "D3 value number", "D4 value rounded", "D5 value boolean", "D6 value spreadsheet_error",
		"D7 value formula_without_result", "D8 value date", "D9 value exponent",
		"D10 value invisible_character 4 digits", "D11 value number",
		"B12 holder_email look_alike paul@example.com", "A13 credential_id rounded 456789012345678… (the rest is lost)",
		"A14 credential_id date 2-3 or 3-2", "E15 ends_at not_a_date 2026-01-02",
	}
	values := []string{
		"0123", "12345678", "4567890123456789", "TRUE", "N/A", "=A1", "2-3", "12E10", "0012", "1234567", "AB0012", "AB0013", "AB0014", "AB0015",
	}
	for _, exporter := range []string{"openpyxl", "xlsxwriter", "sheetjs", "exceljs"} {
		t.Run(exporter, func(t *testing.T) {
			roster := readDoors(t, filepath.Join("testdata", "corpus", exporter+"-damaged.xlsx"))
			var got []string
			for _, p := range roster.Problems {
				got = append(got, found(p))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			sound(t, roster, "12345678", "1234567")

			twin := readDoors(t, filepath.Join("testdata", "corpus", exporter+"-clean.xlsx"))
			for _, p := range twin.Problems {
				t.Errorf("false alarm: %s", p)
			}
			got = nil
			for n := range twin.Rows.Len() {
				got = append(got, twin.Rows.Record(n).Text("value"))
			}
			if diff := cmp.Diff(values, got); diff != "" {
				t.Error(diff)
			}
			if id, ends := twin.Rows.Record(11).Text("credential_id"), twin.Rows.Record(13).Text("ends_at"); id != "456789012345678" || ends != "2026-01-02" {
				t.Errorf("the id is %q, the end %q", id, ends)
			}
		})
	}
}
