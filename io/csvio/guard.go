package csvio

import "strings"

// formulaStarts are the characters with which a spreadsheet begins to take a
// cell for a formula, or strips one to find it.
const formulaStarts = "=+-@\t\r"

// Guard returns cell so that no spreadsheet runs it as a formula: a text that
// matches ^'*[=+\-@\t\r] gets one apostrophe in front. Texts that already have
// apostrophes there get one more, which is what makes [Unguard] its inverse
// for every text.
func Guard(cell string) string {
	if !startsFormula(strings.TrimLeft(cell, "'")) {
		return cell
	}
	return "'" + cell
}

// Unguard takes off what [Guard] put on: a text that matches ^'+[=+\-@\t\r]
// loses one apostrophe. Other texts, and their apostrophes, stay as they are.
func Unguard(cell string) string {
	if cell == "" || cell[0] != '\'' || !startsFormula(strings.TrimLeft(cell, "'")) {
		return cell
	}
	return cell[1:]
}

func startsFormula(cell string) bool {
	return cell != "" && strings.IndexByte(formulaStarts, cell[0]) >= 0
}
