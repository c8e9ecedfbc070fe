package xlsxio

import (
	"bytes"
	"strconv"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

const (
	errCellRef    = officeio.SyntaxError("has an invalid reference, or one outside the sheet")
	errCellRow    = officeio.SyntaxError("has a reference to a different row")
	errCellOrder  = officeio.SyntaxError("is out of order, or appears twice")
	errCellColumn = officeio.SyntaxError("lies beyond column XFD")
	errCellStyle  = officeio.SyntaxError("has an invalid style")
	errCellText   = officeio.SyntaxError("refers to a shared text that is missing")
)

const (
	badTime   = officeio.CellFault("holds a time of day or a duration, and no date")
	badValue  = officeio.CellFault("has content that does not fit its type")
	badRich   = officeio.CellFault("holds two texts where one is allowed")
	badEscape = officeio.CellFault("holds half a character as an _xHHHH_ escape")
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
	typeUnknown
)

// rawCell is a cell as its elements describe it.
type rawCell struct {
	kind     cellType
	style    int
	formula  bool
	hasValue bool // v is there; its text is in scanner.value
	inline   bool // is is there; its text starts at scanner.chars[from]
	from     int
	// bad is what is wrong with the cell, empty for nothing.
	bad officeio.CellFault
}

// readCell reads a cell up to its end tag.
func (s *scanner) readCell() error {
	// Until the reference is read, errors are about the next cell.
	col := s.col + 1
	s.inCell, s.col = true, col
	raw := rawCell{from: len(s.chars)}
	for i := range s.xml.Attrs {
		a := &s.xml.Attrs[i]
		switch string(a.Name) {
		case "r":
			c, row, ok := officeio.ParseCell(a.Value)
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
			if raw.style, ok = officeio.ParseIndex(a.Value); !ok {
				return errCellStyle
			}
		case "t":
			raw.kind = typeOf(a.Value)
		}
	}
	if s.col >= officeio.MaxColumns {
		return errCellColumn
	}
	if err := s.readContent(&raw); err != nil {
		return err
	}
	err := raw.fault()
	if err == nil {
		err = s.convert(&raw)
	}
	if (raw.hasValue || raw.inline) && raw.style < len(s.styles.styles) && s.styles.styles[raw.style].struck {
		s.struck = true
	}
	if err = raw.bad.Catch(err); raw.bad != "" {
		s.put(cellio.Cell{Kind: cellio.Broken, Text: string(raw.bad)})
	}
	return err
}

// fault is what is wrong with the cell before its content is considered.
func (raw *rawCell) fault() error {
	switch {
	case raw.bad != "":
		return raw.bad
	case raw.kind == typeUnknown && (raw.hasValue || raw.inline):
		return officeio.BadType
	case raw.inline != (raw.kind == typeInline) && (raw.inline || raw.hasValue) || raw.inline && raw.hasValue:
		return badValue
	}
	return nil
}

func typeOf(t []byte) cellType {
	switch string(t) {
	case "n":
		return typeNumber
	case "s":
		return typeShared
	case "inlineStr":
		return typeInline
	case "str":
		return typeString
	case "b":
		return typeBool
	case "e":
		return typeError
	case "d":
		return typeDate
	}
	return typeUnknown
}

// readContent reads the children of a cell.
func (s *scanner) readContent(raw *rawCell) error {
	for {
		more, err := s.element()
		switch {
		case err != nil || !more:
			return err
		case s.is("v"):
			if raw.hasValue {
				return errTwice
			}
			raw.hasValue = true
			s.value, err = s.textReader.chars(s.value[:0])
			err = raw.bad.Catch(err)
		case s.is("f"):
			if raw.formula {
				return errTwice
			}
			raw.formula = true
			err = s.xml.Skip()
		case s.is("is"):
			if raw.inline {
				return errTwice
			}
			raw.inline = true
			s.chars, err = s.rich(s.chars)
			err = raw.bad.Catch(err)
		case s.is("extLst"):
			err = s.xml.Skip()
		default:
			err = errUnknownElement
		}
		if err != nil {
			return err
		}
	}
}

// convert turns a raw cell into a cell. One without content adds nothing, unless it is a
// formula whose result is not stored.
func (s *scanner) convert(raw *rawCell) error {
	cell := cellio.Cell{Formula: raw.formula}
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
		var whole bool
		if s.chars, whole = officeio.Unescape(append(s.chars, s.value...), raw.from); !whole {
			return badEscape
		}
		s.text(cell, raw.from)
		return nil
	}
	value := officeio.TrimSpace(s.value)
	switch raw.kind {
	case typeShared:
		return s.shared(cell, value)
	case typeBool:
		cell.Kind = cellio.Bool
		switch string(value) {
		case "1", "true":
			cell.Text = "TRUE"
		case "0", "false":
			cell.Text = "FALSE"
		default:
			return officeio.BadBool
		}
		s.put(cell)
		return nil
	case typeError:
		if len(value) == 0 {
			return badValue
		}
		cell.Kind = cellio.Error
		s.chars = append(s.chars, value...)
		s.putChars(cell, raw.from)
		return nil
	case typeDate:
		var ok bool
		style := s.style(raw.style)
		if s.chars, ok = cellio.AppendISO(s.chars, value, style.date, style.clock); !ok {
			return noDate(value)
		}
		cell.Kind, cell.Format = cellio.Date, style.shown
		s.putChars(cell, raw.from)
		return nil
	}
	return s.number(cell, raw, value)
}

