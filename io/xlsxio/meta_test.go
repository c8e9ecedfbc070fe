package xlsxio

import (
	"fmt"
	"strings"
	"testing"

	"keyroster/io/cellio"
	"keyroster/io/officeio/officetest"
	"keyroster/io/xlsxio/xlsxtest"
)

const mce = ` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:hs="urn:hs"`

// choice returns alternatives: own for programs that understand it, other for all the rest.
func choice(own, other string) string {
	return `<mc:AlternateContent` + mce + `><mc:Choice Requires="hs">` + own + `</mc:Choice><mc:Fallback>` + other + `</mc:Fallback></mc:AlternateContent>`
}

// TestAlternatives: alternatives among the styles, number formats and sheets are accepted if they
// are equivalent, and refused if programs could read different things.
func TestAlternatives(t *testing.T) {
	const xf = `<xf numFmtId="0" hs:more="1"><alignment/><extLst><ext uri="x"/></extLst></xf>`
	styles := func(formats, cells, behind string) string {
		return `<styleSheet xmlns="` + xlsxtest.Namespace + `"` + mce + ` mc:Ignorable="x14ac" xmlns:x14ac="urn:x14ac">` +
			`<numFmts count="2">` + formats + `<numFmt numFmtId="171" formatCode="000000"/></numFmts>` +
			`<cellStyleXfs count="2">` + choice(xf, xf+xf) + `<xf/></cellStyleXfs>` +
			`<cellXfs count="4"><xf numFmtId="0"/>` + cells + `<xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>` + behind + `</styleSheet>`
	}
	const format = `<numFmt numFmtId="170" formatCode="0000"/>`
	list := func(sheets string) string {
		return `<workbook xmlns="` + xlsxtest.Namespace + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"` + mce + `><sheets>` + sheets + `</sheets></workbook>`
	}
	const doors, module = `<sheet name="Doors" sheetId="1" r:id="rId1"/>`, `<sheet name="Module1" sheetId="2" state="veryHidden" r:id=""/>`
	plain := styles(format, xf, "")
	tests := []struct {
		name, styles, workbook string
		refused                bool
	}{
		{"none", plain, list(doors), false},
		{"a style", styles(format, choice(xf, xf), ""), list(doors), false},
		{"a style of another format", styles(format, choice(xf, `<xf numFmtId="171"/>`), ""), list(doors), true},
		{"two styles or one", styles(format, choice(xf+xf, xf), ""), list(doors), true},
		{"a style without a fallback", styles(format, `<mc:AlternateContent><mc:Choice Requires="hs">`+xf+`</mc:Choice></mc:AlternateContent>`, ""), list(doors), true},
		{"nothing without a fallback", styles(format, xf+`<mc:AlternateContent><mc:Choice Requires="hs"/></mc:AlternateContent>`, ""), list(doors), false},
		{"an alternative in another", styles(format, choice(choice(xf, xf), xf), ""), list(doors), false},
		{"a foreign element that may be ignored", styles(format, `<x14ac:xf/>`+xf, ""), list(doors), false},
		{"a foreign element", styles(format, `<hs:xf/>`+xf, ""), list(doors), true},
		{"an unknown element", styles(format, `<style/>`+xf, ""), list(doors), true},
		{"a number format", styles(choice(format, format), xf, ""), list(doors), false},
		{"two number formats", styles(choice(strings.Replace(format, "0000", "00000", 1), format), xf, ""), list(doors), true},
		{"differential formats", styles(format, xf, `<dxfs>`+choice(`<dxf/>`, ``)+`</dxfs>`), list(doors), false},
		{"styles behind a choice", styles(format, xf, `<mc:AlternateContent><mc:Choice><cellXfs/></mc:Choice></mc:AlternateContent>`), list(doors), true},
		{"two lists of styles", styles(format, xf, `<cellXfs/>`), list(doors), true},
		{"a sheet", plain, list(choice(doors, doors)), false},
		{"another sheet", plain, list(choice(doors, module)), true},
		{"a path beside the sheets", plain, strings.Replace(list(doors), "<sheets>", choice(`<hs:absPath url="x"/>`, "")+"<sheets>", 1), false},
		{"a sheet without a part", plain, list(doors + module), false},
		{"a sheet of an unknown part", plain, list(doors + strings.Replace(module, `""`, `"rId7"`, 1)), true},
	}
	const rows = `<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="1"><v>1</v></c><c r="C1" s="2"><v>1</v></c><c r="D1" s="3"><v>1</v></c></row>`
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			book := xlsxtest.Book{
				Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows(rows)}}, Styles: tc.styles,
				Extra: []xlsxtest.Entry{{Name: "xl/workbook.xml", Data: tc.workbook}},
			}
			lines, w, err := readAll(book.Bytes(t))
			if tc.refused {
				if e := officetest.InputError(t, err); e.Kind != cellio.KindDamaged {
					t.Errorf("kind %s: %v", e.Kind, e)
				}
				return
			}
			if err != nil || len(w.Sheets()) != 1 {
				t.Fatal(err)
			}
			var got []string
			for _, c := range lines[0].Cells {
				got = append(got, fmt.Sprint(c.Format, c.Width))
			}
			if want := "[0 0 0 0 2 4 2 6]"; fmt.Sprint(got) != want {
				t.Errorf("formats %v, want %s", got, want)
			}
		})
	}
}

// TestSheetWithoutPart: a sheet without a part is reported as such when it is asked for.
func TestSheetWithoutPart(t *testing.T) {
	book := xlsxtest.Book{
		Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows("")}},
		Extra: []xlsxtest.Entry{{Name: "xl/workbook.xml", Data: `<workbook xmlns="` + xlsxtest.Namespace + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="Doors" sheetId="1" r:id="rId1"/><sheet name="Module1" sheetId="2" r:id=""/></sheets></workbook>`}},
	}
	_, w, err := readAll(book.Bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Find("module1")
	const noPart = `the sheet "Module1" is missing from the file and has no rows`
	if e := officetest.InputError(t, err); !strings.Contains(e.Message, noPart) {
		t.Errorf("%v", e)
	}
	if _, err = w.Find("Nothing"); !strings.Contains(officetest.InputError(t, err).Message, "has no sheet") {
		t.Errorf("%v", err)
	}
}
