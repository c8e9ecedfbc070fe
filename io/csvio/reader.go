package csvio

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/transform"

	"keyroster/io/cellio"
)

// sniffSize is how much of a file is looked at before it is read.
const sniffSize = 64 << 10

// smallSize is the size up to which a file is read with small buffers.
const smallSize = 4 << 10

// Reader is the table of one CSV file. It is for one goroutine.
type Reader struct {
	file     string
	encoding string
	// guessed: nothing confirms the encoding.
	guessed bool
	// likely are the indexes of the code pages that have a language for the letters
	// at the beginning of the file; set only if guessed.
	likely    []int
	separator rune
	// swapped: the file quotes with apostrophes.
	swapped bool
	lines   *lines
	csv     *csv.Reader
	line    cellio.Line
	err     error // sticky, also io.EOF
}

var _ cellio.Table = (*Reader)(nil)

// Open looks at the beginning of a CSV file and returns its table. name is the
// file's name in messages. The reader reads r to its end before [Reader.Next]
// returns io.EOF, and never closes it.
//
// Encodings: UTF-8 and UTF-16 by their byte order mark; without one, UTF-16 by
// its NULs, UTF-8 if the first 64 KiB are, else Windows-1252. Separators: the
// one that a first line "sep=;" declares, else comma, semicolon, tab or pipe,
// whichever divides the first records most evenly. Quotes: apostrophes where all of
// the first line is in them, else double quotes.
//
// An empty file is a table without lines. The error is a *cellio.InputError: r
// cannot be read, or is plainly not CSV.
func Open(r io.Reader, name string) (*Reader, error) { return OpenIn(r, name, "") }

// OpenIn is Open for a file in a named encoding, one that [LookupEncoding] knows. A
// byte order mark still takes precedence; UTF-8 without one is refused where another
// encoding is named, and bytes outside the encoding are refused with their line.
func OpenIn(r io.Reader, name, encoding string) (*Reader, error) {
	raw, size := bufio.NewReaderSize(r, smallSize), smallSize
	prefix, err := raw.Peek(size)
	if err == nil {
		raw, size = bufio.NewReaderSize(raw, sniffSize), sniffSize
		prefix, err = raw.Peek(size)
	}
	if err != nil && err != io.EOF {
		return nil, readError(name, 0, err)
	}
	if what, remedy := foreign(prefix); what != "" {
		return nil, &cellio.InputError{File: name, Kind: cellio.KindFileType, Message: what, Remedy: remedy}
	}
	t := &Reader{file: name}
	bom := 0
	t.encoding, bom = sniffEncoding(prefix, err == io.EOF)
	t.guessed = t.encoding == Windows1252
	if encoding != "" && bom == 0 {
		if err := t.name(encoding, prefix, err == io.EOF); err != nil {
			return nil, err
		}
	}
	if t.guessed {
		t.likely = likelyPages(prefix)
	}
	_, _ = raw.Discard(bom) // just peeked
	var text io.Reader = transform.NewReader(raw, decoder(t.encoding))
	if t.swapped = apostrophesQuote(prefix[bom:], t.encoding); t.swapped {
		text = quoteSwap{text}
	}
	size = min(8*size, sniffSize) // the most that the text can grow to
	t.lines = newLines(text, name, size)
	if endsInCR(prefix[bom:], t.encoding) {
		t.lines.styled, t.lines.oldMac = true, true
	}
	t.openCSV(size)
	return t, nil
}

// name applies the encoding that the caller named.
func (t *Reader) name(encoding string, prefix []byte, whole bool) error {
	named, ok := LookupEncoding(encoding)
	fault := &cellio.InputError{File: t.file, Kind: cellio.KindEncoding}
	switch {
	case !ok:
		fault.Message, fault.Remedy = fmt.Sprintf("unknown encoding %q", encoding), "name one such as windows-1250"
		return fault
	case named != UTF8 && isPlainlyUTF8(prefix, whole):
		fault.Message = "the file is UTF-8, but " + named + " is given as its encoding"
		fault.Remedy = "leave out --encoding, or encoding: in the configuration"
		return fault
	}
	t.encoding, t.guessed = named, false
	return nil
}

