package odsio

import (
	"bytes"
	"strconv"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// rawCell is a cell as its attributes describe it. Its text is in scanner.chars.
type rawCell struct {
	kind, value []byte // as in office:value-type, and its value
	style       []byte
	// repeated counts equal cells; wide and high are the size of its merged range.
	repeated, wide, high int
	formula, isError     bool
	hasValue, hasText    bool // a value, or office:string-value, is there
	paragraphs           int
	// bad is what is wrong with the cell, empty for nothing.
	bad officeio.CellFault
}

// readCell reads a cell up to its end tag, and keeps it as often as it is repeated.
func (s *scanner) readCell() error {
	s.inCell = true
	raw := rawCell{repeated: 1, wide: 1, high: 1}
	s.chars, s.value = s.chars[:0], s.value[:0]
	if err := s.cellAttributes(&raw); err != nil {
		return err
	}
	if err := s.cellContent(&raw); err != nil {
		return err
	}
	cell := cellio.Cell{Formula: raw.formula}
	if raw.bad == "" {
		if err := raw.bad.Catch(s.convert(&raw, &cell)); err != nil {
			return err
		}
	}
	if raw.bad != "" {
		cell = cellio.Cell{Kind: cellio.Broken}
		s.chars = append(s.chars[:0], raw.bad...)
	}
	if raw.wide > 1 || raw.high > 1 {
		s.sheet.merge(officeio.Area{Left: s.col, Top: s.row, Right: s.col + raw.wide - 1, Bottom: s.row + raw.high - 1})
	}
	if cell.Kind != cellio.Blank || cell.Formula {
		s.struck = s.struck || s.style(raw.style).struck
		if err := s.put(cell, raw.repeated); err != nil {
			return err
		}
	}
	s.col += raw.repeated
	s.inCell = false
	return nil
}

// cellAttributes reads the attributes of a cell. Values are copied to where the cell's
// content does not overwrite them.
func (s *scanner) cellAttributes(raw *rawCell) error {
	ok := true
	keep := func(value []byte) []byte {
		from := len(s.value)
		s.value = append(s.value, value...)
		return s.value[from:len(s.value):len(s.value)]
	}
	err := s.eachAttribute(func(n name, value []byte) {
		count := func(into *int) {
			n, isCount := officeio.ParseIndex(value)
			*into, ok = n, ok && isCount && n > 0
		}
		switch n.space {
		case office:
			switch n.local {
			case "value-type":
				raw.kind = keep(value)
			case "value", "date-value", "time-value", "boolean-value":
				raw.value, raw.hasValue = keep(value), true
			case "string-value":
				raw.hasText = true
				s.chars = append(s.chars[:0], value...)
			}
		case table:
			switch n.local {
			case "number-columns-repeated":
				count(&raw.repeated)
			case "number-columns-spanned":
				count(&raw.wide)
			case "number-rows-spanned":
				count(&raw.high)
			case "style-name":
				raw.style = keep(value)
			case "formula":
				raw.formula = true
			}
		case calcext:
			raw.isError = raw.isError || n.local == "value-type" && string(value) == "error"
		}
	})
	if err == nil && !ok {
		err = errRepeat
	}
	return err
}

// cellContent reads the children of a cell: its paragraphs, and others that are not content.
func (s *scanner) cellContent(raw *rawCell) error {
	return s.each(func() error {
		switch n := s.element(); {
		case n == name{text, "p"}:
			return s.cellText(raw)
		case n == name{office, "annotation"}, n.space == drawing, n.space == scene,
			n == name{table, "cell-range-source"}, n == name{table, "detective"}:
			return s.skip()
		case n == name{table, "table"}:
			raw.bad = badSubTable
			return s.skip()
		}
		return raw.bad.Catch(s.readDoubtful())
	})
}

// cellText reads a paragraph of a cell. For an error, or where an attribute has the cell's
// text, the paragraphs are only what is shown.
func (s *scanner) cellText(raw *rawCell) error {
	raw.paragraphs++
	if raw.hasText && !raw.isError {
		s.shown = s.shown[:0]
		var ignored officeio.CellFault
		var err error
		s.shown, err = s.paragraph(s.shown)
		return ignored.Catch(err)
	}
	if raw.isError && raw.paragraphs == 1 {
		s.chars = s.chars[:0]
	}
	if raw.paragraphs > 1 {
		s.chars = append(s.chars, '\n')
	}
	var err error
	s.chars, err = s.paragraph(s.chars)
	if err = raw.bad.Catch(err); err == nil && len(s.chars) >= officeio.MaxText {
		raw.bad, s.chars = officeio.BadLength, s.chars[:0]
	}
	return err
}

// convert turns a raw cell into a cell, whose text is then in s.chars. One without
// content stays blank.
func (s *scanner) convert(raw *rawCell, cell *cellio.Cell) error {
	shown := raw.paragraphs > 0 || raw.hasText
	if raw.isError {
		cell.Kind = cellio.Error
		if len(s.chars) == 0 {
			return badError
		}
		return nil
	}
	switch string(raw.kind) {
	case "", "string", "void":
		// A formula whose result was stored has at least an empty paragraph.
		if len(s.chars) > 0 || raw.formula && shown {
			cell.Kind = cellio.Text
		}
		return nil
	case "float", "percentage", "currency", "date", "time", "boolean":
	default:
		return officeio.BadType
	}
	if raw.formula && !raw.hasValue {
		return nil // nothing was stored
	}
	if raw.formula && namesError(s.chars) {
		cell.Kind = cellio.Error // as OpenOffice stores it, with 0 for a value
		return nil
	}
	value := officeio.TrimSpace(raw.value)
	s.chars = s.chars[:0]
	switch string(raw.kind) {
	case "date":
		return s.date(cell, value, raw.style)
	case "time":
		return s.time(cell, value)
	case "boolean":
		return s.boolean(cell, value)
	}
	return s.number(cell, raw, value)
}

// namesError reports whether a formula shows an error.
func namesError(shown []byte) bool {
	return bytes.HasPrefix(shown, []byte("#")) || bytes.HasPrefix(shown, []byte("Err:"))
}

func (s *scanner) boolean(cell *cellio.Cell, value []byte) error {
	cell.Kind = cellio.Bool
	switch string(value) {
	case "true":
		s.chars = append(s.chars, "TRUE"...)
	case "false":
		s.chars = append(s.chars, "FALSE"...)
	default:
		return officeio.BadBool
	}
	return nil
}

func (s *scanner) date(cell *cellio.Cell, value, style []byte) error {
	of, ok := s.style(style), false
	cell.Kind, cell.Format = cellio.Date, of.shown
	if s.chars, ok = cellio.AppendISO(s.chars, value, of.date, of.clock); !ok {
		return officeio.BadDate
	}
	return nil
}

// time stores a time of day or a duration as workbooks count it: in days.
func (s *scanner) time(cell *cellio.Cell, value []byte) error {
	days, ok := parseDuration(string(value))
	if !ok {
		return badTime
	}
	cell.Kind, cell.Format = cellio.Number, cellio.FormatTime
	s.chars = strconv.AppendFloat(s.chars, days, 'f', -1, 64)
	return nil
}

func (s *scanner) number(cell *cellio.Cell, raw *rawCell, value []byte) error {
	if !cellio.IsNumber(value) {
		return officeio.BadNumber
	}
	of := s.style(raw.style)
	if !of.defined {
		return officeio.BadStyle
	}
	cell.Kind, cell.Format, cell.Width = cellio.Number, of.format, of.width
	if string(raw.kind) != "float" && cell.Format == cellio.FormatGeneral {
		cell.Format = cellio.FormatOther
	}
	s.chars = append(s.chars, value...)
	return nil
}

// style is the style of the current cell: its own, or the default of its row or column.
func (s *scanner) style(own []byte) resolved {
	if len(own) == 0 {
		own = s.rowStyle
	}
	if len(own) == 0 {
		own = s.sheet.columnStyle(s.col)
	}
	return s.styles.of(own)
}

// put keeps a cell with content at the current column, and its repetitions.
func (s *scanner) put(cell cellio.Cell, repeated int) error {
	if s.col+repeated > officeio.MaxColumns {
		return errColumn
	}
	if s.added += repeated - 1; s.added > maxAdded {
		return errRepeats
	}
	at := s.sheet.texts.Len()
	if !s.sheet.texts.Add(s.chars) || !s.take(len(s.chars)+cellSize*repeated) {
		return officeio.ErrTooLarge
	}
	for i := range repeated {
		s.sheet.cells = append(s.sheet.cells, packedCell{
			col: uint16(s.col + i), kind: cell.Kind, format: cell.Format, width: uint8(cell.Width),
			formula: cell.Formula, text: at,
		})
	}
	return nil
}
