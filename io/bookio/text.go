package bookio

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// CellMax is the number of UTF-16 units that a cell holds. A cell of exactly that
// length is taken for damage when it is read, so that such a text does not fit.
const CellMax = 32767

// Fits reports whether a cell of a workbook, or of a CSV file that a spreadsheet
// opens, holds the text.
func Fits(text string) bool { return len(text) < CellMax || units(text) < CellMax }

// units is the length of a text in UTF-16.
func units(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// Harmless makes text fit for a workbook, which cannot hold control characters
// or broken UTF-8: they are spelt out (\x1b) and not dropped. Tabs and line
// breaks stay; a carriage return would be read as a line feed.
func Harmless(text string) string {
	return SpellOut(text, func(r rune) bool { return isControl(r) || r == 0xfffe || r == 0xffff })
}

// SpellOut writes what bad names, and bytes that are not UTF-8, as escapes.
func SpellOut(text string, bad func(rune) bool) string {
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
