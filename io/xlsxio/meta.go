package xlsxio

import (
	"archive/zip"
	"bytes"
	"strings"

	"github.com/xuri/excelize/v2"

	"keyroster/io/tableio"
)

// metaParts names the parts that excelize gets to see; styles may be empty.
type metaParts struct{ workbook, styles string }

// The package around the workbook's main part and styles, as small as excelize
// opens it. It has no relations to sheets, so that no sheet is ever asked for.
const (
	slimTypes = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
	slimRels = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	slimNoRels = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`
)

// loadMeta asks excelize for sheets, visibility, date system and styles.
// sheetParts are the parts of the worksheets by relation id; other relations
// have an empty part.
func (w *Workbook) loadMeta(parts metaParts, sheetParts map[string]string) error {
	book, err := w.openSlim(parts)
	if err != nil {
		return err
	}
	defer book.Close()
	props, err := book.GetWorkbookProps()
	if err != nil || book.WorkBook == nil {
		return w.damagedMeta()
	}
	seen := map[string]bool{}
	for _, s := range book.WorkBook.Sheets.Sheet {
		part, known := sheetParts[s.ID]
		if !known {
			return fault(w.file, tableio.KindDamaged, "the workbook lists a sheet that it does not hold", remedyExport)
		}
		if part == "" { // a chart sheet
			continue
		}
		fold := strings.ToLower(s.Name)
		if s.Name == "" || seen[fold] {
			return fault(w.file, tableio.KindDamaged, "the workbook has two sheets of one name, or one without a name", remedySave)
		}
		seen[fold] = true
		visible := s.State == "" || s.State == "visible"
		w.sheets = append(w.sheets, Sheet{Name: s.Name, Visible: visible, part: part})
	}
	if len(w.sheets) == 0 {
		return fault(w.file, tableio.KindSheet, "the workbook has no worksheet", "check that it is the right file")
	}
	w.styles = newStyleBook(book, props.Date1904 != nil && *props.Date1904)
	return nil
}

// openSlim opens the workbook's main part and styles with excelize. Both were
// proved whole and well-formed by our own lexer, because excelize would not say.
func (w *Workbook) openSlim(parts metaParts) (book *excelize.File, err error) {
	workbook, err := w.wellFormed(parts.workbook)
	if err != nil {
		return nil, err
	}
	entries := []struct {
		name string
		data []byte
	}{
		{"[Content_Types].xml", []byte(slimTypes)},
		{"_rels/.rels", []byte(slimRels)},
		{"xl/_rels/workbook.xml.rels", []byte(slimNoRels)},
		{"xl/workbook.xml", workbook},
	}
	if parts.styles != "" {
		styles, err := w.wellFormed(parts.styles)
		if err != nil {
			return nil, err
		}
		entries = append(entries, struct {
			name string
			data []byte
		}{"xl/styles.xml", styles})
	}
	var slim bytes.Buffer
	z := zip.NewWriter(&slim)
	for _, entry := range entries {
		e, err := z.CreateHeader(&zip.FileHeader{Name: entry.name, Method: zip.Store})
		if err == nil {
			_, err = e.Write(entry.data)
		}
		if err != nil {
			return nil, w.damagedMeta()
		}
	}
	if err := z.Close(); err != nil {
		return nil, w.damagedMeta()
	}
	book, err = excelize.OpenReader(&slim)
	if err != nil {
		return nil, w.damagedMeta()
	}
	return book, nil
}

func (w *Workbook) damagedMeta() error {
	return fault(w.file, tableio.KindDamaged, "the list of sheets or the styles are not as spreadsheet programs write them", remedySave)
}
