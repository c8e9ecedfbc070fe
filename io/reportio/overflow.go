package reportio

import (
	"fmt"
	"unicode/utf8"

	"keyroster/io/bookio"
	"keyroster/io/cellio"
)

// SideFile stores a text that a cell cannot hold and returns the name by which
// the cell refers to it, relative to the report. line is the index in the plan,
// or -1 for a text that belongs to no line.
type SideFile func(line int, column, text string) (name string, err error)

// SideFileName is the name of the side file for a column of a line in a run's
// folder, to which the run's reports refer.
func SideFileName(line int, column string) string {
	return fmt.Sprintf("report.files/%d.%s.txt", line, column)
}

// cellText is the text for a cell: the text itself, or @name when it is too
// long. It is never cut.
func (side SideFile) cellText(line int, column, text string) (string, error) {
	if cellio.Fits(text) {
		return text, nil
	}
	if side == nil {
		return "", fmt.Errorf(
			"write cell %s of line %d: its text has %d characters and a cell holds fewer than %d",
			column, line, utf8.RuneCountInString(text), cellio.TextMax,
		)
	}
	name, err := side(line, column, text)
	if err != nil {
		return "", fmt.Errorf("write side file for %s of line %d: %w", column, line, err)
	}
	return "@" + name, nil
}

// csvText makes text fit for a CSV file, which cannot hold NUL or broken UTF-8.
func csvText(text string) string { return bookio.SpellOut(text, func(r rune) bool { return r == 0 }) }
