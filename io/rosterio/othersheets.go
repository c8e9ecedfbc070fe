package rosterio

import (
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// otherSheet is a sheet of the workbook that is not read beyond its header; remedy is what to
// do if it belongs to the roster.
type otherSheet struct {
	sheet  cellio.Sheet
	header *Header
	remedy string
}

// What to do about a sheet that is not read.
const (
	nameSheets = "if it belongs to the roster, name it with FILE#SHEET, or all sheets with FILE#*; otherwise " +
		"name the sheet to read"
	showSheets = "if it belongs to the roster, unhide it, or name it with FILE#SHEET; otherwise name the sheets to read"
)

// hidden are the hidden sheets that are not empty. One that cannot be read is skipped: the
// command did not ask for it.
func (w *workbookReader) hidden(sheets []cellio.Sheet, remedy string) []otherSheet {
	var found []otherSheet
	for _, s := range sheets {
		shown := s
		shown.Visible = true
		if s.Visible || !w.mayHoldRows(shown) {
			continue
		}
		if o, err := w.openFilled(s); err == nil && o != nil {
			o.table.Close()
			found = append(found, otherSheet{s, o.header, remedy})
		}
	}
	return found
}

// reportOthers warns that sheets with columns or rows like a roster's are left out. A hidden sheet
// that only has columns is not mentioned, since lists of choices are often hidden.
func (d *decoder) reportOthers() {
	for _, o := range d.options.others {
		p := reconcile.Problem{
			Source: reconcile.Source{File: d.file.Name, Sheet: o.sheet.Name}, Kind: cellio.KindSheet,
			Severity: reconcile.SeverityWarning, Message: "the sheet also has known columns", Remedy: o.remedy,
		}
		switch known := o.header.Known; {
		case slices.Equal(o.header.titles, cellio.FindingsHeader[:]):
			continue
		case o.header.Known && o.header.Whole():
		case o.header.mayNameRows() || d.holdsRows(o.header):
			if !known {
				p.Message = "the sheet looks like part of the roster"
			}
		case known && o.sheet.Visible:
			p.Kind = cellio.KindOtherSheet
		default:
			continue
		}
		if p.Message += " but is not read"; !o.sheet.Visible {
			p.Message = strings.Replace(p.Message, " but is not read", ", but it is hidden and not read", 1)
		}
		d.roster.Report(-1, p)
	}
}

// mayNameRows reports whether the headers, together with what they most likely mean, say of whom
// the rows are and something to decide about them, with or without a type.
func (h *Header) mayNameRows() bool {
	after := *h
	if h.suggestion != nil {
		for _, e := range h.suggestion.entries {
			if !e.ignored() {
				after.Present = after.Present.With(h.schema.Index(e.target))
			}
		}
	}
	after.Managed = after.Present & h.schema.Managed()
	holders, others, needed := matchColumns(h.schema)
	if len(holders) == 0 {
		holders = others
	}
	return after.decides() && slices.ContainsFunc(append(holders, h.schema.Key()), func(col int) bool {
		return col != needed && after.Present.Has(col)
	})
}

// holdsRows reports whether lines of another sheet look like rows of this table: by their cells,
// or because one has an address and a code.
func (d *decoder) holdsRows(h *Header) bool {
	for _, line := range slices.Concat(h.above, h.later) {
		speaks, against := d.cellEvidence(line)
		if speaks >= rowsAbove && speaks > against && d.speaksOfOne(line) ||
			d.header.schema.Value() >= 0 && addressAndCode(line) {
			return true
		}
	}
	return false
}

// speaksOfOne reports whether a line has a cell that looks like one that identifies a row's
// record, or like a value; lists of choices have neither.
func (d *decoder) speaksOfOne(line *cellio.Line) bool {
	for i := range d.fields {
		c := d.fields[i].column
		if (c.Role == reconcile.RoleKey || c.Means.OfHolder() || d.fields[i].target == d.header.schema.Value()) &&
			d.evidenceAt(line, i) == speaksFor {
			return true
		}
	}
	return false
}

// addressAndCode reports whether a line has an e-mail address and a number or code.
func addressAndCode(line *cellio.Line) bool {
	address, code := false, false
	for i := range line.Cells {
		switch cell := &line.Cells[i]; {
		case blank(cell):
		case cell.Kind == cellio.Text && likeAddress(strings.TrimSpace(cell.Text)):
			address = true
		case cell.Kind == cellio.Number && len(cell.Text) > 3, cell.Kind == cellio.Text && likeCode(cell.Text) == speaksFor:
			code = true
		}
	}
	return address && code
}
