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

// apostrophesQuote reports whether a file that begins with prefix quotes with
// apostrophes, which spreadsheets offer as a text delimiter: all of its header is
// in them, and no real header is spelt like that.
func apostrophesQuote(prefix []byte, encoding string) bool {
	text, _, _ := transform.Bytes(
		decoder(encoding), prefix[:min(len(prefix), sampleHeader)],
	) // the part that can be read is enough
	return wrappedHeader.Match(text)
}

// endsInCR reports whether the lines of a file that begins with prefix seem to end in
// lone CRs. Without it, a quoted cell in the first record would count as one line.
func endsInCR(prefix []byte, encoding string) bool {
	text, _, _ := transform.Bytes(decoder(encoding), prefix[:min(len(prefix), sampleHeader)])
	return bytes.IndexByte(text, '\r') >= 0 && bytes.IndexByte(text, '\n') < 0
}

// quoteSwap swaps quotes and apostrophes, so that one reader handles both.
// swapQuotes undoes the swap in cells.
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

// foreignKinds are files that people name by mistake, and what to do about them.
var foreignKinds = []struct{ begins, what, remedy string }{
	{"PK\x03\x04", "a workbook or another zip file, not CSV", saveIt},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or password-protected workbook, not CSV", saveIt},
	{"\x1f\x8b", "a compressed file (gzip), not CSV", unpack},
	{"\x28\xb5\x2f\xfd", "a compressed file (zstd), not CSV", unpack},
	{"BZh91AY&SY", "a compressed file (bzip2), not CSV", unpack},
	{"\xfd7zXZ\x00", "a compressed file (xz), not CSV", unpack},
	{"7z\xbc\xaf\x27\x1c", "a compressed file (7-Zip), not CSV", unpack},
	{"age-encryption.org/", "a file encrypted with age, not CSV", "decrypt it first: age --decrypt --identity KEY FILE"},
	{"%PDF-", "a PDF file, not CSV", askFor},
	{"\x89PNG\r\n", "a picture, not CSV", askFor},
	{"\xff\xd8\xff", "a picture, not CSV", askFor},
	{"GIF8", "a picture, not CSV", askFor},
	{"{\\rtf", "a text document, not CSV", askFor},
	{"{\"", "JSON, not CSV", askFor},
	{"{\n", "JSON, not CSV", askFor},
	{"[{", "JSON, not CSV", askFor},
	{"[\n", "JSON, not CSV", askFor},
}

const (
	saveIt = "open it in a spreadsheet program and save it as .xlsx, .ods or CSV UTF-8"
	askFor = "ask for the list itself as .xlsx, .ods or CSV UTF-8"
	unpack = "unpack it first, and name the file within"
)

// foreign names the kind of a file that is known not to be CSV by its first bytes, and says
// what to do; empty when it may be one.
func foreign(prefix []byte) (what, remedy string) {
	for _, kind := range foreignKinds {
		if bytes.HasPrefix(prefix, []byte(kind.begins)) {
			return kind.what, kind.remedy
		}
	}
	markup := bytes.ToLower(
		bytes.TrimSpace(bytes.TrimPrefix(prefix[:min(len(prefix), sampleHeader)], []byte("\xef\xbb\xbf"))),
	)
	switch {
	case bytes.HasPrefix(markup, []byte("<?xml")) && bytes.Contains(markup, []byte("opendocument")):
		return "a flat OpenDocument file (.fods), not CSV", saveIt
	case bytes.HasPrefix(markup, []byte("<?xml")) && bytes.Contains(markup, []byte("office:spreadsheet")):
		return "an XML spreadsheet of Excel 2003, not CSV", saveIt
	}
	for _, start := range []string{"<html", "<!doctype", "<table", "<?xml", "<meta", "<head", "<style"} {
		if bytes.HasPrefix(markup, []byte(start)) {
			return "a web page or an XML document, which some programs save with a workbook's file name, not CSV", saveIt
		}
	}
	return "", ""
}
