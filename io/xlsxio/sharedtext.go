package xlsxio

import (
	"bytes"
	"io"

	"keyroster/io/officeio"
)

const (
	// Shared strings are kept in memory, so their bounds are tighter than those of other parts:
	// above textFloor bytes they may unpack to textRatio times their size, and above minTexts
	// there may be as many as the file has bytes. Even packed, a cell that refers to a string
	// takes more than a byte.
	textFloor = 64 << 20
	textRatio = 64
	minTexts  = 1 << 20
)

// sharedTexts are the shared strings.
type sharedTexts struct {
	officeio.Texts
	// bad are the faults of broken texts.
	bad map[int]officeio.CellFault
}

// maxBadTexts is how many of them may be bad before the part counts as damaged.
const maxBadTexts = 1000

// readSharedTexts reads sharedStrings.xml, of at most that many texts, to its end.
func readSharedTexts(src io.Reader, most int) (*sharedTexts, error) {
	r := &textReader{xml: officeio.NewScanner(src)}
	texts := &sharedTexts{bad: map[int]officeio.CellFault{}}
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
		if texts.Len() == most {
			return nil, officeio.ErrTooLarge
		}
		var bad officeio.CellFault
		r.text, err = r.rich(r.text[:0])
		if err := bad.Catch(err); err != nil {
			return nil, err
		}
		if bad != "" {
			if len(texts.bad) == maxBadTexts {
				return nil, errBadTexts
			}
			texts.bad[texts.Len()] = bad
		}
		if !texts.Add(r.text) {
			return nil, officeio.ErrTooLarge
		}
	}
	return texts, r.xml.Drain()
}

var errBadTexts = officeio.SyntaxError("holds more than 1,000 invalid texts")

// textReader reads the elements that hold texts. Its methods are called just after a start tag
// and consume everything up to the matching end tag.
type textReader struct {
	xml  *officeio.Scanner
	text []byte
	// struck: the run that is read is crossed out.
	struck bool
}

// root reads up to the root element, which must have that name in a main
// namespace.
func (r *textReader) root(name string) error {
	tok, err := r.xml.Next()
	if err != nil {
		return err
	}
	if tok != officeio.Start || string(r.xml.Local) != name {
		return officeio.SyntaxError("is not a <" + name + "> part")
	}
	if ns := r.xml.Namespace; ns != officeio.Main && ns != officeio.StrictMain {
		return officeio.SyntaxError("is not in the namespace of workbooks")
	}
	return nil
}

// child finds the next child of that name; false at the end of the parent. White space may come
// between children and extLst at their end; anything else is refused, so that nothing with
// content is skipped.
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
		case err != nil || tok != officeio.Text:
			return tok == officeio.Start, err
		case !officeio.Blank(r.xml.Text):
			return false, errStray
		}
	}
}

const (
	errStray          = officeio.SyntaxError("holds text where none is allowed")
	errUnknownElement = officeio.SyntaxError("holds an element that is not allowed there")
	errTwice          = officeio.SyntaxError("holds an element twice that is allowed once")
)

// is reports whether the current start tag has that name in the main namespace.
func (r *textReader) is(name string) bool {
	return r.xml.Main && !r.xml.Rebinds && string(r.xml.Local) == name
}

// rich appends the text of an si or is element: its t, and the t of its runs.
// Phonetic runs are readings of the text, not part of it. It returns an [officeio.CellFault]
// only after reading the element to its end, and then appends nothing.
func (r *textReader) rich(dst []byte) ([]byte, error) { return r.texts(dst, false) }

// texts is rich, also for a run, which has one text and no runs.
func (r *textReader) texts(dst []byte, run bool) ([]byte, error) {
	from := len(dst)
	var plain, runs, crossed, kept bool
	var bad officeio.CellFault
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
			runs, r.struck = true, false
			before := len(dst)
			dst, err = r.texts(dst, true)
			if len(bytes.TrimSpace(dst[min(before, len(dst)):])) > 0 {
				crossed, kept = crossed || r.struck, kept || !r.struck
			}
			if crossed && kept {
				bad = officeio.BadStruck
			}
		case run && r.is("rPr"):
			err = r.runStyle()
		case r.is("extLst"), !run && (r.is("rPh") || r.is("phoneticPr")):
			err = r.xml.Skip()
		default:
			err = errUnknownElement
		}
		if err = bad.Catch(err); err != nil {
			return dst, err
		}
		if len(dst)-from >= officeio.MaxText {
			bad, dst = officeio.BadLength, dst[:from]
		}
	}
}

// runStyle reads the style of a run to its end, to see whether its text is crossed out.
func (r *textReader) runStyle() error {
	for depth := r.xml.Depth(); r.xml.Depth() >= depth; {
		tok, err := r.xml.Next()
		if err != nil {
			return err
		}
		if tok == officeio.Start && r.is("strike") {
			value := r.xml.Attr("val")
			r.struck = value == nil || officeio.Flag(string(value))
		}
	}
	return nil
}

// chars appends the character data of an element without children.
func (r *textReader) chars(dst []byte) ([]byte, error) {
	from := len(dst)
	var bad officeio.CellFault
	for {
		tok, err := r.xml.Next()
		switch {
		case err != nil:
			return dst, err
		case tok == officeio.End && bad != "":
			return dst, bad
		case tok == officeio.End:
			return dst, nil
		case tok == officeio.Start:
			return dst, errUnknownElement
		}
		if dst = append(dst, r.xml.Text...); len(dst)-from >= officeio.MaxText {
			bad, dst = officeio.BadLength, dst[:from]
		}
	}
}

// escaped appends the character data of an element, with its escapes decoded.
func (r *textReader) escaped(dst []byte) ([]byte, error) {
	from := len(dst)
	dst, err := r.chars(dst)
	if err != nil {
		return dst, err
	}
	dst, ok := officeio.Unescape(dst, from)
	if !ok {
		return dst, badEscape
	}
	return dst, nil
}