// openCSV finds the separator. An error of the text waits in t.lines, which
// repeats it when the lines before it have been read.
func (t *Reader) openCSV(size int) {
	text := bufio.NewReaderSize(t.lines, size)
	prefix, err := text.Peek(size)
	if separator, size := sepLine(prefix); size > 0 {
		t.separator = separator
		// The line end stays, so that encoding/csv counts the line.
		_, _ = text.Discard(size)
	} else {
		t.separator = sniffSeparator(prefix, err == io.EOF)
	}
	var cells io.Reader = text
	if !t.swapped {
		cells = newTextForms(text, t.separator)
	}
	t.csv = csv.NewReader(cells)
	t.csv.Comma = t.separator
	t.csv.FieldsPerRecord = -1
	t.csv.ReuseRecord = true
}

// Encoding is the detected encoding: [UTF8], [UTF16LE], [UTF16BE], [Windows1252],
// or the one that was named.
func (t *Reader) Encoding() string { return t.encoding }

// Guessed reports whether nothing confirms the encoding: see [Reader.Doubt].
func (t *Reader) Guessed() bool { return t.guessed }

// Separator is the separator that the file declares or was found to have.
func (t *Reader) Separator() rune { return t.separator }

// CellName implements [cellio.Table]: cells of a CSV file have no names.
func (t *Reader) CellName(int, int) string { return "" }

// Next implements [cellio.Table]. Lines may be of any number of cells; those
// whose cells are all empty are skipped. Every error is final and, io.EOF
// apart, a *cellio.InputError.
func (t *Reader) Next() (*cellio.Line, error) {
	for t.err == nil {
		record, err := t.csv.Read()
		if err != nil {
			t.err = t.explain(err)
			break
		}
		if t.take(record) {
			return &t.line, nil
		}
	}
	return nil, t.err
}

// take turns a record into cells and reports whether one has content.
func (t *Reader) take(record []string) bool {
	content := false
	t.line.Number, _ = t.csv.FieldPos(0)
	t.line.Cells, t.line.Spans, t.line.Last = t.line.Cells[:0], t.line.Spans[:0], 0
	for i, text := range record {
		if text == "" {
			t.line.Cells = append(t.line.Cells, cellio.Cell{})
			continue
		}
		content = true
		if t.lines.broken && hasLineBreak(text) {
			t.span(i, text)
		}
		if t.lines.marked {
			text = unmark.Replace(text)
		}
		if t.swapped {
			text = swapQuotes(text)
		}
		t.line.Cells = append(t.line.Cells, cellio.Cell{Kind: cellio.Text, Text: Unguard(text)})
	}
	return content
}

// hasLineBreak reports whether a cell has a line break, before its marks are undone.
func hasLineBreak(text string) bool {
	return strings.Contains(text, "\n") || strings.Contains(text, markCR)
}

// span notes a cell with line breaks.
func (t *Reader) span(column int, text string) {
	first, _ := t.csv.FieldPos(column)
	last := first + strings.Count(text, "\n")
	t.line.Spans = append(t.line.Spans, cellio.Span{Column: column, First: first, Last: last})
	if last > t.line.Number {
		t.line.Last = last
	}
}

// explain says what is wrong with a record, and where it starts: encoding/csv
// stops where it notices, which for an open quote is the end of the file.
func (t *Reader) explain(err error) error {
	bad, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err // io.EOF, or an InputError of t.lines
	}
	if bad.Err == csv.ErrBareQuote {
		return t.lines.fail(bad.Line, cellio.KindDamaged,
			fmt.Sprintf("a quote inside the cell, at character %d of the line", bad.Column),
			`double it, and put the whole cell in quotes: write 12" as "12"""`)
	}
	e := t.lines.fail(bad.StartLine, cellio.KindDamaged,
		"a quoted cell is not closed, or a quote inside it is not doubled",
		"look for a stray quote there, and double it if it is part of the text; if there is none, "+exportAgain)
	if bad.Line > bad.StartLine {
		e.LastLine = bad.Line
	}
	return e
}
