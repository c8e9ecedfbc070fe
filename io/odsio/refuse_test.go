package odsio_test

import (
	"strings"
	"testing"

	"keyroster/io/cellio"
	"keyroster/io/odsio/odstest"
	"keyroster/io/officeio/officetest"
	"keyroster/io/xlsxio/xlsxtest"
)

// secret is in the refused cells: no error may hold it.
const secret = officetest.Secret

func TestRefusedFiles(t *testing.T) {
	small := sheet(odstest.Grid([]string{"value"}, []string{secret}))
	with := func(name, data string) []byte {
		book := small
		book.Extra = []xlsxtest.Entry{{Name: name, Data: data}}
		return book.Bytes(t)
	}
	content := func(pairs ...string) []byte {
		return with("content.xml", strings.NewReplacer(pairs...).Replace(small.Content()))
	}
	const encrypted = `<manifest:encryption-data manifest:checksum="x"><manifest:algorithm/></manifest:encryption-data>`
	tests := []struct {
		name        string
		data        []byte
		kind, words string
	}{
		{
			"password", with("META-INF/manifest.xml", odstest.Manifest(encrypted)), cellio.KindPassword,
			"protected by a password; save it again without",
		},
		{"password, other prefix", with("META-INF/manifest.xml",
			odstest.Prefixed(odstest.Manifest(encrypted), "manifest", "m")), cellio.KindPassword, "protected by a password"},
		{
			"text document", with("mimetype", "application/vnd.oasis.opendocument.text"),
			cellio.KindFileType, "not a spreadsheet",
		},
		{
			"no content", xlsxtest.Zip(t, true, xlsxtest.Entry{Name: "mimetype", Data: odstest.Media}),
			cellio.KindDamaged, "content.xml, which is missing",
		},
		{"content of text", content("office:spreadsheet", "office:text"), cellio.KindDamaged, "does not hold a spreadsheet"},
		{"no body", content("office:body", "office:scripts"), cellio.KindDamaged, "rows in an element"},
		{
			"empty body",
			with("content.xml",
				`<office:document-content`+odstest.Namespaces+`><office:body/></office:document-content>`),
			cellio.KindDamaged, "does not hold a spreadsheet",
		},
		{"two bodies", content("</office:body>", "</office:body><office:body/>"), cellio.KindDamaged, "twice"},
		{
			"two spreadsheets", content("</office:spreadsheet>", "</office:spreadsheet><office:spreadsheet/>"),
			cellio.KindDamaged, "twice",
		},
		{
			"other root", content("office:document-content", "office:document-meta"), cellio.KindDamaged,
			"not an OpenDocument document",
		},
		{
			"other namespace", content("opendocument:xmlns:office:1.0", "opendocument:xmlns:office:9.0"),
			cellio.KindDamaged, "not an OpenDocument document",
		},
		{"old namespace", content("urn:oasis:names:tc:opendocument:xmlns:table:1.0",
			"http://openoffice.org/2000/table"), cellio.KindSheet, "has no sheet"},
		{
			"undeclared prefix", content(` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"`, ""),
			cellio.KindDamaged, "not an OpenDocument document",
		},
		{"no sheet", odstest.Book{}.Bytes(t), cellio.KindSheet, "has no sheet"},
		{
			"two sheets of one name", odstest.Book{Sheets: []odstest.Sheet{{Name: "a"}, {Name: "A"}}}.Bytes(t),
			cellio.KindDamaged, "two sheets",
		},
		{"sheet without a name", odstest.Book{Sheets: []odstest.Sheet{{}}}.Bytes(t), cellio.KindDamaged, "without a name"},
		{"sheet in an unknown element", odstest.Book{
			Members: `<x:y xmlns:x="urn:x">` + `<table:table/></x:y>`,
			Sheets:  small.Sheets,
		}.Bytes(t), cellio.KindDamaged, "rows in an element"},
		{"document type", with("content.xml", "<!DOCTYPE x>"+small.Content()), cellio.KindDamaged, "document type"},
		{"two roots", with("content.xml", small.Content()+"<a/>"), cellio.KindDamaged, "continues after"},
		{"broken styles", with("styles.xml", "<office:document-styles"), cellio.KindDamaged, "styles.xml"},
		{"other styles", with("styles.xml", "<a/>"), cellio.KindDamaged, "styles.xml is not an OpenDocument"},
		{"broken manifest", with("META-INF/manifest.xml", "<a>"), cellio.KindDamaged, "manifest.xml"},
		{
			"entry twice", xlsxtest.Zip(t, true, append(small.Entries(), xlsxtest.Entry{Name: "Content.xml"})...),
			cellio.KindDamaged, "two entries",
		},
		{
			"entry that climbs", xlsxtest.Zip(t, true, append(small.Entries(), xlsxtest.Entry{Name: "../x"})...),
			cellio.KindDamaged, "leads out",
		},
		{
			"cut in a cell", with("content.xml", small.Content()[:strings.Index(small.Content(), secret)]),
			cellio.KindDamaged, `sheet "S", cell A2: the cell ends`,
		},
		{
			"not UTF-8", content(secret, "M\xfcller "+secret), cellio.KindEncoding,
			`sheet "S", cell A2: the cell holds bytes that are not UTF-8`,
		},
		{"bare ampersand", content(secret, "& "+secret), cellio.KindDamaged, `sheet "S", cell A2: the cell holds an &`},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			_, err := load(tc.data)
			e := officetest.InputError(t, err)
			if e.Kind != tc.kind || !strings.Contains(e.Error(), tc.words) {
				t.Errorf("kind %s, want %s with %q: %v", e.Kind, tc.kind, tc.words, e)
			}
		})
	}
}

