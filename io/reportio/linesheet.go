package reportio

import (
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"keyroster/io/bookio"
	"keyroster/reconcile"
)

// writeLines writes the sheet Lines: the columns of report.csv, for filters and scripts.
func (b *book) writeLines() {
	list := b.List(bookio.Layout{Name: "Lines", Tab: "0A3F70", Landscape: true, Header: true}, columnNames()...)
	w := &lineWriter{book: b, cells: make([]excelize.Cell, len(columns))}
	used, err := b.report.usedColumns()
	if err != nil {
		b.Fail(err)
	}
	for i := range columns {
		list.Widths = append(list.Widths, columns[i].width)
		if columns[i].detail || used>>i&1 == 0 {
			list.Folded |= 1 << i
		}
		w.styles = append(w.styles, b.Style(columnLook(&columns[i])))
	}
	for o := range outcomes {
		w.outcomes[o] = b.Style(outcomeLook(reconcile.Outcome(o)))
	}
	list.Sheet()
	for line, err := range b.report.lines() {
		if err != nil {
			b.Fail(fmt.Errorf("read report lines: %w", err))
		}
		if b.Err() != nil {
			return
		}
		w.add(list.Sheet(), line)
	}
	list.End()
}

func columnLook(c *column) bookio.Look {
	switch {
	case c.number:
		return number
	case c.wrap:
		return bookio.Wrapped
	}
	return bookio.Text
}

// lineWriter writes lines of the report. Its cells are reused for each line.
type lineWriter struct {
	book     *book
	cells    []excelize.Cell
	styles   []int
	outcomes [len(outcomes)]int
}

func (w *lineWriter) add(s *bookio.Sheet, l *Line) {
	lines := 1
	for i, text := range l.cells() {
		c := &columns[i]
		text, err := w.book.side.cellText(l.Line, c.name, bookio.WorkbookSafe(text))
		w.book.Fail(err)
		cell := &w.cells[i]
		*cell = excelize.Cell{StyleID: w.styles[i]}
		if c.name == "outcome" {
			cell.StyleID = w.outcomes[l.Outcome]
		}
		if text == "" {
			continue
		}
		cell.Value = text
		if c.wrap && !c.detail {
			lines = max(lines, bookio.Lines(text, c.width))
		}
		if c.number {
			cell.Value, err = strconv.Atoi(text)
			w.book.Fail(err)
		}
	}
	height := 0.0
	if lines > 1 {
		height = bookio.Height(lines)
	}
	s.Put(height, w.cells)
}

// writeProblems writes the sheet Problems: what is wrong with the roster.
func (b *book) writeProblems() {
	if len(b.report.Problems) == 0 {
		return
	}
	list := b.List(bookio.Layout{
		Name: "Problems", Tab: "8A2A00", Landscape: true, Header: true,
		Widths: []float64{20, 12, 8, 8, 16, 10, 18, 60, 20, 24, 48},
	}, "file", "sheet", "line", "cell", "column", "severity", "kind", "message", "read", "likely", "remedy")
	for i := range b.report.Problems {
		p := &b.report.Problems[i]
		var cells []bookio.Cell
		for _, text := range []any{p.File, p.Sheet, p.Line, p.Cell, p.Column, p.Severity.String(), p.Kind} {
			cells = append(cells, bookio.Cell{Value: text, Look: bookio.Text})
		}
		cells[2].Look = number
		if p.Severity == reconcile.SeverityError {
			cells[5].Look = outcomeLook(reconcile.InvalidRow)
		}
		for _, text := range []string{p.Message, p.Read, p.Likely, p.Advice()} {
			cells = append(cells, bookio.Cell{Value: text, Look: bookio.Wrapped})
		}
		list.Sheet().Add(0, cells...)
	}
	list.End()
}
