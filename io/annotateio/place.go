package annotateio

import (
	"strconv"

	"keyroster/io/xlsxio"
)

// The size of a sheet.
const (
	maxColumns = 16_384
	maxRows    = 1_048_576
)

// CellName is the name of a cell (C7), of its row and column from 1.
func CellName(row, col int) string { return xlsxio.CellName(row, col-1) }

// parseCell reads a cell's name: row and column from 1.
func parseCell(name string) (row, col int, ok bool) {
	i := 0
	for i < len(name) && name[i] >= 'A' && name[i] <= 'Z' && i < 4 {
		col = col*26 + int(name[i]-'A') + 1
		i++
	}
	row, err := strconv.Atoi(name[i:])
	return row, col, err == nil && col >= 1 && col <= maxColumns && row >= 1 && row <= maxRows
}
