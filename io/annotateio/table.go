package annotateio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/ooxml"
)

const (
	bareTypes = declaration + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="` + typeRelations + `"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + typeWorksheet + `"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + typeStyles + `"/></Types>`
	bareTop = declaration + `<Relationships xmlns="` + ooxml.PackageRelations + `"><Relationship Id="rId1" Type="` + ooxml.Relations + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bareRel = declaration + `<Relationships xmlns="` + ooxml.PackageRelations + `"><Relationship Id="rId1" Type="` + ooxml.Relations + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + ooxml.Relations + `/styles" Target="styles.xml"/></Relationships>`
	bareBook = declaration + `<workbook xmlns="` + ooxml.Main + `" xmlns:r="` + ooxml.Relations + `"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>`
)

// FromTable returns a workbook with the lines of a table in a sheet of that name,
// so that a file that can hold no remarks has a copy that can. Each line is in
// the row of its number, and each cell is text in a cell for text: no program
// takes anything off it.
func FromTable(sheet string, table cellio.Table) ([]byte, error) {
	c := &container{original: &ooxml.Package{}}
	for _, p := range []struct{ name, data string }{
		{ooxml.TypesPart, bareTypes},
		{"_rels/.rels", bareTop},
		{"xl/workbook.xml", fmt.Sprintf(bareBook, attrText(sheet))},
		{"xl/_rels/workbook.xml.rels", bareRel},
	} {
		if err := c.put(p.name, []byte(p.data)); err != nil {
			return nil, err
		}
	}
	err := c.stream("xl/worksheets/sheet1.xml", func(w io.Writer) error { return writeTable(w, table) })
	if err != nil {
		return nil, err
	}
	styles := fmt.Sprintf(bareStyles, ooxml.Main)
	const own = `<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>`
	styles = strings.Replace(
		styles,
		`<cellXfs count="1">`+own,
		`<cellXfs count="2">`+strings.Replace(
			own,
			"</cellXfs>",
			`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>`,
			1,
		),
		1,
	)
	if err := c.put("xl/styles.xml", []byte(styles)); err != nil {
		return nil, err
	}
	var out strings.Builder
	err = c.write(&out)
	return []byte(out.String()), err
}

// writeTable writes the part of the sheet.
func writeTable(w io.Writer, table cellio.Table) error {
	out := bufio.NewWriterSize(w, 64<<10)
	fmt.Fprintf(
		out,
		`%s<worksheet xmlns="%s"><cols><col min="1" max="%d" width="18" style="1" customWidth="1"/></cols><sheetData>`,
		declaration,
		ooxml.Main,
		ooxml.MaxColumns,
	)
	for {
		line, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if line.Number > ooxml.MaxRows || len(line.Cells) > ooxml.MaxColumns {
			return &UnsafeError{Reason: "a workbook has no room for so many lines or columns"}
		}
		fmt.Fprintf(out, `<row r="%d">`, line.Number)
		for i := range line.Cells {
			text := line.Cells[i].Text
			if text == "" {
				continue
			}
			if !cellio.Fits(text) {
				return &UnsafeError{Reason: fmt.Sprintf("line %d has a field that is too long for a cell", line.Number)}
			}
			fmt.Fprintf(
				out,
				`<c r="%s" s="1" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`,
				CellName(line.Number, i+1),
				cellText(text),
			)
		}
		_, _ = out.WriteString(`</row>`)
	}
	_, _ = out.WriteString(`</sheetData></worksheet>`)
	return out.Flush()
}
