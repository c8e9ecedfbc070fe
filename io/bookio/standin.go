package bookio

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// XML holds no control characters, and workbooks spell them as _x0007_. excelize
// takes that spelling for text and protects it. So such a character passes through
// it as a stand-in (U+FDD0 and the 31 after it are for programs' own use), which
// becomes the spelling when the sheet is packed.
const (
	firstStandIn = '\ufdd0'
	standIns     = 0x20
)

// IsStandIn reports whether a character is a stand-in for another in a workbook.
func IsStandIn(r rune) bool { return r >= firstStandIn && r < firstStandIn+standIns }

// StandIns is a text for a cell of a workbook, with its control characters
// replaced. Tabs and line feeds stay.
func StandIns(text string) string {
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return firstStandIn + r
		}
		return r
	}, text)
}

func isControl(r rune) bool { return r < standIns && r != '\t' && r != '\n' }

// standInStart begins the UTF-8 of every one.
var standInStart = []byte("\xef\xb7")

var spellings = func() *strings.Replacer {
	var pairs []string
	for r := range rune(standIns) {
		pairs = append(pairs, string(firstStandIn+r), fmt.Sprintf("_x%04X_", r))
	}
	return strings.NewReplacer(pairs...)
}()

// spellStandIns replaces the stand-ins in b, the XML of a sheet, with escapes. rest
// is the character that b cuts off.
func spellStandIns(b []byte) (out, rest []byte) {
	last := len(b) - 1
	for last > 0 && !utf8.RuneStart(b[last]) {
		last--
	}
	if last >= 0 && !utf8.FullRune(b[last:]) {
		b, rest = b[:last], b[last:]
	}
	if bytes.Contains(b, standInStart) {
		b = []byte(spellings.Replace(string(b)))
	}
	return b, rest
}
