package csvio

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Writer writes CSV that a spreadsheet opens without running any cell and that
// [Open] reads back exactly, apart from records whose cells are all empty.
// It is for one goroutine; call [Writer.Flush] at the end.
type Writer struct {
	w       *bufio.Writer
	marked  bool
	records int
}

// encoding/csv's writer is not used: with CRLF line ends it also rewrites the
// line ends inside cells.

// NewWriter returns a writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriter(w)} }

// NewFileWriter returns a writer of a file that people open, which begins with a
// byte order mark. Without one Excel takes UTF-8 for the code page of the
// country: names are garbled, and so are masks (••••), which are no longer
// recognised if the file is saved as a workbook and comes back as a roster.
func NewFileWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriter(w), marked: true} }

// Write writes one record. Cells pass through [Guard] and are quoted where needed. A
// cell that is not UTF-8 or holds a NUL cannot be written: then nothing of the
// record is, the error names record and cell by number, and writing may go on. Other
// errors are those of the underlying writer and come back from every later call.
func (w *Writer) Write(cells []string) error {
	w.records++
	for i, cell := range cells {
		if !utf8.ValidString(cell) || strings.IndexByte(cell, 0) >= 0 {
			return fmt.Errorf("write record %d: cell %d is not text", w.records, i+1)
		}
	}
	if w.marked {
		_, _ = w.w.WriteString("\ufeff")
		w.marked = false
	}
	for i, cell := range cells {
		if i > 0 {
			_ = w.w.WriteByte(',')
		}
		w.cell(Guard(cell), w.records == 1 && i == 0 || len(cells) == 1)
	}
	_, err := w.w.WriteString("\r\n") // bufio keeps the first error
	return err
}

// Flush writes what is buffered to the underlying writer.
func (w *Writer) Flush() error { return w.w.Flush() }

// cell writes one cell. risky cells may be taken for something else by readers
// that look at the beginning of a file or at blank lines.
func (w *Writer) cell(text string, risky bool) {
	if !needsQuotes(text) && !(risky && misleading(text)) {
		_, _ = w.w.WriteString(text)
		return
	}
	_ = w.w.WriteByte('"')
	for {
		i := strings.IndexByte(text, '"')
		if i < 0 {
			break
		}
		_, _ = w.w.WriteString(text[:i])
		_, _ = w.w.WriteString(`""`)
		text = text[i+1:]
	}
	_, _ = w.w.WriteString(text)
	_ = w.w.WriteByte('"')
}

// needsQuotes reports whether a cell must be quoted: beside what CSV asks for,
// every separator that readers may try, spaces at the ends, which some trim,
// and control characters.
func needsQuotes(text string) bool {
	if text == "" {
		return false
	}
	if text[0] == ' ' || text[len(text)-1] == ' ' {
		return true
	}
	for i := range len(text) {
		if unsafeBare[text[i]] {
			return true
		}
	}
	return false
}

// unsafeBare are the bytes that a cell without quotes must not have.
var unsafeBare = func() (set [256]bool) {
	for c := range ' ' {
		set[c] = true
	}
	for _, c := range `"` + separators {
		set[c] = true
	}
	return set
}()

// misleading reports whether text at the beginning of a file would be read as a
// statement about it (a byte order mark, the separator, the quotes, another file
// type), or would make a record of one cell a blank line.
func misleading(text string) bool {
	what, _ := foreign([]byte(text))
	if text == "" || text[0] == '\'' || strings.HasPrefix(text, "\ufeff") || what != "" {
		return true
	}
	_, size := sepLine([]byte(text))
	return size > 0
}
