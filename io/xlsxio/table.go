package xlsxio

import (
	"io"

	"keyroster/io/cellio"
	"keyroster/io/ooxml"
	"keyroster/reconcile"
)

// Table is the stream of the lines of one sheet. It is not safe for concurrent
// use.
type Table struct {
	book  *Workbook
	sheet string
	// part is the name of the sheet's part.
	part string
	src  *ooxml.Part
	scan *scanner
	line cellio.Line
	err  error
	// warnings are known once err is io.EOF.
	warnings []reconcile.Problem
}

var _ cellio.Table = (*Table)(nil)

func newTable(w *Workbook, sheet Sheet, src *ooxml.Part) *Table {
	return &Table{
		book: w, sheet: sheet.Name, part: sheet.part, src: src,
		scan: &scanner{textReader: textReader{xml: ooxml.NewScanner(src)}, texts: w.texts, styles: w.styles},
	}
}

// Sheet is the name of the sheet.
func (t *Table) Sheet() string { return t.sheet }

// Next implements [cellio.Table]. Rows without content are passed over; a row
// of formulas whose results are empty texts has none. Cells reach to the last
// cell with content. After an error every call returns the same one.
func (t *Table) Next() (*cellio.Line, error) {
	for t.err == nil {
		more, err := t.scan.next()
		switch {
		case err != nil:
			t.err = t.fault(err)
		case !more:
			if err := t.lookUnder(); err != nil {
				t.err = t.fault(err)
				break
			}
			t.warnings = t.scan.facts.warnings(t.book.file, t.sheet)
			t.book.found[t.sheet] = t.warnings
			t.err = io.EOF
		case hasContent(t.scan.cells):
			t.line = cellio.Line{Number: t.scan.row, Cells: t.scan.cells, Hidden: t.scan.hidden}
			return &t.line, nil
		}
	}
	return nil, t.err
}

// hasContent reports whether a row holds more than empty results of formulas.
func hasContent(cells []cellio.Cell) bool {
	for i := range cells {
		if c := &cells[i]; c.Kind == cellio.Blank && c.Formula || c.Kind != cellio.Blank && c.Text != "" {
			return true
		}
	}
	return false
}

// fault adds the place to an error of the scanner.
func (t *Table) fault(err error) error {
	e := t.book.zip.PartFault(t.src.Name, err)
	e.Sheet = t.sheet
	syntax, ok := err.(ooxml.SyntaxError)
	if !ok {
		return e
	}
	e.Line = t.scan.row
	switch {
	case t.scan.inCell:
		e.Cell = ooxml.CellName(t.scan.row, t.scan.col)
		e.Message = "the cell " + syntax.Error()
	case t.scan.row > 0:
		e.Message = "the sheet " + syntax.Error()
	}
	return e
}

// CellName implements [cellio.Table].
func (t *Table) CellName(line, col int) string { return ooxml.CellName(line, col) }

// Warnings are the facts about this sheet that [Workbook.Warnings] also has;
// none before Next returned io.EOF.
func (t *Table) Warnings() []reconcile.Problem { return t.warnings }

// Close releases the sheet. It may be called before the end of the table, and
// says nothing about its soundness.
func (t *Table) Close() error { return t.src.Close() }
