package csvio

import (
	"bufio"
	"bytes"
	"io"
)

// longestForm is how long a cell of the form ="…" may be to be recognised.
const longestForm = 256

// textForms handles cells of the form ="…", which protects the zeros of a text from
// spreadsheets and which encoding/csv takes for a stray quote. It puts them into
// quotes, so that the cell's text is exactly that of the file.
type textForms struct {
	src       *bufio.Reader
	separator byte
	// quoted: an odd number of quotes came before. last is the byte before.
	quoted bool
	last   byte
	// out is the part of a quoted cell that has not been passed on yet.
	out []byte
}

func newTextForms(src *bufio.Reader, separator rune) io.Reader {
	return &textForms{src: src, separator: byte(separator), last: '\n'}
}

var formStart = []byte(`="`)

// Read implements [io.Reader].
func (t *textForms) Read(p []byte) (int, error) {
	if len(t.out) > 0 {
		n := copy(p, t.out)
		t.out = t.out[n:]
		return n, nil
	}
	if _, err := t.src.Peek(1); err != nil {
		return 0, err
	}
	chunk, _ := t.src.Peek(min(t.src.Buffered(), len(p)))
	at := bytes.Index(chunk, formStart)
	switch {
	case at > 0:
		chunk = chunk[:at] // up to the form, which comes next
	case at == 0:
		if size := t.form(); size > 0 {
			t.wrap(size)
			return t.Read(p)
		}
		chunk = chunk[:1]
	case len(chunk) > 1 && chunk[len(chunk)-1] == '=':
		chunk = chunk[:len(chunk)-1] // the quote may come next
	case len(chunk) == 1 && chunk[0] == '=':
		if size := t.form(); size > 0 {
			t.wrap(size)
			return t.Read(p)
		}
	}
	t.pass(chunk)
	n := copy(p, chunk)
	_, err := t.src.Discard(n)
	return n, err
}

// pass records text that is passed on.
func (t *textForms) pass(text []byte) {
	t.quoted = t.quoted != (bytes.Count(text, []byte{'"'})%2 == 1)
	t.last = text[len(text)-1]
}

// form is the size of the next cell if it has that form and is complete, or 0.
func (t *textForms) form() int {
	if t.quoted || t.last != '\n' && t.last != t.separator {
		return 0
	}
	next, _ := t.src.Peek(longestForm)
	if !bytes.HasPrefix(next, formStart) {
		return 0
	}
	end := bytes.IndexAny(next[len(formStart):], "\"\n")
	if end < 0 || next[len(formStart)+end] != '"' {
		return 0
	}
	size := len(formStart) + end + 1
	if bytes.IndexByte(next[:size], t.separator) >= 0 ||
		size < len(next) && next[size] != '\n' && next[size] != t.separator {
		return 0
	}
	if size == len(next) && size == longestForm {
		return 0
	}
	return size
}

// wrap puts the next cell, of that many bytes, into quotes.
func (t *textForms) wrap(size int) {
	cell, _ := t.src.Peek(size)
	t.out = append(t.out[:0], '"')
	t.out = append(t.out, bytes.ReplaceAll(cell, []byte(`"`), []byte(`""`))...)
	t.out = append(t.out, '"')
	t.last = '"'
	_, _ = t.src.Discard(size)
}
