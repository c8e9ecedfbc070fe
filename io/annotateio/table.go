package annotateio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/reconcile/shape"
)

const (
	bareTypes = declaration + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="` + typeRelations + `"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`%s<Override PartName="/xl/styles.xml" ContentType="` + typeStyles + `"/></Types>`
	bareType = `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="` + typeWorksheet + `"/>`
	bareTop  = declaration + `<Relationships xmlns="` + officeio.PackageRelations + `">` +
		`<Relationship Id="rId1" Type="` + officeio.Relations + `/officeDocument" Target="xl/workbook.xml"/>` +
		`</Relationships>`
	bareRels = declaration + `<Relationships xmlns="` + officeio.PackageRelations + `">%s` +
		`<Relationship Id="rIdS" Type="` + officeio.Relations + `/styles" Target="styles.xml"/></Relationships>`
	bareRel  = `<Relationship Id="rId%d" Type="` + officeio.Relations + `/worksheet" Target="worksheets/sheet%[1]d.xml"/>`
	bareBook = declaration + `<workbook xmlns="` + officeio.Main + `" xmlns:r="` + officeio.Relations + `">` +
		`<sheets>%s</sheets></workbook>`
	// bareEntry lists a sheet: its name, number and state.
	bareEntry = `<sheet name="%s" sheetId="%d"%s r:id="rId%[2]d"/>`
)

// Source is a sheet of a workbook to be made.
type Source struct {
	Sheet  string
	Hidden bool
	Table  cellio.Table
}

// FromTables returns a workbook with each table on a sheet of its own, so that a file
// that can hold no remarks has a copy that can. Each line is in the row of its number.
// Numbers stay numbers, and everything else is text in text cells, from which no program
// strips anything. Broken cells are left out.
func FromTables(sources ...Source) ([]byte, error) {
	c := &container{original: &officeio.Package{}}
	var types, rels, entries strings.Builder
	for i, source := range sources {
		if !fitsSheet(source.Sheet) {
			return nil, &UnsafeError{Reason: fmt.Sprintf(
				"%q is not a valid sheet name: at most 31 characters, none of []:*?/\\", source.Sheet,
			)}
		}
		state := ""
		if source.Hidden {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&types, bareType, i+1)
		fmt.Fprintf(&rels, bareRel, i+1)
		fmt.Fprintf(&entries, bareEntry, attrText(source.Sheet), i+1, state)
	}
	for _, p := range []struct{ name, data string }{
		{officeio.TypesPart, fmt.Sprintf(bareTypes, types.String())},
		{"_rels/.rels", bareTop},
		{"xl/workbook.xml", fmt.Sprintf(bareBook, entries.String())},
		{"xl/_rels/workbook.xml.rels", fmt.Sprintf(bareRels, rels.String())},
		{"xl/styles.xml", textStyles()},
	} {
		if err := c.put(p.name, []byte(p.data)); err != nil {
			return nil, err
		}
	}
	for i, source := range sources {
		err := c.stream(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), func(w io.Writer) error {
			return writeTable(w, source.Table)
		})
		if err != nil {
			return nil, err
		}
	}
	var out strings.Builder
	err := c.write(&out)
	return []byte(out.String()), err
}

// fitsSheet reports whether a workbook can have a sheet of that name.
func fitsSheet(name string) bool {
	return name != "" && cellio.Units(name) <= 31 && !strings.ContainsAny(name, `[]:*?/\`)
}

// textStyles is a part of styles, the second of which is for text.
func textStyles() string {
	const own = `<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>`
	return strings.Replace(
		fmt.Sprintf(bareStyles, officeio.Main),
		`<cellXfs count="1">`+own,
		`<cellXfs count="2">`+strings.Replace(
			own,
			"</cellXfs>",
			`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>`,
			1,
		),
		1,
	)
}

// writeTable writes the part of a sheet.
func writeTable(w io.Writer, table cellio.Table) error {
	out := bufio.NewWriterSize(w, 64<<10)
	fmt.Fprintf(
		out,
		`%s<worksheet xmlns="%s"><cols><col min="1" max="%d" width="18" style="1" customWidth="1"/></cols><sheetData>`,
		declaration,
		officeio.Main,
		officeio.MaxColumns,
	)
	for {
		line, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if line.Number > officeio.MaxRows || len(line.Cells) > officeio.MaxColumns {
			return &UnsafeError{Reason: "a workbook has no room for so many lines or columns"}
		}
		hidden := ""
		if line.Hidden {
			hidden = ` hidden="1"`
		}
		fmt.Fprintf(out, `<row r="%d"%s>`, line.Number, hidden)
		for i := range line.Cells {
			if err := writeCell(out, CellName(line.Number, i+1), &line.Cells[i]); err != nil {
				return err
			}
		}
		_, _ = out.WriteString(`</row>`)
	}
	_, _ = out.WriteString(`</sheetData></worksheet>`)
	return out.Flush()
}

// writeCell writes a cell with its own kind, except that a number shown with leading
// zeros becomes the text that a person saw.
func writeCell(out io.Writer, place string, cell *cellio.Cell) error {
	text := cell.Text
	switch {
	case text == "" || cell.Kind == cellio.Broken:
		return nil
	case cell.Kind == cellio.Number && cell.Format == cellio.FormatPad &&
		cell.Width <= shape.CertainDigits && shape.AllDigits(text):
		text = strings.Repeat("0", max(cell.Width-len(text), 0)) + text
	case cell.Kind == cellio.Number:
		_, err := fmt.Fprintf(out, `<c r="%s" s="0"><v>%s</v></c>`, place, text)
		return err
	}
	if !cellio.Fits(text) {
		return &UnsafeError{Reason: fmt.Sprintf("the cell %s has a text that is too long for a workbook", place)}
	}
	_, err := fmt.Fprintf(out,
		`<c r="%s" s="1" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, place, cellText(text))
	return err
}
