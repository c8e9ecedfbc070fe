package annotateio

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// declaration begins every part that is made here.
const declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// maxText is how many UTF-16 units of a text go into a cell or a comment, which
// hold 32,767.
const maxText = 30_000

const cutMark = "… (cut off here; keyroster check prints all of it)"

// cellText is a text as the content of an element of a workbook: what XML cannot
// hold, and what a reader would take for such an escape, is escaped as ECMA-376
// part 1, 22.9.2.19 says.
func cellText(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '_' && isEscape(text[i:]):
			b.WriteString("_x005F_")
		case r == utf8.RuneError:
			b.WriteRune(r)
		case r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF:
			fmt.Fprintf(&b, "_x%04X_", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isEscape reports whether a text begins as an escape does.
func isEscape(text string) bool {
	if len(text) < len("_xHHHH_") || text[1] != 'x' || text[6] != '_' {
		return false
	}
	return strings.Trim(text[2:6], "0123456789abcdefABCDEF") == ""
}

// fitting is a text that a cell or a comment can hold.
func fitting(text string) string {
	units := 0
	for i, r := range text {
		if units += utf16.RuneLen(r); units > maxText {
			return text[:i] + cutMark
		}
	}
	return text
}

// attrText is a text as an attribute's value, plain XML.
func attrText(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;", "\r", "&#13;").
		Replace(text)
}
