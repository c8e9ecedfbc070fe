package xlsxio

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/officeio/officetest"
	"keyroster/io/xlsxio/xlsxtest"
)

// secret is in the refused cells: no error may hold it.
const secret = officetest.Secret

func TestRefusedRows(t *testing.T) {
	first := `<row r="1"><c r="A1"><v>1</v></c></row>`
	tests := []struct {
		name, rows string
		line       int
		cell       string
	}{
		{"rows out of order", `<row r="3"><c><v>1</v></c></row><row r="2"/>`, 3, ""},
		{"row twice", `<row r="3"/><row r="3"/>`, 3, ""},
		{"row by count twice", `<row/><row r="1"/>`, 1, ""},
		{"row number", `<row r="x"/>`, 0, ""},
		{"row zero", `<row r="0"/>`, 0, ""},
		{"row with leading zero", `<row r="01"/>`, 0, ""},
		{"row beyond the end", `<row r="1048577"/>`, 0, ""},
		{"row by count beyond the end", `<row r="1048576"/><row/>`, 1048576, ""},
		{"text between rows", first + secret + `<row r="2"/>`, 1, ""},
		{"text in a row", `<row r="1">` + secret + `</row>`, 1, ""},
		{"unknown element between rows", first + `<block/>`, 1, ""},
		{"unknown element in a row", `<row r="1"><d r="A1"/></row>`, 1, ""},
		{"row of another prefix", first + `<x:row xmlns:x="` + xlsxtest.Namespace + `" r="2"/>`, 1, ""},
		{"row of another namespace", first + `<row xmlns="urn:other" r="2"/>`, 1, ""},
		{"choice between rows", first + `<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice/></mc:AlternateContent>`, 1, ""},
		{"cells out of order", `<row r="1"><c r="B1"/><c r="A1"/></row>`, 1, "C1"},
		{"cell twice", `<row r="1"><c r="B1"/><c r="B1"/></row>`, 1, "C1"},
		{"cell by count twice", `<row r="1"><c/><c r="A1"/></row>`, 1, "B1"},
		{"cell of another row", `<row r="2"><c r="A1"/></row>`, 2, "A2"},
		{"cell reference", `<row r="1"><c r="1A"/></row>`, 1, "A1"},
		{"cell reference in lower case", `<row r="1"><c r="a1"/></row>`, 1, "A1"},
		{"cell beyond the end", `<row r="1"><c r="XFE1"/></row>`, 1, "A1"},
		{"cell by count beyond the end", `<row r="1"><c r="XFD1"/><c/></row>`, 1, "XFE1"},
		{"style that is none", `<row r="1"><c r="C1" s="-1"/></row>`, 1, "C1"},
		{"shared text missing", `<row r="1"><c r="C1" t="s"><v>4827</v></c></row>`, 1, "C1"},
		{"two values", `<row r="1"><c r="C1"><v>1</v><v>2</v></c></row>`, 1, "C1"},
		{"two formulas", `<row r="1"><c r="C1"><f>1</f><f>2</f></c></row>`, 1, "C1"},
		{"two inline texts", `<row r="1"><c r="C1" t="inlineStr"><is/><is/></c></row>`, 1, "C1"},
		{"element in a value", `<row r="1"><c r="C1"><v>1<b/></v></c></row>`, 1, "C1"},
		{"text in a cell", `<row r="1"><c r="C1">` + secret + `</c></row>`, 1, "C1"},
		{"text in a run", `<row r="1"><c r="C1" t="inlineStr"><is><r>` + secret + `</r></is></c></row>`, 1, "C1"},
		{"unknown element in a cell", `<row r="1"><c r="C1"><w>1</w></c></row>`, 1, "C1"},
		{"half a surrogate pair by entity", `<row r="1"><c r="C1" t="inlineStr"><is><t>&#xD83D;</t></is></c></row>`, 1, "C1"},
		{"bare ampersand", `<row r="1"><c r="C1" t="inlineStr"><is><t>4827 & co</t></is></c></row>`, 1, "C1"},
		{"unknown entity", `<row r="1"><c r="C1" t="inlineStr"><is><t>&nbsp;</t></is></c></row>`, 1, "C1"},
		{"not UTF-8", "<row r=\"1\"><c r=\"C1\" t=\"inlineStr\"><is><t>M\xfcller 4827</t></is></c></row>", 1, "C1"},
		{"control character", "<row r=\"1\"><c r=\"C1\" t=\"inlineStr\"><is><t>\x01</t></is></c></row>", 1, "C1"},
		{"closer of a section", `<row r="1"><c r="C1" t="inlineStr"><is><t>a]]&gt;b]]>c</t></is></c></row>`, 1, "C1"},
		{"attribute twice", `<row r="1"><c r="C1" s="0" r="D1"/></row>`, 1, ""},
		{"crossed tags", `<row r="1"><c r="C1"><v>1</c></v></row>`, 1, "C1"},
		{"endless text", `<row r="1"><c r="C1" t="inlineStr"><is><t>` + strings.Repeat("x", 3<<20) + `</t></is></c></row>`, 1, "C1"},
		{"deep nesting", `<row r="1"><c r="C1"><extLst>` + strings.Repeat("<a>", 300), 1, "C1"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			book := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows(tc.rows)}}, SharedStrings: xlsxtest.Strings("a"), Deflate: true}
			_, _, err := readAll(book.Bytes(t))
			e := officetest.InputError(t, err)
			if e.Sheet != "Doors" || e.Line != tc.line || e.Cell != tc.cell {
				t.Errorf("error is at sheet %q, line %d, cell %q, want line %d, cell %q: %v", e.Sheet, e.Line, e.Cell, tc.line, tc.cell, e)
			}
		})
	}
}

