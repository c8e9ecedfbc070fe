// Package termio keeps texts of providers and files from moving the cursor, changing colours,
// or looking like other texts: control characters, direction marks and zero-width characters
// are written as visible escapes.
//
// The filter is in the writer ([NewWriter]), so that no text can be missed. Colours are only
// for code that bypasses it and escapes each text itself ([Raw], [Escape]).
package termio

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// hostile reports whether a rune does anything but show itself. before is the preceding rune: a
// joiner belongs in emoji and in scripts that use it, but is hidden between other letters.
func hostile(r, before rune) bool {
	switch {
	case r < ' ' || r == 0x7f, r >= 0x80 && r <= 0x9f:
		return true
	case r < 0x80:
		return false
	case r == 0x200c || r == 0x200d:
		return before < 0x590 || before >= 0x2000 && before < 0x2190
	case r == 0x00ad, r == 0x061c, r == 0x115f, r == 0x1160, r == 0x180e, r == 0x3164, r == 0xfeff, r == 0xffa0:
		return true
	}
	return r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f ||
		r >= 0xfff9 && r <= 0xfffb ||
		r >= 0xe0000 && r <= 0xe007f
}

// appendEscape writes a rune, or a byte that is not part of one, visibly. Other runes are
// escaped as in JSON, so that a JSON document keeps its meaning.
func appendEscape(out []byte, r rune, raw byte, broken bool) []byte {
	switch {
	case broken:
		return fmt.Appendf(out, `\x%02x`, raw)
	case r < ' ':
		return fmt.Appendf(out, `\x%02x`, r)
	case r > 0xffff:
		r -= 0x10000
		return fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}

// Escape is a text for a single field: line breaks are escaped too.
func Escape(text string) string {
	if plain(text) {
		return text
	}
	var out []byte
	before := rune(0)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		broken := r == utf8.RuneError && size == 1
		if broken || hostile(r, before) {
			out = appendEscape(out, r, text[i], broken)
		} else {
			out = append(out, text[i:i+size]...)
		}
		before, i = r, i+size
	}
	return string(out)
}

// plain reports whether a text is printable ASCII.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// Quote is a text as one word of a command that a person copies to a shell: on Windows
// PowerShell or cmd.exe, for which an apostrophe is a letter.
func Quote(word string) string { return quote(runtime.GOOS, word) }

func quote(system, word string) string {
	word = Escape(word)
	marks := "-_./:=@%+,"
	if system == "windows" {
		marks += `\`
	}
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(marks, r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !safe(r) }) < 0 {
		return word
	}
	if system == "windows" {
		return `"` + strings.ReplaceAll(word, `"`, `\"`) + `"`
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Writer is a stream through the filter. It is safe for concurrent use.
type Writer struct {
	to io.Writer

	mu sync.Mutex
	// rest is the beginning of an incomplete rune.
	rest   []byte
	before rune
}

// NewWriter puts the filter before a stream.
func NewWriter(to io.Writer) *Writer { return &Writer{to: to} }

// Raw is the stream below the filter, or w itself where there is none.
func Raw(w io.Writer) io.Writer {
	if f, ok := w.(*Writer); ok {
		return f.to
	}
	return w
}

// Write implements [io.Writer]: line breaks and tabs pass.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.rest) == 0 && harmless(p) {
		if len(p) > 0 {
			w.before = rune(p[len(p)-1])
		}
		return w.to.Write(p)
	}
	text := append(w.rest, p...)
	w.rest = nil
	var out bytes.Buffer
	for i := 0; i < len(text); {
		if !utf8.FullRune(text[i:]) {
			w.rest = bytes.Clone(text[i:])
			break
		}
		r, size := utf8.DecodeRune(text[i:])
		broken := r == utf8.RuneError && size == 1
		crlf := r == '\r' && i+1 < len(text) && text[i+1] == '\n'
		if broken || hostile(r, w.before) && r != '\n' && r != '\t' && !crlf {
			out.Write(appendEscape(nil, r, text[i], broken))
		} else {
			out.Write(text[i : i+size])
		}
		w.before, i = r, i+size
	}
	if _, err := w.to.Write(out.Bytes()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what is left of a rune that was never finished.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.rest) == 0 {
		return nil
	}
	var out []byte
	for _, b := range w.rest {
		out = appendEscape(out, 0, b, true)
	}
	w.rest = nil
	_, err := w.to.Write(out)
	return err
}

func harmless(p []byte) bool {
	for _, b := range p {
		if (b < ' ' || b > '~') && b != '\n' && b != '\t' {
			return false
		}
	}
	return true
}

// Width is the number of columns that text takes in a terminal. An emoji that older terminals
// show narrow (☎️, a flag) counts as wide.
func Width(text string) int {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return uniseg.StringWidth(text)
		}
	}
	return len(text)
}
