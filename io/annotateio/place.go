package annotateio

import "strconv"

// The size of a sheet.
const (
	maxColumns = 16_384
	maxRows    = 1_048_576
)

// columnName is the letters of a column, from 1.
func columnName(col int) string {
	var b [8]byte
	i := len(b)
	for ; col > 0; col = (col - 1) / 26 {
		i--
		b[i] = byte('A' + (col-1)%26)
	}
	return string(b[i:])
}

// CellName is the name of a cell (C7), of its row and column from 1.
func CellName(row, col int) string { return cellName(row, col) }

func cellName(row, col int) string { return columnName(col) + strconv.Itoa(row) }

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
