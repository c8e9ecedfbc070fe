package cellio

// TextMax is the number of UTF-16 units that a cell of a workbook holds (Excel's
// specifications and limits, "Total number of characters that a cell can contain"). A
// text of exactly that length is taken for one that was cut, so that it does not fit.
const TextMax = 32767

// Fits reports whether a cell of a workbook, or of a CSV file that a spreadsheet
// opens, holds the text.
func Fits(text string) bool { return len(text) < TextMax || Units(text) < TextMax }

// Units is the length of a text in UTF-16.
func Units(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}
