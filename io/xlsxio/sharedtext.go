package xlsxio

import (
	"errors"
	"io"
	"strings"

	"keyroster/io/ooxml"
)

const (
	// Shared strings are kept, so their bounds are narrower than those of other
	// parts: past textFloor bytes they may unpack to textRatio times their size,
	// and past minTexts there may be as many as the file has bytes. A cell that
	// refers to a string of its own takes more than a byte even when it is packed.
	textFloor = 64 << 20
	textRatio = 64
	minTexts  = 1 << 20
	// A chunk holds whole texts; small files need only the first, small one.
	firstChunk = 16 << 10
	maxChunk   = 1 << 20
	// maxText bounds a cell's text. Spreadsheets stop at 32,767 characters,
	// other writers may not.
	maxText = 1 << 20
)

// sharedTexts are the shared strings: packed text in chunks, and 8 bytes a
// string that say where. A string handed out pins its chunk, no more.
type sharedTexts struct {
	chunks []string
	refs   []textRef
	// bad are the texts that are none.
	bad map[int]cellFault
}

// maxBadTexts is how many of them may be bad before the part counts as damaged.
const maxBadTexts = 1000

// textRef is a text's place: chunk (24 bits), offset and length (20 each, so
// texts are shorter than maxText).
type textRef uint64

func (t *sharedTexts) len() int { return len(t.refs) }

// at returns text i, which must exist.
func (t *sharedTexts) at(i int) string {
	ref := t.refs[i]
	chunk := t.chunks[ref>>40]
	from := int(ref >> 20 & 0xFFFFF)
	return chunk[from : from+int(ref&0xFFFFF)]
}

// readSharedTexts reads sharedStrings.xml, with no more texts than most, to its
// end.
func readSharedTexts(src io.Reader, most int) (*sharedTexts, error) {
	r := &textReader{xml: ooxml.NewScanner(src)}
	texts := &sharedTexts{bad: map[int]cellFault{}}
	var chunk strings.Builder
	limit := firstChunk
	chunk.Grow(limit)
	flush := func() {
		texts.chunks = append(texts.chunks, chunk.String())
		chunk = strings.Builder{}
	}
	if err := r.root("sst"); err != nil {
		return nil, err
	}
	for {
		more, err := r.child("si")
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if len(texts.refs) == most {
			return nil, ooxml.ErrTooLarge
		}
		var bad cellFault
		r.text, err = r.rich(r.text[:0])
		if err := alone(err, &bad); err != nil {
			return nil, err
		}
		if bad != "" {
			if len(texts.bad) == maxBadTexts {
				return nil, errBadTexts
			}
			texts.bad[len(texts.refs)] = bad
		}
		// A chunk that is full to the brim takes no more, not even an empty
		// text, whose offset would not fit in 20 bits.
		if chunk.Len()+len(r.text) >= limit && chunk.Len() > 0 {
			flush()
			limit = min(2*limit, maxChunk)
			chunk.Grow(max(limit, len(r.text)))
		}
		if len(texts.chunks) >= 1<<24-1 {
			return nil, ooxml.ErrTooLarge
		}
		texts.refs = append(texts.refs, textRef(len(texts.chunks))<<40|textRef(chunk.Len())<<20|textRef(len(r.text)))
		chunk.Write(r.text)
	}
	flush()
	return texts, r.drain()
}

var errBadTexts = ooxml.SyntaxError("holds more than 1,000 texts that are none")

// textReader reads the elements that hold texts. Its methods are called just
// behind a start tag and consume up to the matching end tag.
type textReader struct {
	xml  *ooxml.Scanner
	text []byte
}

// root reads up to the root element, which must have that name in a main
// namespace.
func (r *textReader) root(name string) error {
	tok, err := r.xml.Next()
	if err != nil {
		return err
	}
	if tok != ooxml.Start || string(r.xml.Local) != name {
		return ooxml.SyntaxError("is not a <" + name + "> part")
	}
	if ns := r.xml.Namespace; ns != ooxml.Main && ns != ooxml.StrictMain {
		return ooxml.SyntaxError("is not in the namespace of workbooks")
	}
	return nil
}

