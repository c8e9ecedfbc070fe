// Package xlsxtest makes small workbooks from raw XML for tests: every dialect and damage that
// a test needs and no writer would produce.
package xlsxtest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// Namespace is the main namespace of transitional workbooks.
const Namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

// Book is a workbook. Its members go into the file as they are, so they may be
// wrong; what is left empty is left out.
type Book struct {
	Sheets []Sheet
	// SharedStrings and Styles are whole parts: see [Strings] and [Styles].
	SharedStrings, Styles string
	Date1904              bool
	// Extra are further entries, or replacements by name.
	Extra []Entry
	// Deflate packs the entries; by default they are stored, so that a test
	// can find and damage them.
	Deflate bool
}

// Sheet is one worksheet: its name, its whole part (see [Rows]) and its state
// as in workbook.xml: empty or visible, hidden, veryHidden.
type Sheet struct{ Name, XML, State string }

// Entry is one entry of the zip file.
type Entry struct{ Name, Data string }

// Rows is a worksheet part with the given content of sheetData.
func Rows(rows string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<worksheet xmlns="` + Namespace + `"><sheetData>` + rows + `</sheetData></worksheet>`
}

// Grid is a worksheet part with text cells; blank texts make no cell.
func Grid(lines ...[]string) string {
	var b strings.Builder
	for r, line := range lines {
		fmt.Fprintf(&b, `<row r="%d">`, r+1)
		for c, text := range line {
			if text != "" {
				fmt.Fprintf(
					&b,
					`<c r="%c%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`,
					'A'+c,
					r+1,
					Escape(text),
				)
			}
		}
		b.WriteString(`</row>`)
	}
	return Rows(b.String())
}

// Strings is a shared strings part with the given texts.
func Strings(texts ...string) string {
	var b strings.Builder
	fmt.Fprintf(
		&b,
		`<?xml version="1.0" encoding="UTF-8"?><sst xmlns="%s" count="%d" uniqueCount="%[2]d">`,
		Namespace,
		len(texts),
	)
	for _, text := range texts {
		b.WriteString(`<si><t xml:space="preserve">` + Escape(text) + `</t></si>`)
	}
	return b.String() + `</sst>`
}

// Styles is a styles part: style 0 is General, style n has the n-th format
// code, or the built-in format when it is written as #14.
func Styles(formats ...string) string {
	var codes, xfs strings.Builder
	custom := 0
	for i, format := range formats {
		id := 164 + i
		if strings.HasPrefix(format, "#") && len(format) > 1 && strings.Trim(format[1:], "0123456789") == "" {
			fmt.Sscan(format[1:], &id)
		} else {
			custom++
			fmt.Fprintf(&codes, `<numFmt numFmtId="%d" formatCode="%s"/>`, id, Escape(format))
		}
		fmt.Fprintf(&xfs, `<xf numFmtId="%d" applyNumberFormat="1"/>`, id)
	}
	return fmt.Sprintf(
		`<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="%s"><numFmts count="%d">%s</numFmts><cellXfs count="%d"><xf numFmtId="0"/>%s</cellXfs></styleSheet>`,
		Namespace,
		custom,
		codes.String(),
		len(formats)+1,
		xfs.String(),
	)
}

// Escape makes a text fit for XML.
func Escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a Buffer does not fail
	return b.String()
}

// Write writes the workbook to a file.
func (b Book) Write(tb testing.TB, path string) {
	tb.Helper()
	if err := os.WriteFile(path, b.Bytes(tb), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// Bytes is the workbook's file.
func (b Book) Bytes(tb testing.TB) []byte {
	tb.Helper()
	return Zip(tb, b.Deflate, b.Entries()...)
}

// Entries are the parts of the workbook in the order of the file.
func (b Book) Entries() []Entry {
	const (
		office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		types  = "application/vnd.openxmlformats-officedocument.spreadsheetml."
		pkg    = "http://schemas.openxmlformats.org/package/2006/"
	)
	var sheets, rels, overrides strings.Builder
	var parts []Entry
	for i, s := range b.Sheets {
		state := ""
		if s.State != "" {
			state = ` state="` + s.State + `"`
		}
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, Escape(s.Name), i+1, state, i+1)
		fmt.Fprintf(
			&rels,
			`<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`,
			i+1,
			office,
			i+1,
		)
		fmt.Fprintf(
			&overrides,
			`<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`,
			i+1,
			types,
		)
		parts = append(parts, Entry{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), s.XML})
	}
	if b.SharedStrings != "" {
		rels.WriteString(`<Relationship Id="rIdT" Type="` + office + `/sharedStrings" Target="sharedStrings.xml"/>`)
		parts = append(parts, Entry{"xl/sharedStrings.xml", b.SharedStrings})
	}
	if b.Styles != "" {
		rels.WriteString(`<Relationship Id="rIdS" Type="` + office + `/styles" Target="styles.xml"/>`)
		parts = append(parts, Entry{"xl/styles.xml", b.Styles})
	}
	date := map[bool]string{true: `<workbookPr date1904="1"/>`}[b.Date1904]
	all := append([]Entry{
		{
			"[Content_Types].xml",
			`<?xml version="1.0" encoding="UTF-8"?><Types xmlns="` + pkg + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + types + `sheet.main+xml"/>` + overrides.String() + `</Types>`,
		},
		{
			"_rels/.rels",
			`<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="` + pkg + `relationships"><Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		},
		{
			"xl/workbook.xml",
			`<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="` + Namespace + `" xmlns:r="` + office + `">` + date + `<sheets>` + sheets.String() + `</sheets></workbook>`,
		},
		{
			"xl/_rels/workbook.xml.rels",
			`<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="` + pkg + `relationships">` + rels.String() + `</Relationships>`,
		},
	}, parts...)
	return replaced(all, b.Extra)
}

// replaced are parts with those of the same name replaced by extra ones, followed by the other
// extra ones.
func replaced(all, extra []Entry) []Entry {
	for _, one := range extra {
		at := slices.IndexFunc(all, func(e Entry) bool { return e.Name == one.Name })
		if at < 0 {
			all = append(all, one)
			continue
		}
		all[at] = one
	}
	return all
}

// Zip makes a zip file of the entries in their order, double names included.
func Zip(tb testing.TB, deflate bool, entries ...Entry) []byte {
	tb.Helper()
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	method := zip.Store
	if deflate {
		method = zip.Deflate
	}
	for _, entry := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: entry.Name, Method: method})
		if err == nil {
			_, err = w.Write([]byte(entry.Data))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return file.Bytes()
}