func TestRefusedParts(t *testing.T) {
	good := xlsxtest.Rows(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	change := func(old, new string) string {
		changed := strings.Replace(good, old, new, 1)
		if changed == good {
			t.Fatalf("%q is not in the sheet", old)
		}
		return changed
	}
	tests := map[string]string{
		"empty":                       "",
		"white space":                 " \n",
		"another root":                change("<worksheet", "<chartsheet") + "x",
		"another part":                `<sst xmlns="` + xlsxtest.Namespace + `"/>`,
		"no namespace":                change(` xmlns="`+xlsxtest.Namespace+`"`, ""),
		"other namespace":             change(xlsxtest.Namespace, "urn:other"),
		"unbound prefix":              change(`<worksheet xmlns`, `<x:worksheet xmlns`),
		"no rows":                     `<worksheet xmlns="` + xlsxtest.Namespace + `"></worksheet>`,
		"two sets of rows":            change("</worksheet>", "<sheetData/></worksheet>"),
		"second rows with a prefix":   change("</worksheet>", `<x:sheetData xmlns:x="`+xlsxtest.Namespace+`"/></worksheet>`),
		"rows in a choice":            change("<sheetData>", `<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice><sheetData/></mc:Choice></mc:AlternateContent><sheetData>`),
		"text before the rows":        change("<sheetData>", "x<sheetData>"),
		"text behind the rows":        change("</sheetData>", "</sheetData>x"),
		"text behind the end":         good + "x",
		"element behind the end":      good + "<a/>",
		"section behind the end":      good + "<![CDATA[]]>",
		"end tag behind the end":      good + "</worksheet>",
		"zero bytes behind the end":   good + "\x00",
		"open comment behind the end": good + "<!-- ",
		"UTF-16":                      "\xFF\xFE<\x00",
		"Latin-1":                     change("UTF-8", "ISO-8859-1"),
		"version 2":                   change(`version="1.0"`, `version="2.0"`),
		"no version":                  change(`version="1.0" `, ``),
		"broken declaration":          change(`?>`, ` x="y"?>`),
		"declaration as a tag":        change(`?>`, `/?>`),
		"late declaration":            " " + good,
		"declaration inside":          change("<sheetData>", `<?xml version="1.0"?><sheetData>`),
		"DTD":                         change("<worksheet", "<!DOCTYPE worksheet []><worksheet"),
		"other markup":                change("<sheetData>", "<!ELEMENT a><sheetData>"),
		"hyphens in a comment":        change("<sheetData>", "<!-- a -- b --><sheetData>"),
		"stray slash":                 change("<sheetData>", "<a / ><sheetData>"),
		"attribute without value":     change("<sheetData>", "<sheetData a>"),
		"attribute without quotes":    change("<sheetData>", "<sheetData a=b>"),
		"attribute with a tag":        change("<sheetData>", `<sheetData a="<">`),
		"attribute with an entity":    change("<sheetData>", `<sheetData a="&x;">`),
		"attribute not UTF-8":         change("<sheetData>", "<sheetData a=\"\xfc\">"),
		"attributes without space":    change("<sheetData>", `<sheetData a="1"b="2">`),
		"name with two colons":        change("<sheetData>", `<a:b:c/><sheetData>`),
		"name with a digit":           change("<sheetData>", `<1a/><sheetData>`),
		"instruction without a name":  change("<sheetData>", `<? x?><sheetData>`),
		"merge outside its list":      change("</sheetData>", "</sheetData><mergeCells>x</mergeCells>"),
	}
	for name, xml := range tests {
		t.Run(name, func(t *testing.T) {
			book := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xml}}}
			_, _, err := readAll(book.Bytes(t))
			if e := officetest.InputError(t, err); e.Sheet != "Doors" {
				t.Errorf("error names sheet %q: %v", e.Sheet, e)
			}
		})
	}
}

