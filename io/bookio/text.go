package bookio

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// WorkbookSafe makes text fit for a workbook, which cannot hold control characters
// or broken UTF-8: they are spelt out (\x1b) and not dropped. Tabs and line
// breaks stay; a carriage return would be read as a line feed.
func WorkbookSafe(text string) string {
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
