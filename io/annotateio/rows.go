package annotateio

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"keyroster/io/bookio"
	"keyroster/io/officeio"
)

// copyRows copies the rows and edits their cells.
func (s *sheetCopy) copyRows() error {
	if s.in.Empty() && len(s.rows) == 0 {
		return s.element(s.in.Raw())
	}
	s.write(opened(s.in.Raw()))
	row := 0
	for {
		start, err := s.nextTag()
		switch {
		case err != nil:
			return err
		case !start:
			if err := s.insertRows(officeio.MaxRows + 1); err != nil {
				return err
			}
			s.writeEnd()
			return nil
		case string(s.in.Name) != s.row:
			if err := s.element(s.in.Raw()); err != nil {
				return err
			}
			continue
		}
		row++
		if r := s.in.Attr("r"); r != nil {
			var ok bool
			if row, ok = officeio.ParseRow(r); !ok {
				return errOther
			}
		}
		if err := s.insertRows(row); err != nil {
			return err
		}
		if err := s.copyRow(row); err != nil {
			return err
		}
	}
}

// insertRows writes the rows before a row that the sheet does not have.
func (s *sheetCopy) insertRows(before int) error {
	for len(s.rows) > 0 && s.rows[0] <= before {
		row := s.rows[0]
		if row == before {
			s.rows = s.rows[1:]
			return nil
		}
		s.rows = s.rows[1:]
		fmt.Fprintf(s.out, `<%srow r="%d">`, s.prefix, row)
		for _, e := range s.edits(row) {
			if err := s.insertCell(e, row, nil); err != nil {
				return err
			}
		}
		fmt.Fprintf(s.out, `</%srow>`, s.prefix)
	}
	return nil
}

// edits are those of a row, in the order of the columns.
func (s *sheetCopy) edits(row int) []cellEdit {
	list := slices.Clip(s.marks[row])
	marked := len(list)
	for _, c := range s.columns {
		switch text, given := c.Cells[row]; {
		case row == c.HeaderRow:
			list = append(list, cellEdit{col: c.col, writes: true, text: c.Title, header: true})
		case row < c.HeaderRow:
		case given && (text.Text != "" || text.Tone != Plain):
			list = append(list, cellEdit{col: c.col, writes: true, text: fitting(text.Text), tone: text.Tone})
		case !c.fresh:
			list = append(list, cellEdit{col: c.col, clears: true})
		}
	}
	if marked > 0 && len(list) > marked {
		list = mergeEdits(list)
	}
	return list
}

// mergeEdits sorts edits and combines those on one cell.
func mergeEdits(list []cellEdit) []cellEdit {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b cellEdit) int { return cmp.Compare(a.col, b.col) })
	out := list[:1]
	for _, e := range list[1:] {
		last := &out[len(out)-1]
		if last.col != e.col {
			out = append(out, e)
			continue
		}
		e.tone = Worse(last.tone, e.tone)
		*last = e
	}
	return out
}

// copyRow copies a row with its edits.
func (s *sheetCopy) copyRow(row int) error {
	edits := s.edits(row)
	if len(edits) == 0 {
		return s.element(s.in.Raw())
	}
	tag := s.withHeight(opened(withSpans(bytes.Clone(s.in.Raw()), edits[len(edits)-1])), edits)
	s.write(tag)
	insert := func(before int) error {
		for ; len(edits) > 0 && edits[0].col < before; edits = edits[1:] {
			if err := s.insertCell(edits[0], row, tag); err != nil {
				return err
			}
		}
		return nil
	}
	col := 0
	for {
		start, err := s.nextTag()
		switch {
		case err != nil:
			return err
		case !start || string(s.in.Name) != s.c:
			if err := insert(officeio.MaxColumns + 1); err != nil {
				return err
			}
			if !start {
				s.writeEnd()
				return nil
			}
			if err := s.element(s.in.Raw()); err != nil {
				return err
			}
			continue
		}
		col++
		if ref := s.in.Attr("r"); ref != nil {
			at, _, ok := officeio.ParseCell(ref)
			if !ok {
				return errOther
			}
			col = at + 1
		}
		if err := insert(col); err != nil {
			return err
		}
		var edit *cellEdit
		if len(edits) > 0 && edits[0].col == col {
			edit, edits = &edits[0], edits[1:]
		}
		if err := s.copyCell(row, col, edit); err != nil {
			return err
		}
	}
}

