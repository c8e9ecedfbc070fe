package odsio

import (
	"slices"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// sheet is a sheet with the cells that have content, packed.
type sheet struct {
	name    string
	visible bool
	rows    []packedRow
	cells   []packedCell
	texts   officeio.Texts
	// columns are the columns in their order.
	columns []columns
	// merged are the first merged ranges.
	merged []officeio.Area
	// err is why the sheet cannot be read; nil when it can.
	err *cellio.InputError
}

// packedRow is a row with content, and how many equal ones follow each other; its
// cells are those up to the next row's.
type packedRow struct {
	number, repeated int
	from, to         int
	hidden, struck   bool
}

// packedCell is a cell with content; text is its place in the sheet's texts.
type packedCell struct {
	text    int
	col     uint16
	kind    cellio.Kind
	format  cellio.Format
	width   uint8
	formula bool
}

// What a cell and a row take in memory, including the spare capacity of their lists.
const (
	cellSize  = 48
	rowSize   = 80
	sheetSize = 1 << 10
)

// columns are equal columns, up to right.
type columns struct {
	left, right int
	hidden      bool
	style       []byte
}

// maxColumnRuns and maxMerged bound what is remembered of columns and merged ranges; a
// sheet may declare any number.
const (
	maxColumnRuns = officeio.MaxColumns
	maxMerged     = officeio.MaxMerges
)

func (s *sheet) merge(a officeio.Area) {
	if len(s.merged) < maxMerged {
		s.merged = append(s.merged, a)
	}
}

// columnStyle is the default style of the cells of a column.
func (s *sheet) columnStyle(col int) []byte {
	at, _ := slices.BinarySearchFunc(s.columns, col, func(c columns, col int) int { return c.right - col })
	if at == len(s.columns) {
		return nil
	}
	return s.columns[at].style
}

// unpack is a packed row's cells up to the last one with content, in dst.
func (s *sheet) unpack(row packedRow, dst []cellio.Cell) []cellio.Cell {
	for _, c := range s.cells[row.from:row.to] {
		for len(dst) < int(c.col) {
			dst = append(dst, cellio.Cell{})
		}
		dst = append(dst, cellio.Cell{
			Text: s.texts.At(c.text), Kind: c.kind, Format: c.format, Width: int(c.width), Formula: c.formula,
		})
	}
	return dst
}
