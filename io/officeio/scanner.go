package officeio

import (
	"bytes"
	"errors"
	"io"
)

// Token is the kind of what a [Scanner] found.
type Token uint8

const (
	// EOF comes once the root element was closed and the input ended.
	EOF Token = iota
	// Start is a start tag; an empty-element tag yields Start and End.
	Start
	End
	// Text is character data, one run or one CDATA section at a time.
	Text
	// Other is what only a verbatim scanner yields: the XML declaration,
	// comments, instructions, and white space outside the root element.
	Other
)

const (
	bufferSize = 64 << 10
	// maxToken bounds one tag, text, comment or instruction, and by that the
	// memory of a scanner. A cell holds at most 32,767 characters.
	maxToken = 2 << 20
	maxDepth = 256
	maxAttrs = 256
)

// SyntaxError says why a part is not well-formed XML, or uses what no
// spreadsheet writes (DTD, another encoding).
type SyntaxError string

func (e SyntaxError) Error() string { return string(e) }

// Attr is one attribute as written; Value is not decoded.
type Attr struct {
	Name, Value []byte
	// plain: Value holds no entity, line end or non-ASCII character.
	plain bool
}

// Scanner splits a part into tags and text and refuses what is not well-formed. It is stricter than
// encoding/xml: UTF-8 only, no DTD, one colon in a name, ASCII element names, unique attributes.
//
// A token is parsed only when it lies whole in the buffer; where the buffer
// ends too early, more is read and the token is parsed again from its start.
// So no state is kept inside a token, and the result cannot depend on how the
// reader cuts its bytes.
//
// The slices of the current token are valid until the next call of [Scanner.Next].
type Scanner struct {
	// Name is the qualified name of a tag, Local the name without its prefix.
	Name, Local []byte
	// Main: the prefix is the root element's. Rebinds: a namespace declaration
	// changes what that prefix means.
	Main, Rebinds bool
	// Attrs are those of a start tag.
	Attrs []Attr
	// Text is character data, decoded.
	Text []byte
	// Namespace is the root element's.
	Namespace string

	src      io.Reader
	verbatim bool
	// buf[from:pos] is the current token, buf[pos:end] is not read yet; offset
	// is where buf is in the part.
	buf            []byte
	from, pos, end int
	offset         int
	srcErr         error

	// The open elements: their qualified names, concatenated in names, starting at
	// marks, each with the position of its colon, -1 for none.
	names  []byte
	marks  []int
	colons []int
	colon  int // of the current start tag

	// pendingEnd: the last start tag was an empty-element tag.
	pendingEnd bool
	started    bool
	rootDone   bool

	scratch []byte
	prefix  []byte // the root element's
}

// NewScanner returns a scanner of a part for readers of its content.
func NewScanner(src io.Reader) *Scanner {
	return &Scanner{src: src, buf: make([]byte, bufferSize)}
}

// NewVerbatim returns a scanner for rewriting a part: it yields every byte, so that
// the results of [Scanner.Raw] add up to the part.
func NewVerbatim(src io.Reader) *Scanner {
	s := NewScanner(src)
	s.verbatim = true
	return s
}

// ScanBytes returns a scanner of a part in memory, which must not change meanwhile.
func ScanBytes(data []byte) *Scanner {
	return &Scanner{buf: data, end: len(data), srcErr: io.EOF}
}

// Raw is the current token as written: empty for the end of an empty-element tag.
func (s *Scanner) Raw() []byte { return s.buf[s.from:s.pos] }

// Offset is where the current token starts in the part, and where it ends.
func (s *Scanner) Offset() (from, to int) { return s.offset + s.from, s.offset + s.pos }

// Empty reports whether the current start tag is an empty-element tag.
func (s *Scanner) Empty() bool { return s.pendingEnd }

// Depth is the number of open elements.
func (s *Scanner) Depth() int { return len(s.marks) }

// Attr is the attribute of that qualified name of the current start tag, as written;
// nil when it has none.
func (s *Scanner) Attr(name string) []byte {
	for i := range s.Attrs {
		if string(s.Attrs[i].Name) == name {
			return s.Attrs[i].Value
		}
	}
	return nil
}

