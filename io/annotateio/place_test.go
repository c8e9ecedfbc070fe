package annotateio_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"keyroster/io/annotateio"
	"keyroster/io/xlsxio/xlsxtest"
)

// edited returns the workbook of book after edit.
func edited(t *testing.T, edit func(f *excelize.File) error) []byte {
	t.Helper()
	f := reopen(t, book(t))
	if err := edit(f); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestColumnsStandDirectlyBehindTheTable: cells above a table, or far to its right, do not push the
// columns away from it.
func TestColumnsStandDirectlyBehindTheTable(t *testing.T) {
	for name, c := range map[string]struct {
		cells []string
		want  string
	}{
		"the table alone":           {nil, "D3"},
		"a wide title":              {[]string{"J1"}, "D3"},
		"a note far away":           {[]string{"H6"}, "D3"},
		"a cell beside it":          {[]string{"D8"}, "E3"},
		"a gap too narrow":          {[]string{"E8"}, "F3"},
		"a table without a header":  {[]string{"D8", "E9", "F5"}, "G3"},
		"a note below, and a title": {[]string{"J1", "D40"}, "E3"},
	} {
		original := edited(t, func(f *excelize.File) error {
			for _, cell := range c.cells {
				if err := f.SetCellStr("Doors", cell, "theirs"); err != nil {
					return err
				}
			}
			return nil
		})
		copied, err := annotate("badges.xlsx", original, outcome(map[int]annotateio.Text{5: {Text: "failed"}}))
		if err != nil {
			t.Fatal(err)
		}
		f := reopen(t, copied)
		if got, _ := f.GetCellValue("Doors", c.want); got != "keyroster_outcome" {
			t.Errorf("%s: %s holds %q", name, c.want, got)
		}
		for _, cell := range c.cells {
			if got, _ := f.GetCellValue("Doors", cell); got != "theirs" {
				t.Errorf("%s: %s holds %q", name, cell, got)
			}
		}
	}
}

// TestCopiesWithColumnsArePrintedOnePageWide: all columns fit on one page, even where a person
// chose what to print.
func TestCopiesWithColumnsArePrintedOnePageWide(t *testing.T) {
	yes, portrait, two := true, "portrait", 2
	for name, c := range map[string]struct {
		edit              func(f *excelize.File) error
		orientation, area string
		wide              int
	}{
		"nothing set up": {func(*excelize.File) error { return nil }, "landscape", "", 1},
		"a page set-up": {func(f *excelize.File) error {
			return f.SetPageLayout("Doors", &excelize.PageLayoutOptions{Orientation: &portrait})
		}, "landscape", "", 1},
		"two pages wide, as the person wants it": {func(f *excelize.File) error {
			if err := f.SetSheetProps("Doors", &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
				return err
			}
			return f.SetPageLayout("Doors", &excelize.PageLayoutOptions{Orientation: &portrait, FitToWidth: &two})
		}, "portrait", "", 2},
		"a print area": {func(f *excelize.File) error {
			return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: "Doors!$A$1:$C$9", Scope: "Doors"})
		}, "landscape", "Doors!$A$1:$E$9", 1},
	} {
		copied, err := annotate("badges.xlsx", edited(t, c.edit), outcome(map[int]annotateio.Text{5: {Text: "failed"}}))
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range xlsxtest.Faults(copied) {
			t.Errorf("%s: %s", name, fault)
		}
		f := reopen(t, copied)
		props, err := f.GetSheetProps("Doors")
		if err != nil || props.FitToPage == nil || !*props.FitToPage {
			t.Errorf("%s: properties %+v, %v", name, props, err)
		}
		layout, err := f.GetPageLayout("Doors")
		if err != nil || *layout.Orientation != c.orientation || *layout.FitToWidth != c.wide {
			t.Errorf("%s: layout %v %v, %v", name, *layout.Orientation, *layout.FitToWidth, err)
		}
		for _, n := range f.GetDefinedName() {
			if n.RefersTo != c.area {
				t.Errorf("%s: %s is %s, want %s", name, n.Name, n.RefersTo, c.area)
			}
		}
		// Remarks alone do not change the page.
		copied, err = annotate("badges.xlsx", edited(t, c.edit),
			annotateio.Options{Marks: []annotateio.Mark{{Sheet: "Doors", Cell: "B4", Text: "x"}}})
		if err != nil {
			t.Fatal(err)
		}
		if layout, _ := reopen(t, copied).GetPageLayout("Doors"); c.wide == 1 && layout.FitToHeight != nil &&
			*layout.FitToHeight == 0 {
			t.Errorf("%s: a remark changed the page", name)
		}
	}
}

func TestLongTextsWrapInRowsThatAreHighEnough(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("because of it ", 10))
	for name, c := range map[string]struct {
		edit func(f *excelize.File) error
		want string
	}{
		"no height": {func(*excelize.File) error { return nil }, `<row customHeight="1" ht="60" r="5">`},
		"theirs": {
			func(f *excelize.File) error { return f.SetRowHeight("Doors", 5, 20) },
			`<row r="5" ht="20" customHeight="true">`,
		},
		"theirs, higher": {
			func(f *excelize.File) error { return f.SetRowHeight("Doors", 5, 90) },
			`<row r="5" ht="90" customHeight="true">`,
		},
	} {
		options := outcome(nil)
		options.Columns[1].Cells = map[int]annotateio.Text{5: {Text: long}, 6: {Text: "short"}}
		copied, err := annotate("badges.xlsx", edited(t, c.edit), options)
		if err != nil {
			t.Fatal(err)
		}
		sheet := entries(t, copied)["xl/worksheets/sheet1.xml"]
		if !strings.Contains(sheet, c.want) || strings.Contains(sheet, `ht="60" r="6"`) {
			t.Errorf("%s: the rows are not %s: %s", name, c.want, sheet)
		}
		f := reopen(t, copied)
		id, _ := f.GetCellStyle("Doors", "E5")
		if style, err := f.GetStyle(id); err != nil || style.Alignment == nil || !style.Alignment.WrapText {
			t.Errorf("%s: the text does not wrap", name)
		}
		if width, _ := f.GetColWidth("Doors", "E"); width > 45 {
			t.Errorf("%s: the column is %g wide", name, width)
		}
	}
}

// TestRemarksOnASheetDoNotColourItsTitle: a remark on a whole sheet adds a comment to its first
// cell, but no colour.
func TestRemarksOnASheetDoNotColourItsTitle(t *testing.T) {
	plain := reopen(t, book(t))
	for row, coloured := range map[int]bool{0: false, 4: true} {
		copied, err := annotate("badges.xlsx", book(t), annotateio.Options{Marks: []annotateio.Mark{
			{Sheet: "Doors", Row: row, Text: "warning: of it", Tone: annotateio.Doubtful},
		}})
		if err != nil {
			t.Fatal(err)
		}
		f, cell := reopen(t, copied), fmt.Sprint("A", max(row, 1))
		was, _ := plain.GetCellStyle("Doors", cell)
		is, _ := f.GetCellStyle("Doors", cell)
		if (was != is) != coloured || comments(t, f, "Doors")[cell] != "warning: of it" {
			t.Errorf("row %d: style %d became %d, the comment is %q", row, was, is, comments(t, f, "Doors")[cell])
		}
	}
}
