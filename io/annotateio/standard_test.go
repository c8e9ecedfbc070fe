package annotateio_test

import (
	"os"
	"path/filepath"
	"testing"

	"keyroster/io/annotateio"
	"keyroster/io/xlsxio/xlsxtest"
)

// TestCopiesKeepToTheStandard: a copy conforms to the standard if its original does. The originals
// in testdata have comment parts numbered the way LibreOffice does.
func TestCopiesKeepToTheStandard(t *testing.T) {
	originals := map[string][]byte{"a workbook": book(t)}
	paths, err := filepath.Glob("testdata/*.xlsx")
	if err != nil || len(paths) == 0 {
		t.Fatalf("testdata has no workbook: %v", err)
	}
	for _, path := range paths {
		if originals[path], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	for name, original := range originals {
		for _, fault := range xlsxtest.Faults(original) {
			t.Errorf("%s, the original: %s", name, fault)
		}
		f := reopen(t, original)
		sheet := f.GetSheetList()[0]
		copied, err := annotate("badges.xlsx", original, annotateio.Options{
			Marks: []annotateio.Mark{
				{Sheet: sheet, Cell: "B4", Row: 4, Text: "error: one", Tone: annotateio.Bad},
				{Sheet: sheet, Row: 7, Text: "warning: the row", Tone: annotateio.Doubtful},
			},
			Columns: []annotateio.Column{{Sheet: sheet, HeaderRow: 3, Title: "outcome", Cells: map[int]annotateio.Text{4: {Text: "failed", Tone: annotateio.Bad}}}},
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, fault := range xlsxtest.Faults(copied) {
			t.Errorf("%s, its copy: %s", name, fault)
		}
	}
}
