package odsio

import (
	"io"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// Table is the stream of the lines of one sheet. It is not safe for concurrent use.
type Table struct {
	book  *Workbook
	sheet *sheet
	facts officeio.Facts
	// row is the next packed row, repeat how often it was read.
	row, repeat int
	line        cellio.Line
	cells       []cellio.Cell
	err         error
}

var _ cellio.Table = (*Table)(nil)

func newTable(w *Workbook, of *sheet) *Table {
	t := &Table{book: w, sheet: of}
	if of.err != nil {
		placed := *of.err
		placed.File = w.file
		t.err = &placed
	}
	for _, c := range of.columns {
		if c.hidden {
			t.facts.Hide(c.left, c.right)
		}
	}
	return t
}

// Next implements [cellio.Table]. Rows without content are skipped, including rows of
// formulas whose results are empty texts. Cells reach to the last cell with content. After
// an error every call returns the same one.
func (t *Table) Next() (*cellio.Line, error) {
	for t.err == nil {
		if t.row == len(t.sheet.rows) {
			t.end()
			t.err = io.EOF
			break
		}
		row := t.sheet.rows[t.row]
		number := row.number + t.repeat
		if t.repeat++; t.repeat == row.repeated {
			t.row, t.repeat = t.row+1, 0
		}
		t.cells = t.sheet.unpack(row, t.cells[:0])
		for _, c := range t.sheet.cells[row.from:row.to] {
			t.facts.Saw(number, int(c.col))
		}
		if cellio.HasContent(t.cells) {
			t.line = cellio.Line{Number: number, Cells: t.cells, Hidden: row.hidden, Struck: row.struck}
			return &t.line, nil
		}
	}
	return nil, t.err
}

// end gathers the warnings of the sheet.
func (t *Table) end() {
	for _, m := range t.sheet.merged {
		t.facts.Merge(m)
	}
	last := t.facts.LastMerged()
	for _, row := range t.sheet.rows {
		for i := 0; i < row.repeated && row.number+i <= last; i++ {
			t.cells = t.sheet.unpack(row, t.cells[:0])
			t.facts.Under(row.number+i, t.cells)
		}
	}
	t.book.found[t.sheet.name] = &t.facts
}

// KnowMerges says which merged cells need no warning, as [officeio.Facts.KnowMerges] does.
func (t *Table) KnowMerges(above int, columns []int) { t.facts.KnowMerges(above, columns) }

// TallMerges are those of [officeio.Facts.TallMerges].
func (t *Table) TallMerges() []officeio.Area { return t.facts.TallMerges() }

// CellName implements [cellio.Table].
func (t *Table) CellName(line, col int) string { return officeio.CellName(line, col) }

// Close ends the use of the table. It may be called before its end, and does not prove
// that the table is sound.
func (t *Table) Close() error { return nil }