// more reads more input into the buffer. It moves the buffered bytes, which
// invalidates everything that points into them. io.EOF means there is no more.
func (s *Scanner) more() error {
	if s.srcErr != nil {
		return s.srcErr
	}
	if s.from > 0 {
		copy(s.buf, s.buf[s.from:s.end])
		s.end -= s.from
		s.pos -= s.from
		s.offset += s.from
		s.from = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxToken {
			return SyntaxError("holds a tag or text of more than 2 MiB")
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.srcErr = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	s.srcErr = io.ErrNoProgress
	return s.srcErr
}

// moreOrCut is more inside a token, where the input must not end.
func (s *Scanner) moreOrCut() error {
	err := s.more()
	if err == io.EOF {
		return SyntaxError("ends in the middle")
	}
	return err
}

// Next returns the next token.
func (s *Scanner) Next() (Token, error) {
	s.from = s.pos
	if s.pendingEnd {
		s.pendingEnd = false
		s.pop()
		return End, nil
	}
	if !s.started {
		if err := s.begin(); err != nil {
			return EOF, err
		}
		if s.verbatim && s.pos > s.from {
			return Other, nil
		}
		s.from = s.pos
	}
	for {
		if s.pos == s.end {
			if err := s.more(); err == io.EOF {
				return s.finish()
			} else if err != nil {
				return EOF, err
			}
		}
		if s.buf[s.pos] == '<' && s.end-s.pos < 2 {
			if err := s.moreOrCut(); err != nil {
				return EOF, err
			}
		}
		switch {
		case s.buf[s.pos] != '<':
			if done, err := s.readText(); err != nil || done {
				return Text, err
			}
		case s.buf[s.pos+1] == '/':
			return End, s.readEnd()
		case s.buf[s.pos+1] == '?':
			if err := s.readInstruction(); err != nil {
				return EOF, err
			}
		case s.buf[s.pos+1] == '!':
			if isText, err := s.readDeclaration(); err != nil || isText {
				return Text, err
			}
		default:
			return Start, s.readStart()
		}
		if s.verbatim {
			return Other, nil
		}
		s.from = s.pos
	}
}

// finish handles the end of the input between two tokens.
func (s *Scanner) finish() (Token, error) {
	switch {
	case len(s.marks) > 0:
		return EOF, SyntaxError("ends before its last element is closed")
	case !s.rootDone:
		return EOF, SyntaxError("holds no element")
	}
	return EOF, nil
}

// begin handles what only the start of a part may hold: a byte order mark and
// an XML declaration.
func (s *Scanner) begin() error {
	head, err := s.head()
	if err != nil {
		return err
	}
	s.started = true
	switch {
	case bytes.HasPrefix(head, []byte("\xFE\xFF")), bytes.HasPrefix(head, []byte("\xFF\xFE")),
		bytes.HasPrefix(head, []byte("<\x00")), bytes.HasPrefix(head, []byte("\x00<")):
		return SyntaxError("is encoded as UTF-16, which no spreadsheet program writes")
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		s.pos += 3
		if head, err = s.head(); err != nil {
			return err
		}
	}
	if bytes.HasPrefix(head, []byte("<?xml")) && len(head) > 5 && isSpace(head[5]) {
		return s.readXMLDeclaration()
	}
	return nil
}

// head is what is buffered: enough to see whether an XML declaration follows.
func (s *Scanner) head() ([]byte, error) {
	for s.end-s.pos < len("<?xml ") {
		if err := s.more(); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
	}
	return s.buf[s.pos:s.end], nil
}

// Skip reads to the end of the element whose start tag was the last token.
func (s *Scanner) Skip() error {
	for depth := s.Depth(); s.Depth() >= depth; {
		if _, err := s.Next(); err != nil {
			return err
		}
	}
	return nil
}

// Drain reads what follows the closed root element, and so proves the part's end.
func (s *Scanner) Drain() error {
	tok, err := s.Next()
	if err == nil && tok != EOF {
		err = errors.New("internal error: the root element is not closed")
	}
	return err
}

// push opens an element with the qualified name s.Name.
func (s *Scanner) push() error {
	if len(s.marks) == maxDepth {
		return SyntaxError("nests more than 256 elements")
	}
	s.marks, s.colons = append(s.marks, len(s.names)), append(s.colons, s.colon)
	s.names = append(s.names, s.Name...)
	return nil
}

// pop closes the innermost element and makes its name the current one.
func (s *Scanner) pop() {
	last := len(s.marks) - 1
	s.setName(s.names[s.marks[last]:], s.colons[last])
	s.names = s.names[:s.marks[last]]
	s.marks, s.colons = s.marks[:last], s.colons[:last]
	if last == 0 {
		s.rootDone = true
	}
}

// setName makes a qualified name the current one.
func (s *Scanner) setName(name []byte, colon int) {
	s.Name, s.Local = name, name[colon+1:]
	s.Main = bytes.Equal(name[:max(colon, 0)], s.prefix)
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// Blank reports whether a text is white space only.
func Blank(text []byte) bool { return len(TrimSpace(text)) == 0 }

// TrimSpace is a text without surrounding spaces.
func TrimSpace(text []byte) []byte { return bytes.Trim(text, " \n\t\r") }
