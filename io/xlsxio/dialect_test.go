package xlsxio

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/io/officeio/officetest"
	"keyroster/io/xlsxio/xlsxtest"
)

const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

// TestLibreOffice reads a workbook that LibreOffice 7.4 saved.
func TestLibreOffice(t *testing.T) {
	w, err := open(t, "testdata/libreoffice.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	var sheets []string
	for _, s := range w.Sheets() {
		sheets = append(sheets, fmt.Sprint(s.Name, " ", s.Visible))
	}
	if diff := cmp.Diff([]string{"Doors true", "Notes false"}, sheets); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	table, err := w.Table("Doors")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	got, err := officetest.Lines(table)
	if err != nil {
		t.Fatal(err)
	}
	want := []line{
		{Number: 1, Cells: []cellio.Cell{text("Badges of the example site")}},
		{Number: 3, Cells: []cellio.Cell{
			text("holder_email"), text("value"), text("starts_at"),
			text("ends_at"), text("note"), text("result"),
		}},
		{Number: 4, Cells: []cellio.Cell{
			text("one@example.com"), text("0012"), date("2026-01-05"),
			date("2026-01-05T08:30:00"), text("abc\nsecond line"), formula(number("2", 0, 0)),
		}},
		{Number: 5, Hidden: true, Cells: []cellio.Cell{
			text("two@example.com"),
			number("308346877", cellio.FormatPad, 10),
			{Kind: cellio.Bool, Text: "TRUE"},
			formula(cellio.Cell{Kind: cellio.Error, Text: "#DIV/0!"}),
			{},
			formula(text("0012")),
		}},
		{Number: 6, Cells: []cellio.Cell{
			text("東京 🔑 & <co>"),
			number("4567890123456790", 0, 0),
			text(" spaced "),
			text("a_x0041_b"),
			{},
			formula(text("")),
		}},
		{Number: 7, Cells: []cellio.Cell{{}, number("0.5", cellio.FormatOther, 0)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	var warnings []string
	for _, p := range w.Warnings() {
		warnings = append(warnings, p.Kind+" "+p.Place())
	}
	wantWarnings := []string{
		`hidden_columns testdata/libreoffice.xlsx, sheet "Doors"`,
		`merged_cells testdata/libreoffice.xlsx, sheet "Doors", cell A6`,
	}
	if diff := cmp.Diff(wantWarnings, warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// TestExcelize reads what excelize's stream writer and its cell writer write.
func TestExcelize(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	stream, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{{"id", " 0012 "}, {7, true}, {excelize.Cell{Formula: "1+1"}, nil}} {
		if err := stream.SetRow(fmt.Sprintf("B%d", i+2), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.Flush(); err != nil {
		t.Fatal(err)
	}
	book.NewSheet("Cells")
	book.SetCellValue("Cells", "A1", "0042 <&> 東京")
	book.SetCellValue("Cells", "C3", 5.5)
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	w, err := OpenReader(bytes.NewReader(file.Bytes()), int64(file.Len()), "book.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]line{
		"Sheet1": {
			{Number: 2, Cells: []cellio.Cell{{}, text("id"), text(" 0012 ")}},
			{Number: 3, Cells: []cellio.Cell{{}, number("7", 0, 0), {Kind: cellio.Bool, Text: "TRUE"}}},
			{Number: 4, Cells: []cellio.Cell{{}, formula(cellio.Cell{})}},
		},
		"Cells": {
			{Number: 1, Cells: []cellio.Cell{text("0042 <&> 東京")}},
			{Number: 3, Cells: []cellio.Cell{{}, {}, number("5.5", 0, 0)}},
		},
	}
	for name := range want {
		table, err := w.Table(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := officetest.Lines(table)
		if err != nil {
			t.Fatal(err)
		}
		table.Close()
		if diff := cmp.Diff(want[name], got); diff != "" {
			t.Errorf("sheet %s (-want +got):\n%s", name, diff)
		}
	}
}

// TestDialects reads one table in the spellings of different writers.
func TestDialects(t *testing.T) {
	plain := xlsxtest.Rows(`<row r="1"><c r="A1" t="inlineStr"><is><t>value</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>0012</t></is></c></row>`)
	prefixed := strings.NewReplacer("<?", "<?", "</", "</x:", "<", "<x:", "xmlns=", "xmlns:x=").Replace(plain)
	main := xlsxtest.Namespace
	sheet := func(xml string) xlsxtest.Book {
		return xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: xml}}}
	}
	with := func(book xlsxtest.Book, extra ...xlsxtest.Entry) xlsxtest.Book {
		book.Extra = extra
		return book
	}
	entry := func(book xlsxtest.Book, name string) string {
		for _, e := range book.Entries() {
			if e.Name == name {
				return e.Data
			}
		}
		t.Fatalf("no entry %s", name)
		return ""
	}
	const rels, root, types = "xl/_rels/workbook.xml.rels", "_rels/.rels", "[Content_Types].xml"
	strict := func(s string) string {
		return strings.NewReplacer(main, officeio.StrictMain, office,
			"http://purl.oclc.org/ooxml/officeDocument/relationships").Replace(s)
	}
	moved := sheet(plain)
	movedRels := strings.Replace(entry(moved, rels), "worksheets/sheet1.xml", `/Data%20Sheets/One.xml`, 1)
	shared := sheet(xlsxtest.Rows(`<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>`))
	shared.SharedStrings = strings.NewReplacer("<?", "<?", "</", "</s:", "<", "<s:", "xmlns=", "xmlns:s=").Replace(xlsxtest.Strings("value", "0012"))
	tests := map[string]xlsxtest.Book{
		"plain":                   sheet(plain),
		"no references":           sheet(xlsxtest.Rows(`<row><c t="inlineStr"><is><t>value</t></is></c></row><row><c t="inlineStr"><is><t>0012</t></is></c></row>`)),
		"no declaration":          sheet(plain[strings.Index(plain, "<worksheet"):]),
		"byte order mark":         sheet("\xEF\xBB\xBF" + plain),
		"prefixed":                sheet(prefixed),
		"prefixed shared strings": shared,
		"single quotes":           sheet(strings.ReplaceAll(plain, `"`, "'")),
		"line ends":               sheet(strings.ReplaceAll(plain, "><", ">\r\n<")),
		"spaces in tags":          sheet(strings.NewReplacer(`">`, "\" \n>", "</row>", "</row\t>", `r="`, "r = \"").Replace(plain)),
		"repeated namespace":      sheet(strings.ReplaceAll(plain, "<row ", `<row xmlns="`+main+`" `)),
		"behind the rows": sheet(strings.Replace(plain, "</worksheet>", `<autoFilter ref="A1:A2"/><mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="x"><controls/></mc:Choice></mc:AlternateContent>`+
			`<extLst><ext uri="{1}" xmlns:y="urn:y"><y:a><f xmlns="urn:f">x &amp; y</f></y:a></ext></extLst></worksheet>`+"\n<!-- end --><?done?>\n", 1)),
		"before the rows": sheet(strings.Replace(plain, "<sheetData>", `<!-- c --><?p i?><sheetPr><tabColor rgb="FFFF0000"/></sheetPr><dimension ref="A1"/><cols><col min="1" max="2"/></cols><sheetData>`, 1)),
		"excel attributes": sheet(strings.NewReplacer(`<worksheet `, `<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" `,
			`<row `, `<row spans="1:1" x14ac:dyDescent="0.25" `).Replace(plain)),
		"strict": with(sheet(strict(plain)), xlsxtest.Entry{Name: "xl/workbook.xml", Data: strict(entry(moved, "xl/workbook.xml"))},
			xlsxtest.Entry{Name: rels, Data: strict(entry(moved, rels))}, xlsxtest.Entry{Name: root, Data: strict(entry(moved, root))}),
		// Whatever it writes, SheetJS declares the types of all extensions that it knows, including
		// that of the binary workbook.
		"types of other extensions": with(sheet(plain), xlsxtest.Entry{Name: types, Data: strings.NewReplacer(
			"<Override ", `<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Override `,
		).Replace(entry(moved, types))}),
		"sheet elsewhere": with(sheet("unused"), xlsxtest.Entry{Name: rels, Data: movedRels}, xlsxtest.Entry{Name: `data sheets\one.XML`, Data: plain}),
		"upper case":      with(sheet("unused"), xlsxtest.Entry{Name: rels, Data: strings.Replace(entry(moved, rels), "sheet1", "Sheet2", 1)}, xlsxtest.Entry{Name: "XL/Worksheets/SHEET2.xml", Data: plain}),
	}
	want := []line{{Number: 1, Cells: []cellio.Cell{text("value")}}, {Number: 2, Cells: []cellio.Cell{text("0012")}}}
	for name, book := range tests {
		t.Run(name, func(t *testing.T) {
			for _, deflate := range []bool{false, true} {
				book.Deflate = deflate
				got, w, err := readAll(book.Bytes(t))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
				if problems := w.Warnings(); len(problems) != 0 {
					t.Errorf("warnings: %v", problems)
				}
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	cell := func(ref string) string { return `<c r="` + ref + `"><v>1</v></c>` }
	xml := `<worksheet xmlns="` + xlsxtest.Namespace + `"><cols><col min="1" max="1" width="0.7"/>` +
		`<col min="2" max="3" hidden="1"/><col min="4" max="4" width="0" customWidth="1"/>` +
		`<col min="9" max="16384" hidden="true"/></cols><sheetData>` +
		`<row r="1">` + cell("A1") + `</row><row r="2">` + cell("A2") + cell("B2") + cell("D2") + `</row><row r="3" hidden="1">` + cell("D3") + `</row>` +
		`</sheetData><mergeCells count="5"><mergeCell ref="A1:D1"/><mergeCell ref="A2:A3"/><mergeCell ref="C2:D2"/><mergeCell ref="F9:G9"/><mergeCell ref="A4:A9"/></mergeCells></worksheet>`
	book := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: xml}}}
	macro := strings.Replace(book.Entries()[3].Data, "</Relationships>", `<Relationship Id="m" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>`, 1)
	book.Extra = []xlsxtest.Entry{{Name: "xl/_rels/workbook.xml.rels", Data: macro}}
	_, w, err := readAll(book.Bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range w.Warnings() {
		got = append(got, p.String())
	}
	want := []string{
		"book.xlsx: the workbook carries macros, which are not run; save it as .xlsx if they are not needed",
		`book.xlsx, sheet "S": hidden columns have content, which is read like any other: B to C, D; ` +
			`show them to see what is in them, or delete them`,
		`book.xlsx, sheet "S", cell A2: merged cells: A2:A3 and 1 more; values hidden behind ` +
			`the first cell are read like all others: D2; unmerge them and fill in every cell`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// TestStruckRows: a row whose text is crossed out is reported; anything odd among the fonts crosses
// nothing out.
func TestStruckRows(t *testing.T) {
	const cells = `<cellXfs><xf/><xf fontId="1"/><xf fontId="2"/><xf fontId="9"/></cellXfs></styleSheet>`
	for fonts, want := range map[string]string{
		`<fonts><font/><font><b/><strike/></font><font><strike val="0"/></font></fonts>`: "[true false false false]",
		`<fonts><font/><font><strike val="1"/></font></fonts>`:                           "[true false false false]",
		`<fonts><odd/><font><strike/></font></fonts>`:                                    "[false false false false]",
		``: "[false false false false]",
	} {
		book := xlsxtest.Book{
			Styles: `<styleSheet xmlns="` + xlsxtest.Namespace + `">` + fonts + cells,
			Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(
				`<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1"><v>1</v></c></row><row r="2"><c r="A2" s="2"><v>1</v></c></row>` +
					`<row r="3"><c r="A3" s="3"><v>1</v></c></row><row r="4"><c r="A4" s="1"/><c r="B4"><v>1</v></c></row>`)}},
		}
		lines, _, err := readAll(book.Bytes(t))
		if err != nil {
			t.Fatal(err)
		}
		var struck []bool
		for _, l := range lines {
			struck = append(struck, l.Struck)
		}
		if got := fmt.Sprint(struck); got != want {
			t.Errorf("%s: %s, want %s", fonts, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	xml := xlsxtest.Rows("")
	book := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors 1", XML: xml}, {Name: "Doors 2", XML: xml, State: "veryHidden"}, {Name: "Old [1]", XML: xml, State: "hidden"}}}
	data := book.Bytes(t)
	w, err := OpenReader(bytes.NewReader(data), int64(len(data)), "book.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string]string{"Doors 1": "[Doors 1]", "doors 2": "[Doors 2]", "Doors*": "[Doors 1 Doors 2]", "Old [1]": "[Old [1]]", "*": "[Doors 1 Doors 2 Old [1]]"} {
		found, err := w.Find(pattern)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range found {
			names = append(names, s.Name)
		}
		if fmt.Sprint(names) != want {
			t.Errorf("Find(%q) = %v, want %s", pattern, names, want)
		}
	}
	for _, pattern := range []string{"Windows", "[", ""} {
		_, err := w.Find(pattern)
		if e := officetest.InputError(t, err); e.Kind != cellio.KindSheet || !strings.Contains(e.Remedy, `"Doors 2"`) {
			t.Errorf("Find(%q): %v", pattern, e)
		}
	}
	if _, err := w.Table("doors 1"); err == nil {
		t.Error("Table found a sheet by another name")
	}
}

// TestMergedCells: values that merged cells hide are named, and if they hide none, the message says
// so.
func TestMergedCells(t *testing.T) {
	var rows strings.Builder
	for row := 1; row <= 9; row++ {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%[1]d"><v>1</v></c><c r="B%[1]d"><v>%[1]d</v></c></row>`, row)
	}
	const hidden = "values hidden behind the first cell are read like all others: "
	for merge, want := range map[string]string{
		`<mergeCell ref="B3:C3"/>`: "each has its value in the first cell only, " +
			"the others are read as blank",
		`<mergeCell ref="B3:B4"/><mergeCell ref="A6:C6"/>`:   hidden + "B4, B6",
		`<mergeCell ref="A2:B6"/><mergeCell ref="B8:D900"/>`: hidden + "B2, A3, B3, A4, B4 and others",
	} {
		sheet := strings.Replace(xlsxtest.Rows(rows.String()), "</worksheet>", "<mergeCells>"+merge+"</mergeCells></worksheet>", 1)
		lines, w, err := readAll(xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: sheet}}}.Bytes(t))
		if err != nil || len(lines) != 9 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		if got := w.Warnings(); len(got) != 1 || !strings.HasSuffix(got[0].Message, want) {
			t.Errorf("%s: %v, want %s", merge, got, want)
		}
	}
}
