package xlsxio

import (
	"io"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// Table is the stream of the lines of one sheet. It is not safe for concurrent
// use.
type Table struct {
	book  *Workbook
	sheet string
	// part is the name of the sheet's part.
	part string
	src  *officeio.Part
	scan *scanner
	line cellio.Line
	err  error
}

var _ cellio.Table = (*Table)(nil)

func newTable(w *Workbook, sheet string, src *officeio.Part) *Table {
	return &Table{
		book: w, sheet: sheet, part: src.Name, src: src,
		scan: &scanner{textReader: textReader{xml: officeio.NewScanner(src)}, texts: w.texts, styles: w.styles},
	}
}

// Next implements [cellio.Table]. Rows without content are skipped, including rows of formulas
// whose results are empty texts. Cells reach to the last cell with content. After an error
// every call returns the same one.
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
			t.book.found[t.sheet] = &t.scan.facts
			t.err = io.EOF
		case cellio.HasContent(t.scan.cells):
			t.line = cellio.Line{Number: t.scan.row, Cells: t.scan.cells, Hidden: t.scan.hidden, Struck: t.scan.struck}
			return &t.line, nil
		}
	}
	return nil, t.err
}

// KnowMerges says which merged cells need no warning, as [officeio.Facts.KnowMerges] does.
func (t *Table) KnowMerges(above int, columns []int) { t.scan.facts.KnowMerges(above, columns) }

// TallMerges are those of [officeio.Facts.TallMerges].
func (t *Table) TallMerges() []officeio.Area { return t.scan.facts.TallMerges() }

// fault adds the place to an error of the scanner.
func (t *Table) fault(err error) error {
	e := t.book.zip.PartFault(t.src.Name, err)
	e.Sheet = t.sheet
	syntax, ok := err.(officeio.SyntaxError)
	if !ok {
		return e
	}
	e.Line = t.scan.row
	switch {
	case t.scan.inCell:
		e.Cell = officeio.CellName(t.scan.row, t.scan.col)
		e.Message = "the cell " + syntax.Error()
	case t.scan.row > 0:
		e.Message = "the sheet " + syntax.Error()
	}
	return e
}

// CellName implements [cellio.Table].
func (t *Table) CellName(line, col int) string { return officeio.CellName(line, col) }

// Close releases the sheet. It may be called before the end of the table, and does not prove
// that the table is sound.
func (t *Table) Close() error { return t.src.Close() }
