package annotateio

import "keyroster/io/officeio"

// CellName is the name of a cell (C7), of its row and column from 1.
func CellName(row, col int) string { return officeio.CellName(row, col-1) }

// parseCell reads a cell's name: row and column from 1.
func parseCell(name string) (row, col int, ok bool) {
	col, row, ok = officeio.ParseCell([]byte(name))
	return row, col + 1, ok
}
