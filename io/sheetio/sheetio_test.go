package sheetio_test

import (
	"errors"
	"io"
	"path/filepath"
	"testing"

	"keyroster/io/cellio"
	"keyroster/io/odsio/odstest"
	"keyroster/io/sheetio"
	"keyroster/io/xlsxio/xlsxtest"
)

// TestWorkbooksAreToldByTheirContent: the content of a workbook says what it is, not its name.
func TestWorkbooksAreToldByTheirContent(t *testing.T) {
	dir := t.TempDir()
	lines := [][]string{{"value"}, {"0012"}}
	path := func(name string) string { return filepath.Join(dir, name) }
	odstest.Book{Sheets: []odstest.Sheet{{Name: "Doors", XML: odstest.Grid(lines...)}}}.Write(t, path("a.xlsx"))
	xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Grid(lines...)}}}.Write(t, path("b.ods"))
	for name, open := range map[string]bool{"a.xlsx": true, "b.ods": false} {
		w, err := sheetio.Open(path(name))
		if err != nil {
			t.Fatal(err)
		}
		if w.OpenDocument != open {
			t.Errorf("%s: OpenDocument is %v", name, w.OpenDocument)
		}
		table, err := w.Table("Doors")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range lines {
			line, err := table.Next()
			if err != nil || line.Cells[0] != (cellio.Cell{Kind: cellio.Text, Text: want[0]}) {
				t.Errorf("%s: %v, %v, want %s", name, line, err, want)
			}
		}
		if _, err := table.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("%s ends with %v", name, err)
		}
		if none, err := w.Table("doors"); err == nil || none != nil {
			t.Errorf("%s: a sheet by another name: %v, %v", name, none, err)
		}
		if err := errors.Join(table.Close(), w.Close()); err != nil {
			t.Error(err)
		}
	}
}

func TestNoWorkbook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.zip")
	odstest.Book{Extra: []xlsxtest.Entry{
		{Name: "mimetype", Data: "text/plain"},
		{Name: "META-INF/manifest.xml", Data: "<a/>"},
	}}.Write(t, path)
	for _, name := range []string{path, path + ".none", filepath.Dir(path)} {
		if _, err := sheetio.Open(name); err == nil {
			t.Errorf("%s was opened", name)
		} else if _, ok := errors.AsType[*cellio.InputError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
