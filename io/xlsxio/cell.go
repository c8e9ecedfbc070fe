package xlsxio

import (
	"strconv"

	"keyroster/io/tableio"
)

const (
	errCellRef    = syntaxError("has a reference that is none, or lies outside the sheet")
	errCellRow    = syntaxError("has a reference to another row than its own")
	errCellOrder  = syntaxError("is out of order, or there twice")
	errCellColumn = syntaxError("lies beyond column XFD")
	errCellType   = syntaxError("has an unknown type")
	errCellStyle  = syntaxError("has a style that the workbook does not define")
	errCellText   = syntaxError("refers to a shared text that the workbook does not hold")
	errCellNumber = syntaxError("is stored as a number but holds none")
	errCellBool   = syntaxError("is stored as true or false but holds neither")
	errCellDate   = syntaxError("is stored as a date but holds none")
	errCellValue  = syntaxError("has content that does not fit its type")
)

// cellType is the attribute t.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeInline
	typeString
	typeBool
	typeError
	typeDate
)

// rawCell is a cell as its elements say it.
type rawCell struct {
	kind     cellType
	style    int
	formula  bool
	hasValue bool // v is there; its text is in scanner.value
	inline   bool // is is there; its text starts at scanner.chars[from]
	from     int
}

// readCell reads a cell up to its end tag.
func (s *scanner) readCell() error {
	// Until the reference is read, errors are about the cell that is due.
	col := s.col + 1
	s.inCell, s.col = true, col
	raw := rawCell{from: len(s.chars)}
	for i := range s.lex.attrs {
		a := &s.lex.attrs[i]
		switch string(a.name) {
		case "r":
			c, row, ok := cellRef(a.value)
			switch {
			case !ok:
				return errCellRef
			case row != s.row:
				return errCellRow
			case c < col:
				return errCellOrder
			}
			s.col = c
		case "s":
			var ok bool
			if raw.style, ok = index(a.value); !ok {
				return errCellStyle
			}
		case "t":
			var ok bool
			if raw.kind, ok = typeOf(a.value); !ok {
				return errCellType
			}
		}
	}
	if s.col >= maxColumns {
		return errCellColumn
	}
	if raw.style >= len(s.styles.styles) {
		return errCellStyle
	}
	if err := s.readContent(&raw); err != nil {
		return err
	}
	return s.convert(&raw)
}

func typeOf(t []byte) (cellType, bool) {
	switch string(t) {
	case "n":
		return typeNumber, true
	case "s":
		return typeShared, true
	case "inlineStr":
		return typeInline, true
	case "str":
		return typeString, true
	case "b":
		return typeBool, true
	case "e":
		return typeError, true
	case "d":
		return typeDate, true
	}
	return 0, false
}

// readContent reads the children of a cell.
func (s *scanner) readContent(raw *rawCell) error {
	for {
		tok, err := s.lex.next()
		if err != nil {
			return err
		}
		switch {
		case tok == tokEnd:
			return nil
		case tok == tokText:
			if !blank(s.lex.text) {
				return errStray
			}
		case s.is("v"):
			if raw.hasValue {
				return errTwice
			}
			raw.hasValue = true
			s.value, err = s.textReader.chars(s.value[:0])
		case s.is("f"):
			if raw.formula {
				return errTwice
			}
			raw.formula = true
			err = s.lex.skip()
		case s.is("is"):
			if raw.inline {
				return errTwice
			}
			raw.inline = true
			s.chars, err = s.rich(s.chars)
		case s.is("extLst"):
			err = s.lex.skip()
		default:
			err = errUnknownElement
		}
		if err != nil {
			return err
		}
	}
}

// convert turns a cell into what tableio knows. A cell without content adds
// nothing, unless it is a formula whose result is not stored.
func (s *scanner) convert(raw *rawCell) error {
	if raw.inline != (raw.kind == typeInline) && (raw.inline || raw.hasValue) || raw.inline && raw.hasValue {
		return errCellValue
	}
	cell := tableio.Cell{Formula: raw.formula}
	switch {
	case raw.inline:
		s.text(cell, raw.from)
		return nil
	case !raw.hasValue:
		if raw.formula {
			s.put(cell)
		}
		return nil
	case raw.kind == typeString:
		s.chars = append(s.chars, s.value...)
		var err error
		s.chars, err = unescape(s.chars, raw.from)
		s.text(cell, raw.from)
		return err
	}
	value := trimSpace(s.value)
	switch raw.kind {
	case typeShared:
		i, ok := index(value)
		if !ok || i >= s.texts.len() {
			return errCellText
		}
		if cell.Text = s.texts.at(i); cell.Text != "" {
			cell.Kind = tableio.Text
			s.put(cell)
		}
		return nil
	case typeBool:
		cell.Kind = tableio.Bool
		switch string(value) {
		case "1", "true":
			cell.Text = "TRUE"
		case "0", "false":
			cell.Text = "FALSE"
		default:
			return errCellBool
		}
		s.put(cell)
		return nil
	case typeError:
		if len(value) == 0 {
			return errCellValue
		}
		cell.Kind = tableio.Error
		s.chars = append(s.chars, value...)
		s.putChars(cell, raw.from)
		return nil
	case typeDate:
		var ok bool
		if s.chars, ok = appendISO(s.chars, value, s.styles.styles[raw.style]); !ok {
			return errCellDate
		}
		cell.Kind = tableio.Date
		s.putChars(cell, raw.from)
		return nil
	}
	return s.number(cell, raw, value)
}

// text stores a text that stands at the end of s.chars. An empty one is
// content only as the result of a formula.
func (s *scanner) text(cell tableio.Cell, from int) {
	if len(s.chars) == from && !cell.Formula {
		return
	}
	cell.Kind = tableio.Text
	s.putChars(cell, from)
}

// number stores a number, or the date that its style makes of it.
func (s *scanner) number(cell tableio.Cell, raw *rawCell, value []byte) error {
	if len(value) == 0 {
		// LibreOffice and others leave <v/> behind in cleared cells.
		if raw.formula {
			s.put(cell)
		}
		return nil
	}
	if !isNumber(value) {
		return errCellNumber
	}
	style := s.styles.styles[raw.style]
	format := style.format
	if style.date {
		serial, err := strconv.ParseFloat(string(value), 64)
		if style.hours && serial < hoursEnd {
			format = tableio.FormatTime
		} else if err == nil {
			var ok bool
			if s.chars, ok = appendSerial(s.chars, serial, s.styles.date1904, style.clock); ok {
				cell.Kind = tableio.Date
				s.putChars(cell, raw.from)
				return nil
			}
		}
	}
	cell.Kind, cell.Format, cell.Width, cell.From1904 = tableio.Number, format, style.width, s.styles.date1904
	s.chars = append(s.chars, value...)
	s.putChars(cell, raw.from)
	return nil
}