// style is a cell's style; an undefined one is not a date style.
func (s *scanner) style(n int) numberStyle {
	if n >= len(s.styles.styles) {
		return numberStyle{}
	}
	return s.styles.styles[n]
}

// shared stores the shared string that a cell points to.
func (s *scanner) shared(cell cellio.Cell, value []byte) error {
	if len(value) == 0 {
		return nil // a cleared cell, as some programs leave it
	}
	i, ok := officeio.ParseIndex(value)
	if !ok || i >= s.texts.Len() {
		return errCellText
	}
	if bad := s.texts.bad[i]; bad != "" {
		return bad
	}
	if cell.Text = s.texts.At(i); cell.Text != "" {
		cell.Kind = cellio.Text
		s.put(cell)
	}
	return nil
}

// noDate says what a cell of type d that is not a date holds: strict workbooks also store times
// of day and durations like that.
func noDate(value []byte) officeio.CellFault {
	if bytes.IndexByte(value, ':') > 0 && bytes.IndexByte(value, '-') < 0 ||
		bytes.HasPrefix(bytes.TrimPrefix(value, []byte("-")), []byte("P")) {
		return badTime
	}
	return officeio.BadDate
}

// text stores the text at the end of s.chars. An empty one is content only as the result of a
// formula.
func (s *scanner) text(cell cellio.Cell, from int) {
	if len(s.chars) == from && !cell.Formula {
		return
	}
	cell.Kind = cellio.Text
	s.putChars(cell, from)
}

// number stores a number, or a date if its style makes it one.
func (s *scanner) number(cell cellio.Cell, raw *rawCell, value []byte) error {
	if len(value) == 0 {
		// LibreOffice and others leave <v/> behind in cleared cells.
		if raw.formula {
			s.put(cell)
		}
		return nil
	}
	if !cellio.IsNumber(value) {
		return officeio.BadNumber
	}
	if raw.style >= len(s.styles.styles) {
		return officeio.BadStyle
	}
	style := s.styles.styles[raw.style]
	format := style.format
	if style.date {
		serial, err := strconv.ParseFloat(string(value), 64)
		if style.hours && serial < hoursEnd {
			format = cellio.FormatTime
		} else if err == nil {
			var ok bool
			if s.chars, ok = appendSerial(s.chars, serial, s.styles.date1904, style.clock); ok {
				cell.Kind, cell.Format = cellio.Date, style.shown
				s.putChars(cell, raw.from)
				return nil
			}
		}
	}
	cell.Kind, cell.Format, cell.Width, cell.From1904 = cellio.Number, format, style.width, s.styles.date1904
	s.chars = append(s.chars, value...)
	s.putChars(cell, raw.from)
	return nil
}
