package reportio

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// cellMax is the number of UTF-16 units that a workbook cell holds. A cell of
// exactly that length is taken for damage when it is read, so texts of that
// length go to a side file too.
const cellMax = 32767

// SideFile stores a text that a cell cannot hold and returns the name by which
// the cell refers to it, relative to the report. line is the index in the plan,
// or -1 for a text that belongs to no line.
type SideFile func(line int, column, text string) (name string, err error)

// SideFileName is what a run calls the side file for a column of a line: where the
// reports of the run refer to, and where it is found again.
func SideFileName(line int, column string) string {
	return fmt.Sprintf("report.files/%d.%s.txt", line, column)
}

// cellText is the text for a cell: the text itself, or @name when it is too
// long. It is never cut.
func (side SideFile) cellText(line int, column, text string) (string, error) {
	if len(text) < cellMax || utf16Len(text) < cellMax {
		return text, nil
	}
	if side == nil {
		return "", fmt.Errorf("write cell %s of line %d: its text has %d characters and a cell holds fewer than %d", column, line, utf8.RuneCountInString(text), cellMax)
	}
	name, err := side(line, column, text)
	if err != nil {
		return "", fmt.Errorf("write side file for %s of line %d: %w", column, line, err)
	}
	return "@" + name, nil
}

func utf16Len(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// xmlText makes text fit for a workbook, which cannot hold control characters
// or broken UTF-8: they are spelt out (\x1b) and not dropped. Tabs and line
// breaks stay.
func xmlText(text string) string {
	return spellOut(text, func(r rune) bool {
		return r < 0x20 && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff
	})
}

// csvText makes text fit for a CSV file, which cannot hold NUL or broken UTF-8.
func csvText(text string) string { return spellOut(text, func(r rune) bool { return r == 0 }) }

// spellOut writes what bad names, and bytes that are not UTF-8, as escapes.
func spellOut(text string, bad func(rune) bool) string {
	if utf8.ValidString(text) && strings.IndexFunc(text, bad) < 0 {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case !bad(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		text = text[size:]
	}
	return b.String()
}