func TestRefusedTexts(t *testing.T) {
	good := xlsxtest.Strings("a", "b")
	tests := map[string]string{
		"cut":             good[:len(good)-3],
		"another part":    xlsxtest.Rows(""),
		"unknown element": strings.Replace(good, "<si>", "<x/><si>", 1),
		"stray text":      strings.Replace(good, "<si>", secret+"<si>", 1),
		"trailing":        good + "x",
	}
	for name, xml := range tests {
		t.Run(name, func(t *testing.T) {
			book := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows("")}}, SharedStrings: xml}
			_, _, err := readAll(book.Bytes(t))
			if e := officetest.InputError(t, err); !strings.Contains(e.Message, "xl/sharedStrings.xml") {
				t.Errorf("error does not name the part: %v", e)
			}
		})
	}
}

// TestBrokenCells: a cell whose content makes no sense spoils nothing but itself.
func TestBrokenCells(t *testing.T) {
	tests := []struct{ name, row string }{
		{"unknown type", `<row r="1"><c r="C1" t="x"><v>` + secret + `</v></c></row>`},
		{"no number", `<row r="1"><c r="C1"><v>` + secret + `x</v></c></row>`},
		{"NaN", `<row r="1"><c r="C1"><v>NaN</v></c></row>`},
		{"number with a half exponent", `<row r="1"><c r="C1"><v>1E</v></c></row>`},
		{"number out of range", `<row r="1"><c r="C1"><v>1E999</v></c></row>`},
		{"number with hex", `<row r="1"><c r="C1"><v>0x1p4</v></c></row>`},
		{"no boolean", `<row r="1"><c r="C1" t="b"><v>2</v></c></row>`},
		{"no error", `<row r="1"><c r="C1" t="e"><v/></c></row>`},
		{"no date", `<row r="1"><c r="C1" t="d"><v>2024-02-30</v></c></row>`},
		{"date with half an offset", `<row r="1"><c r="C1" t="d"><v>2024-02-20T10:00:00+02</v></c></row>`},
		{"day with an offset", `<row r="1"><c r="C1" t="d"><v>2024-02-20+02:00</v></c></row>`},
		{"instant of no day", `<row r="1"><c r="C1" t="d"><v>2024-02-30T10:00:00Z</v></c></row>`},
		{"two t", `<row r="1"><c r="C1" t="inlineStr"><is><t>1</t><t>2</t></is></c></row>`},
		{"two t in a run", `<row r="1"><c r="C1" t="inlineStr"><is><r><t>1</t><t>2</t></r></is></c></row>`},
		{
			"crossed-out text before another",
			`<row r="1"><c r="C1" t="inlineStr"><is><r><rPr><b/><strike/></rPr><t>4827</t></r><r><rPr><strike val="0"/></rPr><t> 1</t></r></is></c></row>`,
		},
		{"inline text in v", `<row r="1"><c r="C1" t="inlineStr"><v>4827</v></c></row>`},
		{"inline text and v", `<row r="1"><c r="C1" t="inlineStr"><is><t>1</t></is><v>1</v></c></row>`},
		{"inline text without type", `<row r="1"><c r="C1"><is><t>1</t></is></c></row>`},
		{"half a surrogate pair", `<row r="1"><c r="C1" t="inlineStr"><is><t>_xD83D_ 4827</t></is></c></row>`},
		{"long text", `<row r="1"><c r="C1" t="inlineStr"><is><r><t>` + strings.Repeat("x", 600<<10) + `</t></r><r><t>` + strings.Repeat("x", 600<<10) + `</t></r></is></c></row>`},
		{"number of an unknown style", `<row r="1"><c r="C1" s="9"><v>1</v></c></row>`},
		{"time", `<row r="1"><c r="C1" t="d"><v>10:59:59.99</v></c></row>`},
		{"duration", `<row r="1"><c r="C1" t="d"><v>PT0H11M</v></c></row>`},
		{"year 10000", `<row r="1"><c r="C1" t="d"><v>10000-01-01</v></c></row>`},
		{"shared text of two", `<row r="1"><c r="C1" t="s"><v>1</v></c></row>`},
		{"long shared text", `<row r="1"><c r="C1" t="s"><v>2</v></c></row>`},
		{"shared text crossed out in part", `<row r="1"><c r="C1" t="s"><v>4</v></c></row>`},
		{"half a surrogate pair in a result", `<row r="1"><c r="C1" t="str"><f>A1</f><v>_xD83D_</v></c></row>`},
	}
	texts := strings.Replace(xlsxtest.Strings("a", "b", "c", "d", "e"), ">b</t>", ">b</t><t>"+secret+"</t>", 1)
	texts = strings.Replace(texts, "<si><t xml:space=\"preserve\">e</t>", "<si><r><t>1</t></r><r><rPr><strike/></rPr><t>"+secret+"</t></r>", 1)
	texts = strings.Replace(texts, ">c<", ">"+strings.Repeat("x", 1<<20)+"<", 1)
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			rows := strings.Replace(tc.row, `</row>`, `<c r="D1" t="s"><v>3</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>next</t></is></c></row>`, 1)
			book := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows(rows)}}, SharedStrings: texts, Deflate: true}
			lines, _, err := readAll(book.Bytes(t))
			if err != nil || len(lines) != 2 {
				t.Fatalf("%d lines, %v", len(lines), err)
			}
			cells := lines[0].Cells
			if len(cells) != 4 || cells[2].Kind != cellio.Broken || cells[2].Text == "" || strings.Contains(cells[2].Text, secret) || cells[3].Text != "d" || lines[1].Cells[0].Text != "next" {
				t.Errorf("cells are %+v", lines)
			}
		})
	}
}

