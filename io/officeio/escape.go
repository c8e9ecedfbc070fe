package officeio

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Unescape decodes, in place from dst[from:] on, the escapes by which
// workbooks store characters that XML cannot hold: _xHHHH_ with four
// hexadecimal digits is a UTF-16 unit, and _x005F_ protects an underscore
// (ECMA-376 part 1, 22.9.2.19). Anything else stays as it is. Not ok when an escape
// is half of a character and the other half is missing.
func Unescape(dst []byte, from int) ([]byte, bool) {
	if !bytes.Contains(dst[from:], []byte("_x")) {
		return dst, true
	}
	out := dst[:from]
	for rest := dst[from:]; len(rest) > 0; {
		unit, ok := escapeUnit(rest)
		if !ok {
			out = append(out, rest[0])
			rest = rest[1:]
			continue
		}
		rest = rest[escapeLen:]
		if utf16.IsSurrogate(unit) {
			low, ok := escapeUnit(rest)
			if unit = utf16.DecodeRune(unit, low); !ok || unit == utf8.RuneError {
				return dst, false
			}
			rest = rest[escapeLen:]
		}
		// An escape is longer than the character it encodes, so out never overtakes rest.
		out = utf8.AppendRune(out, unit)
	}
	return out, true
}

const escapeLen = len("_xHHHH_")

// escapeUnit reads an escape at the start of text.
func escapeUnit(text []byte) (rune, bool) {
	if len(text) < escapeLen || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return 0, false
	}
	for _, c := range text[2:6] {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}
