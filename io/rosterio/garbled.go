package rosterio

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// codePages are those in which spreadsheets misread UTF-8 without a byte order
// mark: those of Windows by country, and that of old Macs.
var codePages = []*charmap.Charmap{
	charmap.Windows1252, charmap.Macintosh, charmap.Windows1250, charmap.Windows1251, charmap.Windows1253, charmap.Windows1254, charmap.Windows1257,
}

// ungarble is what a text was before it was read in a wrong encoding, or empty when it
// was not. That is safe, since hardly any ordinary text in a code page is valid UTF-8.
func ungarble(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return ""
	}
	for _, page := range codePages {
		if bytes, err := page.NewEncoder().String(text); err == nil && utf8.ValidString(bytes) {
			return bytes
		}
	}
	return ""
}

// checkEncoding finds texts that were read in a wrong encoding and saved like that.
// A garbled mask would no longer be recognised, and be taken for a value.
func checkEncoding(c class, text string) *fault {
	was := ungarble(text)
	if was == "" {
		return nil
	}
	return &fault{
		kind: KindGarbled, message: "the text was once read in the wrong encoding, which turns ü into Ã¼ and • into â€¢",
		likely: guess(c, was), remedy: "open the original as UTF-8 and save it again, or enter the text again",
	}
}
