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
	// sheet is the one that is read, row and col the place in it: row from 1, col from 0.
	sheet    *sheet
	row, col int
	inCell   bool
	rowStyle []byte
	// struck: a cell of the row has crossed-out text.
	struck bool
	// added counts the cells of the sheet that repeated ones fill, left what may still be
	// kept.
	added int
	left  int64

	chars, value, shown []byte
}

const (
	// maxAdded bounds the cells of a sheet that repeated cells and rows fill: a column
	// that was filled down to where a list may once end, not to the sheet's.
	maxAdded = 100_000
	// Cells are kept, so that their bounds are narrower than that of the part: past
	// keptFloor bytes they may take keptRatio times what the part has packed.
	keptFloor = 64 << 20
	keptRatio = 64
)

// take counts what is kept, and reports whether there is room for it.
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
			return s.readBody()
		}
		return s.passOver()
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

// readMember reads a child of the spreadsheet: a sheet, or what may hold tables that are
// none, such as earlier states of cells and links to other programs.
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
	return s.passOver()
}

// readSheet reads a sheet. What is wrong with it alone is kept with it.
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
			return s.beside(n)
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

// beside reads what stands among rows and is of another namespace.
func (s *scanner) beside(n name) error {
	if n.space == office && (n.local == "forms" || n.local == "dde-source" || n.local == "event-listeners") {
		return s.skip()
	}
	return s.passOver()
}

// readColumn notes columns alike.
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
