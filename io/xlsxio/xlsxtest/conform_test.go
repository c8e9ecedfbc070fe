package xlsxtest_test

import (
	"slices"
	"strings"
	"testing"

	"keyroster/io/xlsxio/xlsxtest"
)

// whole returns the parts of a small workbook that conforms to the standard.
func whole() []xlsxtest.Entry {
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	rel := func(id, target string) string {
		return `<Relationships><Relationship Id="` + id + `" Type="x" Target="` + target + `"/></Relationships>`
	}
	return []xlsxtest.Entry{
		{Name: "[Content_Types].xml", Data: `<Types><Default Extension="rels" ContentType="r"/><Override PartName="/xl/workbook.xml" ContentType="w"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="s"/></Types>`},
		{Name: "_rels/.rels", Data: rel("rId1", "xl/workbook.xml")},
		{Name: "xl/workbook.xml", Data: `<workbook xmlns:r="` + office + `"><workbookPr/><sheets><sheet name="A" r:id="rId1"/></sheets><calcPr/></workbook>`},
		{Name: "xl/_rels/workbook.xml.rels", Data: rel("rId1", "/xl/worksheets/sheet1.xml")},
		{Name: "xl/worksheets/sheet1.xml", Data: `<worksheet><cols/><sheetData><row r="1"><c r="A1"><f>1</f><v>1</v></c><c r="AA1"/></row><row r="3"/></sheetData>` +
			`<conditionalFormatting/><conditionalFormatting/><pageMargins/></worksheet>`},
	}
}

func TestFaults(t *testing.T) {
	if faults := xlsxtest.Faults(xlsxtest.Zip(t, false, whole()...)); len(faults) > 0 {
		t.Fatalf("a whole workbook has faults: %v", faults)
	}
	for want, edit := range map[string][2]string{
		"cols stands in worksheet after sheetData":   {`<cols/><sheetData>`, `<sheetData></sheetData><cols/><sheetData>`},
		"f stands in c after v":                      {`<f>1</f><v>1</v>`, `<v>1</v><f>1</f>`},
		"row 1 is out of order":                      {`<row r="3"/>`, `<row r="1"/>`},
		"c B1 is out of order":                       {`r="AA1"`, `r="AA1"/><c r="B1"`},
		"odd has no place in worksheet":              {`<pageMargins/>`, `<pageMargins/><odd/>`},
		"sheet names rId7":                           {`r:id="rId1"`, `r:id="rId7"`},
		"leads to xl/book.xml":                       {`Target="xl/workbook.xml"`, `Target="xl/book.xml"`},
		"xl/worksheets/sheet1.xml: nothing leads":    {`Target="/xl/worksheets/sheet1.xml"`, `Target="workbook.xml"`},
		"workbook.xml: the part has no content":      {`PartName="/xl/workbook.xml"`, `PartName="/xl/book.xml"`},
		"there is no part xl/book.xml":               {`PartName="/xl/workbook.xml"`, `PartName="/xl/book.xml"`},
		"unexpected EOF":                             {`</worksheet>`, ``},
		"the id rId1 is there twice":                 {`<Relationship Id="rId1" Type="x" Target="xl/workbook.xml"/>`, `<Relationship Id="rId1" Target="xl/workbook.xml"/><Relationship Id="rId1" Target="xl/workbook.xml"/>`},
		"calcPr":                                     {`<workbookPr/>`, `<calcPr/><workbookPr/>`},
		"[Content_Types].xml: the extension rels is": {`<Default Extension="rels" ContentType="r"/>`, `<Default Extension="rels"/><Default Extension="rels"/>`},
	} {
		parts, changed := whole(), false
		for i := range parts {
			text := strings.Replace(parts[i].Data, edit[0], edit[1], 1)
			changed = changed || text != parts[i].Data
			parts[i].Data = text
		}
		faults := xlsxtest.Faults(xlsxtest.Zip(t, false, parts...))
		if !changed || !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, want) }) {
			t.Errorf("%q: changed %v, faults %v", want, changed, faults)
		}
	}
	twice := append(whole(), whole()[4])
	if len(xlsxtest.Faults(xlsxtest.Zip(t, false, twice...))) == 0 || len(xlsxtest.Faults([]byte("no zip"))) == 0 {
		t.Error("a part that is there twice, or no file at all, is no fault")
	}
}
