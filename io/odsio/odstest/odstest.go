// Package odstest makes small OpenDocument spreadsheets from raw XML for tests: every
// dialect and damage that a test needs and no writer would produce.
package odstest

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"keyroster/io/xlsxio/xlsxtest"
)

// Media is the type of a spreadsheet.
const Media = "application/vnd.oasis.opendocument.spreadsheet"

// Namespaces declares the prefixes that LibreOffice uses.
const Namespaces = ` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"` +
	` xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"` +
	` xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"` +
	` xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"` +
	` xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"` +
	` xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"` +
	` xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"`

// Book is a spreadsheet. Its members go into the file as they are, so they may be wrong.
type Book struct {
	Sheets []Sheet
	// Styles is what office:automatic-styles holds: see [Style].
	Styles string
	// Common is what office:styles holds, in a part of its own; empty for no such part.
	Common string
	// Members precede the sheets.
	Members string
	// Extra are further entries, or replacements by name.
	Extra []xlsxtest.Entry
	// Deflate packs the entries.
	Deflate bool
}

// Sheet is one sheet: its name and what its element holds. A hidden one has the style
// "hidden", which every book has.
type Sheet struct {
	Name, XML string
	Hidden    bool
}

// Content is the part with the sheets.
func (b Book) Content() string {
	var sheets strings.Builder
	for _, s := range b.Sheets {
		style := map[bool]string{true: ` table:style-name="hidden"`}[s.Hidden]
		fmt.Fprintf(&sheets, `<table:table table:name="%s"%s>%s</table:table>`, xlsxtest.Escape(s.Name), style, s.XML)
	}
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<office:document-content` + Namespaces +
		` office:version="1.3">` +
		`<office:automatic-styles><style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>` +
		b.Styles + `</office:automatic-styles><office:body><office:spreadsheet>` + b.Members + sheets.String() +
		`</office:spreadsheet></office:body></office:document-content>`
}

// Manifest lists the parts; within is what the entry of the content holds.
func Manifest(within string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">` +
		`<manifest:file-entry manifest:full-path="/" manifest:media-type="` + Media + `"/>` +
		`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">` + within +
		`</manifest:file-entry></manifest:manifest>`
}

// Entries are the parts in the order of the file.
func (b Book) Entries() []xlsxtest.Entry {
	all := []xlsxtest.Entry{{Name: "mimetype", Data: Media}, {Name: "content.xml", Data: b.Content()}}
	if b.Common != "" {
		all = append(all, xlsxtest.Entry{
			Name: "styles.xml",
			Data: `<office:document-styles` + Namespaces + `><office:styles>` + b.Common +
				`</office:styles></office:document-styles>`,
		})
	}
	all = append(all, xlsxtest.Entry{Name: "META-INF/manifest.xml", Data: Manifest("")})
	for _, one := range b.Extra {
		at := slices.IndexFunc(all, func(e xlsxtest.Entry) bool { return e.Name == one.Name })
		if at < 0 {
			all = append(all, one)
		} else {
			all[at] = one
		}
	}
	return all
}

// Bytes is the spreadsheet's file.
func (b Book) Bytes(tb testing.TB) []byte {
	tb.Helper()
	return xlsxtest.Zip(tb, b.Deflate, b.Entries()...)
}

// Write writes the spreadsheet to a file.
func (b Book) Write(tb testing.TB, path string) {
	tb.Helper()
	if err := os.WriteFile(path, b.Bytes(tb), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// Grid is the content of a sheet with text cells; blank texts make blank cells.
func Grid(lines ...[]string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(`<table:table-row>`)
		for _, text := range line {
			if text == "" {
				b.WriteString(`<table:table-cell/>`)
				continue
			}
			b.WriteString(`<table:table-cell office:value-type="string" calcext:value-type="string">` +
				Paragraphs(text) + `</table:table-cell>`)
		}
		b.WriteString(`</table:table-row>`)
	}
	return b.String()
}

// Paragraphs are a text as LibreOffice stores it.
func Paragraphs(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.NewReplacer("  ", ` <text:s/>`, "\t", `<text:tab/>`).Replace(escape(line))
		if rest, blank := strings.CutPrefix(line, " "); blank {
			line = `<text:s text:c="1"/>` + rest
		}
		b.WriteString(`<text:p>` + line + `</text:p>`)
	}
	return b.String()
}

// escape makes a text fit for XML, but for tabs.
func escape(text string) string { return strings.ReplaceAll(xlsxtest.Escape(text), "&#x9;", "\t") }

// Style is a style of cells with a style of numbers of its own, which is of a kind such as
// number-style and holds the given elements.
func Style(name, kind, within string) string {
	return fmt.Sprintf(
		`<number:%[2]s style:name="N%[1]s">%[3]s</number:%[2]s><style:style style:name="%[1]s" style:family="table-cell" style:data-style-name="N%[1]s"/>`,
		name, kind, within,
	)
}

// Prefixed is a part with its prefixes replaced, by pairs of old and new.
func Prefixed(part string, prefixes ...string) string {
	var pairs []string
	for i := 0; i < len(prefixes); i += 2 {
		for _, in := range []string{"<%s:", "</%s:", " %s:", "xmlns:%s="} {
			pairs = append(pairs, fmt.Sprintf(in, prefixes[i]), fmt.Sprintf(in, prefixes[i+1]))
		}
	}
	return strings.NewReplacer(pairs...).Replace(part)
}
