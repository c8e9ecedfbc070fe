package bookio

import (
	"bytes"
	"fmt"
	"strings"
)

// XML holds no control characters, and workbooks spell them as _x0007_. excelize
// takes that spelling for text and protects it. So such a character goes through
// it as one that stands for nothing (U+FDD0 and the 31 behind it are for programs'
// own use), which becomes the spelling when the sheet is packed.
const (
	firstStandIn = '\ufdd0'
	standIns     = 0x20
)

// IsStandIn reports whether a character stands for another in a workbook.
func IsStandIn(r rune) bool { return r >= firstStandIn && r < firstStandIn+standIns }

// StandIns is a text for a cell of a workbook, with its control characters
// replaced. Tabs and line feeds stay.
func StandIns(text string) string {
	if strings.IndexFunc(text, isControl) < 0 {
		return text
	}
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

// spellStandIns makes escapes of the characters that stand for others in b, the
// XML of a sheet. rest is the start of one that b cuts off.
func spellStandIns(b []byte) (out, rest []byte) {
	for cut := min(len(standInStart), len(b)); cut > 0; cut-- {
		if bytes.HasSuffix(b, standInStart[:cut]) {
			b, rest = b[:len(b)-cut], b[len(b)-cut:]
			break
		}
	}
	if !bytes.Contains(b, standInStart) {
		return b, rest
	}
	for len(b) > 0 {
		at := bytes.Index(b, standInStart)
		if at < 0 || at+2 >= len(b) {
			return append(out, b...), rest
		}
		out = append(out, b[:at]...)
		if code := int(b[at+2]) - 0x90; code >= 0 && code < standIns {
			out = fmt.Appendf(out, "_x%04X_", code)
		} else {
			out = append(out, b[at:at+3]...)
		}
		b = b[at+3:]
	}
	return out, rest
}
