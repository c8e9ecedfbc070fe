package xlsxio

import "strconv"

// The size of a sheet.
const (
	maxColumns = 16_384
	maxRows    = 1_048_576
)

// cellRef reads a cell reference such as C7: column from 0, row from 1. Not ok
// for anything that spreadsheet programs do not write, and outside the sheet.
func cellRef(text []byte) (col, row int, ok bool) {
	i := 0
	for i < len(text) && text[i] >= 'A' && text[i] <= 'Z' {
		col = col*26 + int(text[i]-'A') + 1
		if i++; i > 3 {
			return 0, 0, false
		}
	}
	if i == 0 || col > maxColumns {
		return 0, 0, false
	}
	row, ok = rowNumber(text[i:])
	return col - 1, row, ok
}

// rowNumber reads a row's number: 1 to 1,048,576 without leading zeros.
func rowNumber(text []byte) (int, bool) {
	if len(text) == 0 || text[0] == '0' {
		return 0, false
	}
	n, ok := index(text)
	return n, ok && n <= maxRows
}

// index reads a small whole number, as of styles and shared strings.
func index(text []byte) (int, bool) {
	if len(text) == 0 || len(text) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// columnName is the letters of a column counted from 0.
func columnName(col int) string {
	var b [8]byte
	i := len(b)
	for col++; col > 0; col = (col - 1) / 26 {
		i--
		b[i] = byte('A' + (col-1)%26)
	}
	return string(b[i:])
}

// CellName is the name of a cell (C7): row from 1, column from 0.
func CellName(row, col int) string { return columnName(col) + strconv.Itoa(row) }

// flag reads a boolean attribute.
func flag(value string) bool { return value == "1" || value == "true" }
