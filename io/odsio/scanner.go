package odsio

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// scanner reads the part with the content of a document.
type scanner struct {
	*reader
	styles *styleBook
	sheets []*sheet
	// sheet is the current one, row and col the position in it: row from 1, col from 0.
	sheet    *sheet
	row, col int
	inCell   bool
	rowStyle []byte
	// struck: a cell of the row has crossed-out text.
	struck bool
	// added counts the sheet's cells that are repetitions, left the bytes that may still be kept.
	added int
	left  int64

	chars, value, shown []byte
}

const (
	// maxAdded bounds the repeated cells of a sheet: enough for a column that was
	// filled down as far as a list may ever go, not to the end of the sheet.
	maxAdded = 100_000
	// Cells are kept in memory, so their bound is tighter than the part's: above
	// keptFloor bytes they may take keptRatio times the packed size of the part.
	keptFloor = 64 << 20
	keptRatio = 64
)

// take counts bytes that are kept, and reports whether there is room for them.
func (s *scanner) take(bytes int) bool {
	s.left -= int64(bytes)
	return s.left >= 0
}

// read reads the part to its end.
func (s *scanner) read() error {
	tok, err := s.next()
	if err != nil {
		return err
	}
	if tok != officeio.Start || !s.is(office, "document-content") {
		return errRoot
	}
	bodies := 0
	err = s.each(func() error {
		switch s.element() {
		case name{office, "automatic-styles"}:
			return s.styles.content.add(s.reader)
		case name{office, "body"}:
			if bodies++; bodies > 1 {
				return errTwice
			}
			s.struckSpans = s.styles.struckSpans()
			return s.readBody()
		}
		return s.skipUnknown()
	})
	if err != nil {
		return err
	}
	if bodies == 0 {
		return errNoBody
	}
	return s.xml.Drain()
}

// readBody reads the body, which holds one spreadsheet.
func (s *scanner) readBody() error {
	found := 0
	err := s.each(func() error {
		if !s.is(office, "spreadsheet") {
			return errNoBody
		}
		if found++; found > 1 {
			return errTwice
		}
		return s.each(s.readMember)
	})
	if err == nil && found == 0 {
		err = errNoBody
	}
	return err
}

// readMember reads a child of the spreadsheet: a sheet, or an element whose tables are
// not sheets, such as earlier states of cells and links to other programs.
func (s *scanner) readMember() error {
	n := s.element()
	if n.space == table {
		switch n.local {
		case "table":
			return s.readSheet()
		case "tracked-changes", "dde-links", "content-validations", "label-ranges", "named-expressions",
			"database-ranges", "data-pilot-tables", "consolidation", "calculation-settings":
			return s.skip()
		}
	}
	return s.skipUnknown()
}

// readSheet reads a sheet. A fault of this sheet alone is kept with it.
func (s *scanner) readSheet() error {
	of := &sheet{visible: true}
	var style string
	err := s.eachAttribute(func(n name, value []byte) {
		switch n {
		case name{table, "name"}:
			of.name = string(value)
		case name{table, "style-name"}:
			style = string(value)
		}
	})
	if err != nil {
		return err
	}
	hidden, known := s.styles.content.hidden[style]
	of.visible = !hidden && (known || !s.styles.common.hidden[style])
	if !s.take(sheetSize + len(of.name)) {
		return officeio.ErrTooLarge
	}
	if isCache(of.name) {
		return s.skip()
	}
	s.sheets, s.sheet = append(s.sheets, of), of
	s.row, s.col, s.inCell, s.added = 1, 0, false, 0
	depth := s.xml.Depth()
	err = s.readRows(false)
	if fault, ok := errors.AsType[*sheetFault](err); ok {
		of.err = &cellio.InputError{
			Sheet: of.name, Kind: fault.kind, Message: "the sheet " + fault.message, Remedy: fault.remedy,
		}
		s.place(of.err, fault.message)
		of.rows, of.cells, of.texts = nil, nil, officeio.Texts{}
		err = s.leave(depth)
	}
	if err == nil {
		s.sheet = nil
	}
	return err
}

// isCache reports whether a sheet's name is one under which LibreOffice keeps what it read
// of other files: 'file:///other.ods'#$Sheet1.
func isCache(name string) bool {
	file, quoted := strings.CutPrefix(name, "'")
	return quoted && strings.Contains(file, "'#$")
}

