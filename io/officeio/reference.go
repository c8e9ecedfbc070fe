package officeio

import "strconv"

// The size of a sheet.
const (
	MaxColumns = 16_384
	MaxRows    = 1_048_576
)

// ParseCell reads a cell reference such as C7: column from 0, row from 1. Not ok
// for anything that spreadsheet programs do not write, and outside the sheet.
func ParseCell(text []byte) (col, row int, ok bool) {
	i := 0
	for i < len(text) && text[i] >= 'A' && text[i] <= 'Z' {
		col = col*26 + int(text[i]-'A') + 1
		if i++; i > 3 {
			return 0, 0, false
		}
	}
	if i == 0 || col > MaxColumns {
		return 0, 0, false
	}
	row, ok = ParseRow(text[i:])
	return col - 1, row, ok
}

// ParseRow reads a row's number: 1 to 1,048,576 without leading zeros.
func ParseRow(text []byte) (int, bool) {
	if len(text) == 0 || text[0] == '0' {
		return 0, false
	}
	n, ok := ParseIndex(text)
	return n, ok && n <= MaxRows
}

// ParseIndex reads a small whole number, as of styles and shared strings.
func ParseIndex(text []byte) (int, bool) {
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

// ColumnName is the letters of a column counted from 0.
func ColumnName(col int) string {
	var b [8]byte
	i := len(b)
	for col++; col > 0; col = (col - 1) / 26 {
		i--
		b[i] = byte('A' + (col-1)%26)
	}
	return string(b[i:])
}

// CellName is the name of a cell (C7): row from 1, column from 0.
func CellName(row, col int) string { return ColumnName(col) + strconv.Itoa(row) }

// Flag reads a boolean attribute.
func Flag(value string) bool { return value == "1" || value == "true" }
