package xlsxio

import (
	"fmt"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// scanner reads one worksheet part, one row at a time.
type scanner struct {
	textReader
	texts  *sharedTexts
	styles *styleBook
	facts  officeio.Facts

	state scanState
	// row and col are the last position seen, for checking order and for errors: row from 1,
	// col from 0, -1 before the first cell of a row.
	row, col int
	inCell   bool
	hidden   bool
	struck   bool

	// cells is the current row up to its last cell with content. Texts other than shared strings
	// are collected in chars and become strings, with one allocation, when the row ends.
	cells []cellio.Cell
	packs []pack
	chars []byte
	value []byte
}

// pack is a text in scanner.chars that belongs to a cell.
type pack struct{ col, from, to int }

// maxRowText bounds the text of one row that does not come from the shared strings.
const maxRowText = 64 << 20

// errRowText is the error for a row beyond that.
var errRowText = fmt.Errorf("%w: more than 64 MiB of text in one row", officeio.ErrTooLarge)

type scanState uint8

const (
	beforeRows scanState = iota
	inRows
	afterRows
)

const (
	errRowOrder  = officeio.SyntaxError("has rows out of order, or one twice")
	errRowNumber = officeio.SyntaxError("has a row with an invalid number")
	errRowRange  = officeio.SyntaxError("has more than 1,048,576 rows")
	errNoRows    = officeio.SyntaxError("has no rows element")
	errTwoRows   = officeio.SyntaxError("has a second rows element")
)

// next reads the next row; false when the part was proved whole to its end.
func (s *scanner) next() (bool, error) {
	if s.state == beforeRows {
		if err := s.head(); err != nil {
			return false, err
		}
		s.state = inRows
	}
	if s.state == inRows {
		more, err := s.child("row")
		if err != nil {
			return false, err
		}
		if more {
			return true, s.readRow()
		}
		s.state = afterRows
		s.inCell, s.row = false, 0
		if err := s.tail(); err != nil {
			return false, err
		}
	}
	return false, nil
}

// head reads up to the start of the rows.
func (s *scanner) head() error {
	if err := s.root("worksheet"); err != nil {
		return err
	}
	for {
		more, err := s.element()
		switch {
		case err != nil:
			return err
		case !more:
			return errNoRows
		case s.is("sheetData"):
			return nil
		case s.is("cols"):
			err = s.readColumns()
		default:
			err = s.skipUnknown()
		}
		if err != nil {
			return err
		}
	}
}

// tail reads from the end of the rows to the end of the part.
func (s *scanner) tail() error {
	err := s.each(func() error {
		if s.is("mergeCells") {
			return s.readMerges()
		}
		return s.skipUnknown()
	})
	if err != nil {
		return err
	}
	return s.xml.Drain()
}

// skipUnknown skips an element outside the rows, and refuses rows inside it: one
// program would read them and another would not.
func (s *scanner) skipUnknown() error {
	depth := s.xml.Depth()
	for {
		if string(s.xml.Local) == "sheetData" {
			return errTwoRows
		}
		if _, err := s.xml.Next(); err != nil {
			return err
		}
		if s.xml.Depth() < depth {
			return nil
		}
	}
}

// readRow reads a row up to its end tag.
func (s *scanner) readRow() error {
	s.inCell, s.col, s.hidden, s.struck = false, -1, false, false
	s.cells, s.packs, s.chars = s.cells[:0], s.packs[:0], s.chars[:0]
	row := s.row + 1
	for i := range s.xml.Attrs {
		a := &s.xml.Attrs[i]
		switch string(a.Name) {
		case "r":
			n, ok := officeio.ParseRow(a.Value)
			if !ok {
				return errRowNumber
			}
			if row = n; n <= s.row {
				return errRowOrder
			}
		case "hidden":
			s.hidden = s.hidden || officeio.Flag(string(a.Value))
		case "ht":
			s.hidden = s.hidden || isZero(a.Value)
		}
	}
	if row > officeio.MaxRows {
		return errRowRange
	}
	s.row = row
	for {
		more, err := s.child("c")
		if err != nil {
			return err
		}
		if !more {
			s.endRow()
			return nil
		}
		if err := s.readCell(); err != nil {
			return err
		}
		if len(s.chars) > maxRowText {
			return errRowText
		}
		s.inCell = false
	}
}

// endRow gives the collected texts to their cells.
func (s *scanner) endRow() {
	all := string(s.chars)
	for _, p := range s.packs {
		s.cells[p.col].Text = all[p.from:p.to]
	}
}

// put stores a cell with content at the current column.
func (s *scanner) put(cell cellio.Cell) {
	for len(s.cells) < s.col {
		s.cells = append(s.cells, cellio.Cell{})
	}
	s.cells = append(s.cells, cell)
	s.facts.Saw(s.row, s.col)
}

// putChars is put with the text s.chars[from:].
func (s *scanner) putChars(cell cellio.Cell, from int) {
	s.put(cell)
	s.packs = append(s.packs, pack{s.col, from, len(s.chars)})
}
