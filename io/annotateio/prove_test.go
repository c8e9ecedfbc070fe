package annotateio_test

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"

	"keyroster/io/annotateio"
	"keyroster/io/xlsxio/xlsxtest"
)

// replace rewrites a file with a text in one of its parts replaced.
func replace(t *testing.T, data []byte, part, old, text string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all, found := entries(t, data), false
	var list []xlsxtest.Entry
	for _, f := range z.File {
		content := all[f.Name]
		if f.Name == part {
			found = strings.Contains(content, old)
			content = strings.Replace(content, old, text, 1)
		}
		list = append(list, xlsxtest.Entry{Name: f.Name, Data: content})
	}
	if !found {
		t.Fatalf("part %s has no %s", part, old)
	}
	return xlsxtest.Zip(t, true, list...)
}

// TestATamperedCopyIsRefused: if a copy lost or changed anything, the proof would find it.
func TestATamperedCopyIsRefused(t *testing.T) {
	original := corpus(t)["spreadsheet"]
	options := annotateio.Options{
		Marks:   []annotateio.Mark{{Sheet: "Doors", Cell: "B6", Text: "error", Tone: annotateio.Bad}, {Sheet: "Doors", Cell: "B3", Text: "error", Tone: annotateio.Bad}},
		Columns: []annotateio.Column{{Sheet: "Doors", Title: "outcome", HeaderRow: 2, Cells: map[int]annotateio.Text{3: {Text: "applied"}, 6: {Text: "failed"}}}},
	}
	const sheet, notes = "xl/worksheets/sheet1.xml", "xl/comments1.xml"
	tests := map[string][3]string{
		"a cell changed":            {sheet, ">0003<", ">0004<"},
		"a cell lost":               {sheet, `<c r="C3" t="inlineStr"><is><t xml:space="preserve">x</t></is></c>`, ""},
		"a cell too many":           {sheet, `</row></sheetData>`, `<c r="XFD6"><v>1</v></c></row></sheetData>`},
		"a row too many":            {sheet, `</sheetData>`, `<row r="9"><c r="A9"><v>1</v></c></row></sheetData>`},
		"text became a number":      {sheet, `t="inlineStr"><is><t xml:space="preserve">0005</t></is>`, `><v>5</v>`},
		"an outcome on another row": {sheet, ">failed<", ">applied<"},
		"a hidden row shown":        {sheet, ` hidden="1" s="0"`, ` s="0"`},
		"a comment lost":            {notes, `<comment ref="C3"`, `<comment ref="C9"`},
		"a comment changed":         {notes, "ask the guard", "ask the cook"},
		"a part changed":            {"xl/tables/table1.xml", "A2:C6", "A2:C5"},
		"a sheet renamed":           {"xl/workbook.xml", `name="Doors"`, `name="Gates"`},
	}
	book, err := annotateio.Open("badges.xlsx", original)
	if err != nil {
		t.Fatal(err)
	}
	if err := annotateio.ProveAfter(book, options, slices.Clone[[]byte]); err != nil {
		t.Fatalf("the copy itself: %v", err)
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			err := annotateio.ProveAfter(book, options, func(copied []byte) []byte {
				return replace(t, copied, change[0], change[1], change[2])
			})
			if err == nil {
				t.Error("the proof found nothing")
			}
		})
	}
}