// TestRefusedSheets: a fault in one sheet refuses that sheet alone.
func TestRefusedSheets(t *testing.T) {
	first := row(paragraph("1"))
	filled := paragraph(secret)
	tests := []struct {
		name, rows string
		line       int
		cell       string
		words      string
	}{
		{"text between rows", first + secret + first, 2, "", "text where none is allowed"},
		{"text in a row", row(secret), 1, "", "text where none is allowed"},
		{
			"text in a cell",
			row(filled + `<table:table-cell office:value-type="string">` + secret + `</table:table-cell>`),
			1, "B1", "text where none is allowed",
		},
		{"unknown element between rows", first + `<table:table-block/>`, 2, "", "is not allowed there"},
		{"unknown element in a row", row(filled + `<table:block/>`), 1, "", "is not allowed there"},
		{
			"row of another namespace", first + `<x:z xmlns:x="urn:x"><table:table-row/></x:z>`, 2, "",
			"only some programs read",
		},
		{
			"cell in a wrapping", first + `<x:z xmlns:x="urn:x"><x:a/><table:table-cell/></x:z>`, 2, "",
			"only some programs read",
		},
		{"repeated a million times", first + `<table:table-row table:number-rows-repeated="1000000">` + filled +
			`</table:table-row>`, 2, "", "repeats cells with content so often that they fill more than 100,000"},
		{"columns repeated too often", row(strings.Replace(filled, "<table:table-cell",
			`<table:table-cell table:number-columns-repeated="1000000"`, 1)), 1, "A1", "reaches beyond column XFD"},
		{"row and columns repeated", first + `<table:table-row table:number-rows-repeated="101">` +
			strings.Replace(filled, "<table:table-cell", `<table:table-cell table:number-columns-repeated="1000"`, 1) +
			`</table:table-row>`, 2, "", "more than 100,000"},
		{"many repeats", strings.Repeat(`<table:table-row table:number-rows-repeated="10001">`+filled+`</table:table-row>`, 11), 100011, "", "more than 100,000"},
		{
			"repeated zero times", row(`<table:table-cell table:number-columns-repeated="0"/>`), 1, "A1",
			"number of times that no sheet has",
		},
		{
			"row repeated zero times", `<table:table-row table:number-rows-repeated="0"/>`, 1, "",
			"number of times that no sheet has",
		},
		{
			"row repeated -1 times", `<table:table-row table:number-rows-repeated="-1"/>`, 1, "",
			"number of times that no sheet has",
		},
		{
			"column repeated x times", `<table:table-column table:number-columns-repeated="x"/>`, 1, "",
			"number of times that no sheet has",
		},
		{
			"cell beyond the end", row(`<table:table-cell table:number-columns-repeated="16384"/>` + filled), 1, "",
			"reaches beyond column XFD",
		},
		{
			"row beyond the end", `<table:table-row table:number-rows-repeated="1048576"/>` + row(filled), 1048576, "",
			"beyond row 1,048,576",
		},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			w, err := load(odstest.Book{Sheets: []odstest.Sheet{
				{Name: "Bad", XML: tc.rows},
				{Name: "Good", XML: first},
			}}.Bytes(t))
			if err != nil {
				t.Fatal(err)
			}
			bad, err := w.Table("Bad")
			if err != nil {
				t.Fatal(err)
			}
			lines, err := officetest.Lines(bad)
			e := officetest.InputError(t, err)
			if len(lines) != 0 || e.Sheet != "Bad" || e.Line != tc.line || e.Cell != tc.cell ||
				!strings.Contains(e.Message, tc.words) {
				t.Errorf("after %d lines: %v, want line %d, cell %q, with %q", len(lines), e, tc.line, tc.cell, tc.words)
			}
			good, err := w.Table("Good")
			if err != nil {
				t.Fatal(err)
			}
			if lines, err := officetest.Lines(good); err != nil || len(lines) != 1 {
				t.Errorf("the other sheet: %d lines, %v", len(lines), err)
			}
		})
	}
}
