package csvio

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/transform"
)

// sampleHeader is how much of a file is looked at to find its quotes.
const sampleHeader = 4 << 10

// wrappedHeader is a first line of two cells at least, each of them in
// apostrophes.
var wrappedHeader = regexp.MustCompile(`^(?i:sep=.\r?\n)?'[^'\r\n]*'(\t'[^'\r\n]*')+(\r|\n|$)|` +
	`^(?i:sep=.\r?\n)?'[^'\r\n]*'(;'[^'\r\n]*')+(\r|\n|$)|` +
	`^(?i:sep=.\r?\n)?'[^'\r\n]*'(,'[^'\r\n]*')+(\r|\n|$)|` +
	`^(?i:sep=.\r?\n)?'[^'\r\n]*'(\|'[^'\r\n]*')+(\r|\n|$)`)

// apostrophesQuote reports whether a file that begins with prefix quotes by
// apostrophes, which spreadsheets offer as a text delimiter: its header is all in
// them, and no header is spelt so.
func apostrophesQuote(prefix []byte, encoding string) bool {
	text, _, _ := transform.Bytes(
		decoder(encoding), prefix[:min(len(prefix), sampleHeader)],
	) // the part that can be read is enough
	return wrappedHeader.Match(text)
}

// endsInCR reports whether the lines of a file that begins with prefix end in lone
// CRs, so far as that shows. Without it, a quoted cell in the first record would
// have one line.
func endsInCR(prefix []byte, encoding string) bool {
	text, _, _ := transform.Bytes(decoder(encoding), prefix[:min(len(prefix), sampleHeader)])
	return bytes.IndexByte(text, '\r') >= 0 && bytes.IndexByte(text, '\n') < 0
}

// quoteSwap makes quotes of apostrophes and apostrophes of quotes, so that one
// reader knows the rules of both. What it does to cells is undone by swapQuotes.
type quoteSwap struct{ src io.Reader }

// Read implements [io.Reader].
func (s quoteSwap) Read(p []byte) (int, error) {
	n, err := s.src.Read(p)
	for i, b := range p[:n] {
		switch b {
		case '"':
			p[i] = '\''
		case '\'':
			p[i] = '"'
		}
	}
	return n, err
}

var quotes = strings.NewReplacer(`"`, `'`, `'`, `"`)

// swapQuotes is a cell's text as the file has it.
func swapQuotes(text string) string { return quotes.Replace(text) }

// foreign names the kind of a file that is known not to be CSV by its first
// bytes; empty when it may be one.
func foreign(prefix []byte) string {
	switch {
	case bytes.HasPrefix(prefix, []byte("PK\x03\x04")):
		return "a workbook or another zip file, not CSV"
	case bytes.HasPrefix(prefix, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "an old or password-protected workbook, not CSV"
	case bytes.HasPrefix(prefix, []byte("%PDF-")):
		return "a PDF file, not CSV"
	}
	markup := bytes.ToLower(
		bytes.TrimSpace(bytes.TrimPrefix(prefix[:min(len(prefix), sampleHeader)], []byte("\xef\xbb\xbf"))),
	)
	switch {
	case bytes.HasPrefix(markup, []byte("<?xml")) && bytes.Contains(markup, []byte("opendocument")):
		return "a flat OpenDocument file (.fods), not CSV"
	case bytes.HasPrefix(markup, []byte("<?xml")) && bytes.Contains(markup, []byte("office:spreadsheet")):
		return "an XML spreadsheet of Excel 2003, not CSV"
	}
	for _, start := range []string{"<html", "<!doctype", "<table", "<?xml", "<meta", "<head", "<style"} {
		if bytes.HasPrefix(markup, []byte(start)) {
			return "a web page or an XML document, as some programs write under the name of a workbook, not CSV"
		}
	}
	return ""
}