// child finds the next child of that name; false at the end of the parent.
// White space may stand between children and extLst at their end; anything
// else is refused, so that nothing with content is passed over.
func (r *textReader) child(name string) (bool, error) {
	for {
		more, err := r.element()
		switch {
		case err != nil || !more:
			return false, err
		case r.is(name):
			return true, nil
		case r.is("extLst"):
			if err := r.xml.Skip(); err != nil {
				return false, err
			}
		default:
			return false, errUnknownElement
		}
	}
}

// each calls visit at the start tag of each child, which it must read to its end.
func (r *textReader) each(visit func() error) error {
	for {
		more, err := r.element()
		if err != nil || !more {
			return err
		}
		if err := visit(); err != nil {
			return err
		}
	}
}

// element finds the next child of any name; false at the end of the parent.
func (r *textReader) element() (bool, error) {
	for {
		tok, err := r.xml.Next()
		switch {
		case err != nil || tok != ooxml.Text:
			return tok == ooxml.Start, err
		case !ooxml.Blank(r.xml.Text):
			return false, errStray
		}
	}
}

const (
	errStray          = ooxml.SyntaxError("holds text where none belongs")
	errUnknownElement = ooxml.SyntaxError("holds an element that does not belong there")
	errTwice          = ooxml.SyntaxError("holds an element twice that may come once")
)

// is reports whether the current start tag has that name in the main namespace.
func (r *textReader) is(name string) bool {
	return r.xml.Main && !r.xml.Rebinds && string(r.xml.Local) == name
}

// rich appends the text of an si or is element: its t, and the t of its runs.
// Phonetic runs are readings of the text, not part of it. A [cellFault] comes once
// the element was read to its end, and then nothing is appended.
func (r *textReader) rich(dst []byte) ([]byte, error) { return r.texts(dst, false) }

// texts is rich, or the same of a run, which has one text and no runs.
func (r *textReader) texts(dst []byte, run bool) ([]byte, error) {
	from := len(dst)
	var plain, runs bool
	var bad cellFault
	for {
		more, err := r.element()
		switch {
		case err != nil:
			return dst, err
		case !more && bad != "":
			return dst[:from], bad
		case !more:
			return dst, nil
		case r.is("t"):
			if plain || runs {
				bad = badRich
			}
			plain = true
			dst, err = r.escaped(dst)
		case !run && r.is("r"):
			runs = true
			dst, err = r.texts(dst, true)
		case r.is("extLst"), run && r.is("rPr"), !run && (r.is("rPh") || r.is("phoneticPr")):
			err = r.xml.Skip()
		default:
			err = errUnknownElement
		}
		if err = alone(err, &bad); err != nil {
			return dst, err
		}
		if len(dst)-from >= maxText {
			bad, dst = badLength, dst[:from]
		}
	}
}

// chars appends the character data of an element without children.
func (r *textReader) chars(dst []byte) ([]byte, error) {
	from := len(dst)
	var bad cellFault
	for {
		tok, err := r.xml.Next()
		switch {
		case err != nil:
			return dst, err
		case tok == ooxml.End && bad != "":
			return dst, bad
		case tok == ooxml.End:
			return dst, nil
		case tok == ooxml.Start:
			return dst, errUnknownElement
		}
		if dst = append(dst, r.xml.Text...); len(dst)-from >= maxText {
			bad, dst = badLength, dst[:from]
		}
	}
}

// escaped appends the character data of an element whose escapes count.
func (r *textReader) escaped(dst []byte) ([]byte, error) {
	from := len(dst)
	dst, err := r.chars(dst)
	if err != nil {
		return dst, err
	}
	dst, ok := ooxml.Unescape(dst, from)
	if !ok {
		return dst, badEscape
	}
	return dst, nil
}

// drain reads what follows the root element and so proves the part's end.
func (r *textReader) drain() error {
	tok, err := r.xml.Next()
	if err == nil && tok != ooxml.EOF {
		err = errors.New("internal error: the root element is not closed")
	}
	return err
}
