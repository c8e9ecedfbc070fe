package rosterio

import (
	"fmt"
	"io"

	"keyroster/io/cellio"
)

// The text of a roster may be far larger than its files: a workbook stores a text once
// however many cells hold it, and many cells may name one file. So the text is limited
// by the size of the files: rosters that people keep reach five times their file.
const (
	budgetFloor  = 256 << 20
	budgetFactor = 64
	// headerText bounds the text of the lines that are kept while searching for a header.
	headerText = 64 << 20
)

// budget is how much text a roster may take into memory, over all of its files:
// 256 MiB, or 64 times their size if that is more. It is for one goroutine.
type budget struct{ files, taken int64 }

// feed adds the size of a file, or of a part that was read, to the budget.
func (b *budget) feed(bytes int64) { b.files += bytes }

// reader adds what is read from r to the budget.
func (b *budget) reader(r io.Reader) io.Reader { return fedBy{r, b} }

type fedBy struct {
	r io.Reader
	b *budget
}

// Read implements [io.Reader].
func (f fedBy) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	f.b.feed(int64(n))
	return n, err
}

func (b *budget) limit() int64 { return max(budgetFloor, budgetFactor*b.files) }

// take counts text, and reports whether it is still within the budget; a nil budget is unlimited.
func (b *budget) take(bytes int) bool {
	if b == nil {
		return true
	}
	b.taken += int64(bytes)
	return b.taken <= b.limit()
}

// tooMuch says where the budget, or the limit of what a roster can hold, was exceeded.
func (b *budget) tooMuch(table cellio.Table, file, sheet string, line, at int) *cellio.InputError {
	if b == nil {
		b = &budget{}
	}
	e := &cellio.InputError{
		File: file, Sheet: sheet, Line: line, Kind: cellio.KindTooLarge,
		Message: fmt.Sprintf("the text so far takes more than %d MiB, far more than the file", b.limit()>>20),
		Remedy:  "check which cells repeat a long text or name the same file, and remove it; or split the roster",
	}
	if at >= 0 {
		e.Cell = table.CellName(line, at)
	}
	return e
}

// spend counts a text that is taken. The first that exceeds the budget ends the reading.
func (d *decoder) spend(line, at, bytes int) {
	if d.spent == nil && !d.options.budget.take(bytes) {
		d.spent = d.tooMuch(line, at)
	}
}

// tooMuch says where in the table the budget, or the limit of a roster, was exceeded.
func (d *decoder) tooMuch(line, at int) *cellio.InputError {
	return d.options.budget.tooMuch(d.header.table, d.file.Name, d.sheetName(), line, at)
}
