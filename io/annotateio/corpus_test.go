package annotateio_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/annotateio"
	"keyroster/io/cellio"
	"keyroster/io/xlsxio"
	"keyroster/io/xlsxio/xlsxtest"
)

const (
	office   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packages = "http://schemas.openxmlformats.org/package/2006/"
	kinds    = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	head     = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// corpus returns workbooks in the dialects of the programs that people use. Each has a sheet Doors
// with a header in row 2 and values in rows 3 to 6.
func corpus(t *testing.T) map[string][]byte {
	t.Helper()
	rows := [][]string{{"Our badges"}, {"Staff", "Badge No", "Note"}, {"s3", "0003", "x"}, {"s4", "0004"}, {"s5", "0005", "z"}, {"s6", "0006", "w"}}
	books := map[string]xlsxtest.Book{
		"inline strings": {Styles: styles, Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Grid(rows...)}, {Name: "Other", XML: xlsxtest.Grid([]string{"kept"})}}},
		"no styles part": {Sheets: []xlsxtest.Sheet{{Name: "Other", XML: xlsxtest.Grid([]string{"kept"})}, {Name: "Doors", XML: xlsxtest.Grid(rows...)}}},
		"bare styles":    {Styles: xlsxtest.Styles("@", "000000"), Deflate: true, Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Grid(rows...)}}},
		"shared strings": shared(rows),
		"no references":  {Styles: styles, Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: regexp.MustCompile(` r="[A-Z]*\d+"`).ReplaceAllString(xlsxtest.Grid(append(rows[:1:1], [][]string{{"Staff", "Badge No", "Note"}, {"s3", "0003", "x"}, {"s4", "0004", "y"}, {"s5", "0005", "z"}, {"s6", "0006", "w"}}...)...), "")}}},
		"strict":         strict(rows),
		"spreadsheet":    whole(rows),
	}
	all := map[string][]byte{}
	for name, book := range books {
		all[name] = book.Bytes(t)
	}
	for _, name := range []string{"comments.xlsx", "comments-elsewhere.xlsx"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = data
	}
	return all
}

func shared(rows [][]string) xlsxtest.Book {
	var texts []string
	grid := regexp.MustCompile(`t="inlineStr"><is><t xml:space="preserve">([^<]*)</t></is>`).ReplaceAllStringFunc(xlsxtest.Grid(rows...), func(cell string) string {
		texts = append(texts, regexp.MustCompile(`>([^<]+)<`).FindStringSubmatch(cell)[1])
		return fmt.Sprintf(`t="s"><v>%d</v>`, len(texts)-1)
	})
	return xlsxtest.Book{Styles: styles, SharedStrings: xlsxtest.Strings(texts...), Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: grid}}}
}

// strict is a workbook in the strict dialect and with prefixes, a combination that no common
// program writes.
func strict(rows [][]string) xlsxtest.Book {
	const ns, rel = "http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships"
	sheet := strings.ReplaceAll(xlsxtest.Grid(rows...), xlsxtest.Namespace, ns)
	sheet = regexp.MustCompile(`<(/?)([a-z])`).ReplaceAllString(sheet, "<${1}x:$2")
	sheet = strings.Replace(sheet, "xmlns=", "xmlns:x=", 1)
	return xlsxtest.Book{
		Styles: strings.ReplaceAll(styles, xlsxtest.Namespace, ns), Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: sheet}},
		Extra: []xlsxtest.Entry{
			{Name: "_rels/.rels", Data: head + `<Relationships xmlns="` + packages + `relationships"><Relationship Id="rId1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
			{Name: "xl/workbook.xml", Data: head + `<workbook xmlns="` + ns + `" xmlns:rr="` + rel + `" conformance="strict"><sheets><sheet name="Doors" sheetId="1" rr:id="rId1"/></sheets></workbook>`},
			{Name: "xl/_rels/workbook.xml.rels", Data: head + `<Relationships xmlns="` + packages + `relationships"><Relationship Id="rId1" Type="` + rel + `/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="rIdS" Type="` + rel + `/styles" Target="styles.xml"/></Relationships>`},
		},
	}
}

