package annotateio

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// copyRows copies the rows and edits their cells.
func (s *sheetCopy) copyRows(kind piece, tag []byte) error {
	if kind == pieceEmpty {
		if len(s.rows) == 0 {
			s.write(tag)
			return nil
		}
		s.write(opened(tag))
		err := s.insertRows(maxRows + 1)
		fmt.Fprintf(s.out, "</%ssheetData>", s.prefix)
		return err
	}
	s.write(tag)
	row := 0
	for {
		kind, raw, err := s.nextTag()
		switch {
		case err != nil:
			return err
		case kind == pieceClose:
			if err := s.insertRows(maxRows + 1); err != nil {
				return err
			}
			s.write(raw)
			return nil
		case string(tagName(raw)) != s.row:
			if err := s.element(kind, raw); err != nil {
				return err
			}
			continue
		}
		row++
		if r := value(raw, "r"); r != "" {
			if row, err = strconv.Atoi(r); err != nil {
				return errPiece
			}
		}
		if err := s.insertRows(row); err != nil {
			return err
		}
		if err := s.copyRow(kind, raw, row); err != nil {
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

// mergeEdits puts edits in order and makes one of those on one cell.
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
		e.tone = worse(last.tone, e.tone)
		*last = e
	}
	return out
}

// copyRow copies a row with its edits.
func (s *sheetCopy) copyRow(kind piece, tag []byte, row int) error {
	edits := s.edits(row)
	if len(edits) == 0 {
		return s.element(kind, tag)
	}
	tag = widerSpans(append([]byte(nil), tag...), edits[len(edits)-1])
	if kind == pieceEmpty {
		return s.fillRow(tag, row, edits)
	}
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
		kind, raw, err := s.nextTag()
		switch {
		case err != nil:
			return err
		case kind == pieceClose || string(tagName(raw)) != s.c:
			if err := insert(maxColumns + 1); err != nil {
				return err
			}
			if kind == pieceClose {
				s.write(raw)
				return nil
			}
			if err := s.element(kind, raw); err != nil {
				return err
			}
			continue
		}
		col++
		if ref := value(raw, "r"); ref != "" {
			var ok bool
			if _, col, ok = parseCell(ref); !ok {
				return errPiece
			}
		}
		if err := insert(col); err != nil {
			return err
		}
		var edit *cellEdit
		if len(edits) > 0 && edits[0].col == col {
			edit, edits = &edits[0], edits[1:]
		}
		if err := s.copyCell(kind, raw, row, col, edit); err != nil {
			return err
		}
	}
}

// fillRow copies a row without cells, with its edits.
func (s *sheetCopy) fillRow(tag []byte, row int, edits []cellEdit) error {
	s.write(opened(tag))
	for _, e := range edits {
		if err := s.insertCell(e, row, tag); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.out, `</%srow>`, s.prefix)
	return nil
}

// copyCell copies a cell, edited or not.
func (s *sheetCopy) copyCell(kind piece, tag []byte, row, col int, edit *cellEdit) error {
	style, _ := strconv.Atoi(value(tag, "s"))
	if s.headCol[row] == col {
		s.headStyle = style
	}
	if edit == nil {
		return s.element(kind, tag)
	}
	style, err := s.styles.tint(style, edit.tone)
	if err != nil {
		return err
	}
	if !edit.writes && !edit.clears {
		if edit.tone != Plain {
			tag = withAttr(tag, "s", strconv.Itoa(style))
		}
		return s.element(kind, tag)
	}
	if err := s.rest(kind, false); err != nil {
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
		if custom := value(rowTag, "customFormat"); custom == "1" || custom == "true" {
			style, _ = strconv.Atoi(value(rowTag, "s"))
		}
	}
	if e.header {
		style = s.headStyle
	}
	style, err := s.styles.tint(style, e.tone)
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

// widerSpans is the tag of a row that says to which columns it reaches.
func widerSpans(tag []byte, last cellEdit) []byte {
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
