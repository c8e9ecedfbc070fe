package reportio

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"keyroster/reconcile"
)

// table is a list with a header that goes on in further sheets when one is
// full.
type table struct {
	book   *book
	layout layout
	heads  []string
	sheet  *sheet
	part   int
}

// next makes room for one more row and returns the sheet to write it to.
func (t *table) next() (*sheet, error) {
	if t.sheet != nil && t.sheet.row < t.book.rows {
		return t.sheet, nil
	}
	if err := t.end(); err != nil {
		return nil, err
	}
	l := t.layout
	if t.part++; t.part > 1 {
		l.name += " " + strconv.Itoa(t.part)
	}
	s, err := t.book.addSheet(l)
	if err != nil {
		return nil, err
	}
	t.sheet = s
	heads := make([]excelize.Cell, len(t.heads))
	for i, name := range t.heads {
		heads[i] = excelize.Cell{Value: name, StyleID: t.book.styles.head}
	}
	return s, s.add(20, heads...)
}

// end closes the sheet in hand: the filter's range is known only now.
func (t *table) end() error {
	s := t.sheet
	if s == nil {
		return nil
	}
	last, err := excelize.CoordinatesToCellName(len(t.heads), s.row)
	if err == nil {
		err = s.book.file.AutoFilter(s.name, "A1:"+last, nil)
	}
	if s.row > 1 {
		// Ids that consist of digits are text on purpose.
		err = errors.Join(err, s.book.file.AddIgnoredErrors(s.name, "A2:"+last, excelize.IgnoredErrorsNumberStoredAsText))
	}
	if err != nil {
		return fmt.Errorf("end sheet %s: %w", s.name, err)
	}
	return s.flush()
}

// writeLines writes the sheet Lines: the columns of report.csv.
func (b *book) writeLines() error {
	t := &table{book: b, heads: columnNames(), layout: layout{
		name: "Lines", tab: "0A3F70", landscape: true, grid: false, header: true,
	}}
	for i := range columns {
		t.layout.widths = append(t.layout.widths, columns[i].width)
		if columns[i].detail || b.report.settled.used>>i&1 == 0 {
			t.layout.folded |= 1 << i
		}
	}
	if _, err := t.next(); err != nil {
		return err
	}
	for line, err := range b.report.lines() {
		if err != nil {
			return fmt.Errorf("read report lines: %w", err)
		}
		s, err := t.next()
		if err != nil {
			return err
		}
		if err := s.addLine(line); err != nil {
			return err
		}
	}
	return t.end()
}

// addLine writes one line of the report. Its cells are reused: SetRow has
// copied them when it returns.
func (s *sheet) addLine(l *Line) error {
	s.row++
	if s.cells == nil {
		s.cells = make([]excelize.Cell, len(columns))
	}
	s.values = s.values[:0]
	lines := 1
	for i := range columns {
		text, err := s.book.side.cellText(l.Line, columns[i].name, xmlText(columns[i].text(l)))
		if err != nil {
			return err
		}
		cell := &s.cells[i]
		*cell = excelize.Cell{StyleID: s.book.styleOf(&columns[i], l.Outcome)}
		if text == "" {
			s.values = append(s.values, cell)
			continue
		}
		cell.Value = text
		if columns[i].wrap && !columns[i].detail {
			lines = max(lines, linesOf(text, columns[i].width))
		}
		if columns[i].number {
			if cell.Value, err = strconv.Atoi(text); err != nil {
				return fmt.Errorf("write column %s of line %d: %w", columns[i].name, l.Line, err)
			}
		}
		s.values = append(s.values, cell)
	}
	if lines == 1 {
		return s.set(0)
	}
	return s.set(rowHeight(lines))
}

func (b *book) styleOf(c *column, o reconcile.Outcome) int {
	switch {
	case c.name == "outcome":
		return b.styles.outcome[o]
	case c.number:
		return b.styles.number
	case c.wrap:
		return b.styles.wrapped
	}
	return b.styles.text
}

// writeProblems writes the sheet Problems: what is wrong with the roster.
func (b *book) writeProblems() error {
	if len(b.report.Problems) == 0 {
		return nil
	}
	t := &table{
		book:  b,
		heads: []string{"file", "sheet", "line", "cell", "column", "severity", "kind", "message", "read", "likely", "remedy"},
		layout: layout{
			name: "Problems", tab: "8A2A00", landscape: true, header: true,
			widths: []float64{20, 12, 8, 8, 16, 10, 18, 60, 20, 24, 48},
		},
	}
	st := b.styles
	for i := range b.report.Problems {
		p := &b.report.Problems[i]
		s, err := t.next()
		if err != nil {
			return err
		}
		severity := st.outcome[reconcile.InvalidRow]
		if p.Severity == reconcile.SeverityWarning {
			severity = st.text
		}
		widths := t.layout.widths
		height := max(heightOf(p.Message, widths[7]), heightOf(p.Read, widths[8]), heightOf(p.Likely, widths[9]), heightOf(p.Remedy, widths[10]))
		err = s.add(height,
			excelize.Cell{Value: p.File, StyleID: st.text}, excelize.Cell{Value: p.Sheet, StyleID: st.text},
			excelize.Cell{Value: p.Line, StyleID: st.number}, excelize.Cell{Value: p.Cell, StyleID: st.text},
			excelize.Cell{Value: p.Column, StyleID: st.text}, excelize.Cell{Value: p.Severity.String(), StyleID: severity},
			excelize.Cell{Value: p.Kind, StyleID: st.text}, excelize.Cell{Value: p.Message, StyleID: st.wrapped},
			excelize.Cell{Value: p.Read, StyleID: st.wrapped}, excelize.Cell{Value: p.Likely, StyleID: st.wrapped}, excelize.Cell{Value: p.Remedy, StyleID: st.wrapped})
		if err != nil {
			return err
		}
	}
	return t.end()
}