// whole is a workbook with everything that surrounds the rows of one in use: views, widths, hidden
// rows, filters, merged cells, rules, links, a table, a note, a thread, a drawing and extensions.
func whole(rows [][]string) xlsxtest.Book {
	grid := xlsxtest.Grid(rows...)
	data := grid[strings.Index(grid, "<row"):strings.Index(grid, "</sheetData>")]
	data = strings.Replace(data, `<row r="5">`, `<row r="5" spans="1:3" hidden="1" s="0" customFormat="1">`, 1)
	data = strings.Replace(data, `<c r="B3"`, `<c r="B3" s="0" `, 1)
	sheet := head + `<worksheet xmlns="` + xlsxtest.Namespace + `" xmlns:r="` + office + `" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">` +
		`<sheetPr filterMode="1"/><dimension ref="A1:C6"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
		`<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="2" width="21.5" customWidth="1"/><col min="4" max="16384" width="9" hidden="1"/></cols>` +
		`<sheetData>` + data + `</sheetData><!-- > --><autoFilter ref="A2:C6"/><mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="C6:E6"/></mergeCells>` +
		`<conditionalFormatting sqref="A3:A6"><cfRule type="expression" dxfId="0" priority="1"><formula>$A3="&gt;"</formula></cfRule></conditionalFormatting>` +
		`<dataValidations count="1"><dataValidation type="list" sqref="C3:C6"><formula1>"x,y"</formula1></dataValidation></dataValidations>` +
		`<hyperlinks><hyperlink ref="A3" r:id="rId9"/></hyperlinks><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>` +
		`<legacyDrawing r:id="rId1"/><tableParts count="1"><tablePart r:id="rId3"/></tableParts></worksheet>`
	comments := head + `<comments xmlns="` + xlsxtest.Namespace + `"><authors><author>Facility &amp; more</author><author>tc={00000000-0000-0000-0000-000000000001}</author></authors><commentList>` +
		`<comment ref="B3" authorId="0"><text><t>ask the guard</t></text></comment>` +
		`<comment ref="B4" authorId="1"><text><r><t>[Threaded comment] look</t></r></text></comment>` +
		`<comment ref="C3" authorId="0"><text><r><rPr><b/><sz val="9"/></rPr><t xml:space="preserve">rich </t></r><r><t>text</t></r></text></comment></commentList></comments>`
	shape := func(n, row, col int) string {
		return fmt.Sprintf(`<v:shape id="_x0000_s%d" type="#_x0000_t202" style="visibility:hidden"><x:ClientData ObjectType="Note"><x:Anchor>1, 15, 2, 10, 3, 31, 6, 9</x:Anchor><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`, n, row, col)
	}
	vml := `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>` +
		shape(1025, 2, 1) + shape(1026, 3, 1) + shape(1027, 2, 2) + `</xml>`
	book := xlsxtest.Book{
		Styles: strings.Replace(styles, "</styleSheet>", `<dxfs count="1"><dxf><fill><patternFill><bgColor rgb="FFFF0000"/></patternFill></fill></dxf></dxfs></styleSheet>`, 1), Deflate: true,
		Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: sheet}, {Name: "keyroster problems", XML: xlsxtest.Grid([]string{"theirs"})}},
		Extra: []xlsxtest.Entry{
			{Name: "xl/worksheets/_rels/sheet1.xml.rels", Data: head + `<Relationships xmlns="` + packages + `relationships"><Relationship Id="rId1" Type="` + office + `/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/><Relationship Id="rId2" Type="` + office + `/comments" Target="../comments1.xml"/><Relationship Id="rId3" Type="` + office + `/table" Target="../tables/table1.xml"/><Relationship Id="rId4" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/threadedComment1.xml"/><Relationship Id="rId9" Type="` + office + `/hyperlink" Target="https://example.com/" TargetMode="External"/></Relationships>`},
			{Name: "xl/comments1.xml", Data: comments},
			{Name: "xl/drawings/vmlDrawing1.vml", Data: vml},
			{Name: "xl/threadedComments/threadedComment1.xml", Data: head + `<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="B4" dT="2026-01-05T08:30:00.00" personId="{00000000-0000-0000-0000-000000000002}" id="{00000000-0000-0000-0000-000000000001}"><text>look</text></threadedComment></ThreadedComments>`},
			{Name: "xl/persons/person.xml", Data: head + `<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><person displayName="Guard" id="{00000000-0000-0000-0000-000000000002}" userId="g" providerId="None"/></personList>`},
			{Name: "xl/tables/table1.xml", Data: head + `<table xmlns="` + xlsxtest.Namespace + `" id="1" name="Badges" displayName="Badges" ref="A2:C6" totalsRowShown="0"><autoFilter ref="A2:C6"/><tableColumns count="3"><tableColumn id="1" name="Staff"/><tableColumn id="2" name="Badge No"/><tableColumn id="3" name="Note"/></tableColumns></table>`},
		},
	}
	book.Extra = append(book.Extra, xlsxtest.Entry{Name: "docProps/custom.xml", Data: head + "<Properties/>"})
	entries := book.Entries()
	types := entries[0].Data
	for part, kind := range map[string]string{"comments1.xml": kinds + "comments+xml", "tables/table1.xml": kinds + "table+xml", "threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml", "persons/person.xml": "application/vnd.ms-excel.person+xml"} {
		types = strings.Replace(types, "</Types>", `<Override PartName="/xl/`+part+`" ContentType="`+kind+`"/></Types>`, 1)
	}
	types = strings.Replace(types, "<Override", `<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/><Override`, 1)
	book.Extra = append(book.Extra, xlsxtest.Entry{Name: "[Content_Types].xml", Data: types})
	return book
}

// cells returns all cells of a workbook as the proving reader sees them.
func cells(t testing.TB, data []byte) map[string]map[string]cellio.Cell {
	t.Helper()
	w, err := xlsxio.OpenReader(bytes.NewReader(data), int64(len(data)), "copy.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]cellio.Cell{}
	for _, s := range w.Sheets() {
		table, err := w.Table(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		all[s.Name] = map[string]cellio.Cell{}
		for {
			line, err := table.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range line.Cells {
				if c != (cellio.Cell{}) {
					c.Text = strings.Clone(c.Text)
					all[s.Name][annotateio.CellName(line.Number, i+1)] = c
				}
			}
		}
	}
	return all
}

// entries returns the parts of a file by name.
func entries(t testing.TB, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(content)
	}
	return all
}

// rewritten matches the parts in which a copy may differ from its original.
var rewritten = regexp.MustCompile(`^(\[Content_Types\]\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml|xl/worksheets/sheet\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels|xl/comments\d+\.xml|xl/drawings/vmlDrawing\d+\.vml)$`)

func TestEveryDialectKeepsWhatItHas(t *testing.T) {
	options := annotateio.Options{
		Marks: []annotateio.Mark{
			{Sheet: "Doors", Cell: "B3", Row: 3, Text: "error: first", Tone: annotateio.Bad},
			{Sheet: "Doors", Cell: "B4", Row: 4, Text: "error: second", Tone: annotateio.Bad},
			{Sheet: "Doors", Cell: "C4", Row: 4, Text: "error: blank & <missing>", Tone: annotateio.Bad},
			{Sheet: "Doors", Cell: "C3", Row: 3, Text: "warning: rich", Tone: annotateio.Doubtful},
			{Sheet: "Doors", Cell: "B40", Row: 40, Text: "warning: below", Tone: annotateio.Doubtful},
			{Sheet: "Doors", Row: 6, Text: "error: the row", Tone: annotateio.Bad},
			{Sheet: "Doors", Text: "warning: the sheet", Tone: annotateio.Doubtful},
		},
		Columns: []annotateio.Column{
			{Sheet: "Doors", Title: "outcome", HeaderRow: 2, Cells: map[int]annotateio.Text{3: {Text: "applied", Tone: annotateio.Good}, 5: {Text: "failed", Tone: annotateio.Bad}, 6: {Text: "_x0041_ <&> \"'"}}},
			{Sheet: "Doors", Title: "reason", HeaderRow: 2, Cells: map[int]annotateio.Text{5: {Text: "because\nof it"}}},
		},
	}
	for name, original := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			book, err := annotateio.Open(name, original)
			if err != nil {
				t.Fatal(err)
			}
			copied, err := book.Annotate(options)
			if err != nil {
				t.Fatal(err)
			}
			holdParts(t, original, copied.Data)
			holdCells(t, original, copied)
			for _, fault := range xlsxtest.Faults(copied.Data) {
				if !slices.Contains(xlsxtest.Faults(original), fault) {
					t.Errorf("the copy: %s", fault)
				}
			}
			if name == "spreadsheet" {
				holdSurroundings(t, original, copied)
			} else if copied.Listed != 0 || copied.Comments != 7 && name[:8] != "comments" {
				t.Errorf("%d comments and %d listed", copied.Comments, copied.Listed)
			}
			// A copy of the copy adds no further column or comment.
			again, err := annotate(name, copied.Data, options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(cells(t, copied.Data)["Doors"], cells(t, again)["Doors"]); diff != "" {
				t.Errorf("a copy of the copy: %s", diff)
			}
			if diff := cmp.Diff(comments(t, reopen(t, copied.Data), "Doors"), comments(t, reopen(t, again), "Doors")); diff != "" {
				t.Errorf("a copy of the copy: %s", diff)
			}
		})
	}
}

func holdParts(t *testing.T, original, copied []byte) {
	t.Helper()
	before, after := entries(t, original), entries(t, copied)
	for name, content := range before {
		if after[name] != content && !rewritten.MatchString(name) {
			t.Errorf("part %s changed", name)
		}
	}
	for name := range after {
		if _, was := before[name]; !was && !rewritten.MatchString(name) {
			t.Errorf("part %s was added", name)
		}
	}
}

// holdCells compares the cells of a copy with the original's, as read by the proving reader and by excelize.
func holdCells(t *testing.T, original []byte, copied *annotateio.Copy) {
	t.Helper()
	before, after := cells(t, original), cells(t, copied.Data)
	added := map[string]string{}
	for cell, c := range after["Doors"] {
		if _, was := before["Doors"][cell]; !was {
			added[cell[:1]+"…"+cell[1:]] = c.Text
			delete(after["Doors"], cell)
		}
	}
	delete(after, copied.ListSheet)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	if len(added) != 6 {
		t.Errorf("added %q", added)
	}
	was, is := reopen(t, original), reopen(t, copied.Data)
	for sheet := range before {
		for cell := range before[sheet] {
			want, _ := was.GetCellValue(sheet, cell)
			if got, err := is.GetCellValue(sheet, cell); err != nil || got != want {
				t.Errorf("excelize reads %q of cell %s, not %q: %v", got, cell, want, err)
			}
		}
	}
}

// holdSurroundings checks what surrounds the rows.
func holdSurroundings(t *testing.T, original []byte, copied *annotateio.Copy) {
	t.Helper()
	if copied.Comments != 6 || copied.Listed != 1 || copied.ListSheet != "keyroster problems 2" {
		t.Errorf("%d comments, %d listed on %q", copied.Comments, copied.Listed, copied.ListSheet)
	}
	if list := cells(t, copied.Data)[copied.ListSheet]; list["C4"].Text != "error: second" || list["B4"].Text != "B4" {
		t.Errorf("the list holds %v", list)
	}
	before, after := entries(t, original)["xl/worksheets/sheet1.xml"], entries(t, copied.Data)["xl/worksheets/sheet1.xml"]
	tail := func(sheet string) string { return sheet[strings.Index(sheet, "</sheetData>"):] }
	const setUp = `<pageSetup orientation="landscape" fitToWidth="1" fitToHeight="0"/>`
	if tail(before) != strings.Replace(tail(after), setUp, "", 1) ||
		!strings.Contains(after, `footer="0.3"/>`+setUp+"<legacyDrawing") {
		t.Errorf("behind the rows:\n%s\nbecame\n%s", tail(before), tail(after))
	}
	// The added columns are beside the merged cells, not below them, and visible although the user
	// hid all columns there.
	want := `<cols><col min="1" max="2" width="21.5" customWidth="1"/><col min="4" max="5" width="9" hidden="1"/>` +
		`<col customWidth="1" min="6" max="6" width="18"/><col customWidth="1" min="7" max="7" width="17"/><col min="8" max="16384" width="9" hidden="1"/></cols>`
	if !strings.Contains(after, want) {
		t.Errorf("the columns are not %s in %s", want, after[:strings.Index(after, "<sheetData>")])
	}
	if !strings.Contains(after, `<dimension ref="A1:G40"/>`) {
		t.Error("the dimension leaves the added columns out")
	}
	// This row got only the columns, and is as high as they need; it stays hidden and keeps its style.
	if !strings.Contains(after, `<row customHeight="1" ht="30" r="5" spans="1:7" hidden="1" s="0" customFormat="1">`) {
		t.Error("row 5 is not as it was")
	}
	notes := entries(t, copied.Data)["xl/comments1.xml"]
	for _, want := range []string{
		`<comment ref="B3" authorId="0"><text><r><t>ask the guard</t></r><r>`,
		`<comment ref="B4" authorId="1"><text><r><t>[Threaded comment] look</t></r></text></comment>`,
		`<t xml:space="preserve">rich </t></r><r><t>text</t></r><r>`,
		`<author>Facility &amp; more</author>`,
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("the comments lack %s:\n%s", want, notes)
		}
	}
}