// place adds to an error where in the sheet the scanner is.
func (s *scanner) place(e *cellio.InputError, message string) {
	e.Sheet, e.Line = s.sheet.name, min(s.row, officeio.MaxRows)
	if s.inCell && s.col < officeio.MaxColumns {
		e.Cell, e.Message = officeio.CellName(e.Line, s.col), "the cell "+message
	}
}

// readRows reads the children of a sheet, or of a group of its columns or rows, which may
// be hidden as a whole.
func (s *scanner) readRows(hidden bool) error {
	return s.each(func() error {
		n := s.element()
		if n.space != table {
			return s.readForeign(n)
		}
		switch n.local {
		case "table-row":
			return s.readRow(hidden)
		case "table-column":
			return s.readColumn(hidden)
		case "table-rows", "table-header-rows", "table-columns", "table-header-columns":
			return s.readRows(hidden)
		case "table-row-group", "table-column-group":
			shown, err := s.valueOf(name{table, "display"})
			if err != nil {
				return err
			}
			return s.readRows(hidden || shown == "false")
		case "title", "desc", "table-source", "scenario", "shapes", "named-expressions", "table-protection":
			return s.skip()
		}
		return errUnknown
	})
}

// readForeign reads an element among the rows that is of another namespace.
func (s *scanner) readForeign(n name) error {
	if n.space == office && (n.local == "forms" || n.local == "dde-source" || n.local == "event-listeners") {
		return s.skip()
	}
	return s.skipUnknown()
}

// readColumn records equal columns.
func (s *scanner) readColumn(hidden bool) error {
	repeated, ok := 1, true
	var run columns
	err := s.eachAttribute(func(n name, value []byte) {
		switch n {
		case name{table, "number-columns-repeated"}:
			repeated, ok = officeio.ParseIndex(value)
		case name{table, "visibility"}:
			hidden = hidden || isHidden(value)
		case name{table, "default-cell-style-name"}:
			run.style = bytes.Clone(value)
		}
	})
	switch {
	case err != nil:
		return err
	case !ok || repeated < 1:
		return errRepeat
	}
	if n := len(s.sheet.columns); n > 0 {
		run.left = s.sheet.columns[n-1].right + 1
	}
	run.right, run.hidden = run.left+repeated-1, hidden
	if run.left < officeio.MaxColumns && len(s.sheet.columns) < maxColumnRuns {
		if !s.take(sheetSize) {
			return officeio.ErrTooLarge
		}
		s.sheet.columns = append(s.sheet.columns, run)
	}
	return s.skip()
}

func isHidden(visibility []byte) bool {
	return string(visibility) == "collapse" || string(visibility) == "filter"
}

// readRow reads a row, and keeps it when it has content.
func (s *scanner) readRow(hidden bool) error {
	row := packedRow{number: s.row, repeated: 1, from: len(s.sheet.cells)}
	ok := true
	s.rowStyle = s.rowStyle[:0]
	err := s.eachAttribute(func(n name, value []byte) {
		switch n {
		case name{table, "number-rows-repeated"}:
			row.repeated, ok = officeio.ParseIndex(value)
		case name{table, "visibility"}:
			hidden = hidden || isHidden(value)
		case name{table, "default-cell-style-name"}:
			s.rowStyle = append(s.rowStyle, value...)
		}
	})
	switch {
	case err != nil:
		return err
	case !ok || row.repeated < 1:
		return errRepeat
	}
	s.col, s.struck = 0, false
	err = s.each(func() error {
		if n := s.element(); n.space != table || n.local != "table-cell" && n.local != "covered-table-cell" {
			return errUnknown
		}
		return s.readCell()
	})
	if err != nil {
		return err
	}
	row.struck = s.struck
	if row.to, row.hidden = len(s.sheet.cells), hidden; row.to > row.from {
		if err := s.keepRow(row); err != nil {
			return err
		}
	}
	s.row += row.repeated
	return nil
}

// keepRow keeps a row with content.
func (s *scanner) keepRow(row packedRow) error {
	if s.added += (row.repeated - 1) * (row.to - row.from); s.added > maxAdded {
		return errRepeats
	}
	if row.number+row.repeated-1 > officeio.MaxRows {
		return errRowRange
	}
	if !s.take(rowSize) {
		return officeio.ErrTooLarge
	}
	s.sheet.rows = append(s.sheet.rows, row)
	return nil
}

// readContent reads a whole content part into sheets. most bounds what is kept.
func readContent(src io.Reader, styles *styleBook, most int64) (*scanner, error) {
	s := &scanner{reader: newReader(officeio.NewScanner(src)), styles: styles, left: most}
	return s, s.read()
}
