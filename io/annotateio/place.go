package annotateio

import "keyroster/io/ooxml"

// CellName is the name of a cell (C7), of its row and column from 1.
func CellName(row, col int) string { return ooxml.CellName(row, col-1) }

// parseCell reads a cell's name: row and column from 1.
func parseCell(name string) (row, col int, ok bool) {
	col, row, ok = ooxml.ParseCell([]byte(name))
	return row, col + 1, ok
}