// copyCell copies a cell, edited or not.
func (s *sheetCopy) copyCell(row, col int, edit *cellEdit) error {
	style := s.number("s")
	if s.headCol[row] == col {
		s.headStyle = style
	}
	if edit == nil {
		return s.element(s.in.Raw())
	}
	style, err := s.styles.tint(style, edit.tone, edit.wraps())
	if err != nil {
		return err
	}
	if !edit.writes && !edit.clears {
		tag := s.in.Raw()
		if edit.tone != Plain {
			tag = withAttr(tag, "s", strconv.Itoa(style))
		}
		return s.element(tag)
	}
	if err := s.in.Skip(); err != nil {
		return err
	}
	s.cell(row, col, style, edit.text)
	return nil
}

// insertCell writes a cell that the sheet does not have, in a row with the given
// tag, nil for a new one. It looks as the empty place did.
func (s *sheetCopy) insertCell(e cellEdit, row int, rowTag []byte) error {
	if e.clears {
		return nil
	}
	style := s.columnStyle(e.col)
	if rowTag != nil {
		if officeio.Flag(value(rowTag, "customFormat")) {
			style, _ = strconv.Atoi(value(rowTag, "s"))
		}
	}
	if e.header {
		style = s.headStyle
	}
	style, err := s.styles.tint(style, e.tone, e.wraps())
	if err != nil {
		return err
	}
	s.cell(row, e.col, style, e.text)
	return nil
}

// cell writes a cell with a text, or none.
func (s *sheetCopy) cell(row, col, style int, text string) {
	fmt.Fprintf(s.out, `<%sc r="%s"`, s.prefix, CellName(row, col))
	if style != 0 {
		fmt.Fprintf(s.out, ` s="%d"`, style)
	}
	if text == "" {
		_, _ = s.out.WriteString("/>")
		return
	}
	fmt.Fprintf(
		s.out,
		` t="inlineStr"><%[1]sis><%[1]st xml:space="preserve">%[2]s</%[1]st></%[1]sis></%[1]sc>`,
		s.prefix,
		cellText(text),
	)
}

// lineHeight is the height of a line in points.
const lineHeight = 15

// withHeight is the tag of a row that is high enough for the texts that wrap, since
// LibreOffice does not work it out. Other texts that wrap are left to the program that
// shows them, and a height that a person chose stays.
func (s *sheetCopy) withHeight(tag []byte, edits []cellEdit) []byte {
	lines := 1
	for _, e := range edits {
		if e.wraps() {
			lines = max(lines, bookio.Lines(e.text, 0.9*s.widthOf(e.col)))
		}
	}
	switch had, _ := strconv.ParseFloat(value(tag, "ht"), 64); {
	case lines == 1 || officeio.Flag(value(tag, "customHeight")):
		return tag
	case s.styles.wraps:
		return withoutAttr(tag, "ht")
	default:
		height := min(max(had, float64(lines*lineHeight)), 409)
		return withAttr(withAttr(tag, "ht", strconv.FormatFloat(height, 'g', -1, 64)), "customHeight", "1")
	}
}

// widthOf is the width of an added column in characters.
func (s *sheetCopy) widthOf(col int) float64 {
	for _, c := range s.columns {
		if c.col == col && c.fresh {
			return c.width
		}
	}
	return widest
}

// withSpans is the tag of a row with its range of columns widened to the last edit.
func withSpans(tag []byte, last cellEdit) []byte {
	spans := value(tag, "spans")
	if spans == "" || last.clears {
		return tag
	}
	from, to, ok := strings.Cut(spans, ":")
	end, err := strconv.Atoi(to)
	if !ok || err != nil {
		return withoutAttr(tag, "spans")
	}
	if end >= last.col {
		return tag
	}
	return withAttr(tag, "spans", from+":"+strconv.Itoa(last.col))
}