// TestOddCells: unambiguous content is read, although spreadsheets do not write it that way.
func TestOddCells(t *testing.T) {
	const rows = `<row r="1"><c r="A1" t="s"><v/></c><c r="B1" t="s"><v> </v></c><c r="C1" t="inlineStr"><is><t>a</t><r><t>b</t></r></is></c>` +
		`<c r="D1" s="9" t="inlineStr"><is><t>text</t></is></c><c r="E1" t="x"/>` +
		`<c r="F1" t="inlineStr"><is><r><rPr><strike/></rPr><t>a</t></r><r><t> </t></r><r><rPr><strike val="1"/></rPr><t>b</t></r></is></c></row>`
	book := xlsxtest.Book{
		Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows(rows)}},
		Extra: []xlsxtest.Entry{{Name: "xl/_rels/workbook.xml.rels", Data: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`}},
	}
	lines, _, err := readAll(book.Bytes(t))
	if err != nil || len(lines) != 1 {
		t.Fatalf("%v, %v", lines, err)
	}
	want := []cellio.Cell{{}, {}, {Kind: cellio.Text, Text: "ab"}, {Kind: cellio.Text, Text: "text"}, {}, {Kind: cellio.Text, Text: "a b"}}
	if diff := cmp.Diff(want, lines[0].Cells); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
}
