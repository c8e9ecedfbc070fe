package xlsxio

import (
	"bytes"
	"io"
)

// token is what the lexer found.
type token uint8

const (
	// tokEOF comes once the root element was closed and the input ended.
	tokEOF token = iota
	// tokStart is a start tag; an empty-element tag yields tokStart and tokEnd.
	tokStart
	tokEnd
	// tokText is character data, one run or one CDATA section at a time.
	tokText
)

const (
	lexBufferSize = 64 << 10
	// maxToken bounds one tag, text, comment or instruction, and by that the
	// memory of the lexer. A cell holds at most 32,767 characters.
	maxToken = 2 << 20
	maxDepth = 256
	maxAttrs = 256
)

// syntaxError says why a part is not well-formed XML, or uses what no
// spreadsheet writes (DTD, another encoding).
type syntaxError string

func (e syntaxError) Error() string { return string(e) }

// attr is one attribute as written; value is not decoded.
type attr struct {
	name, value []byte
	// plain: value holds no entity, line end or non-ASCII character.
	plain bool
}

// lexer splits a part into tags and text and refuses what is not well-formed.
// It is stricter than encoding/xml: UTF-8 only, no DTD, no colon games, ASCII
// element names, unique attributes.
//
// A token is parsed only when it lies whole in the buffer; where the buffer
// ends too early, more is read and the token is parsed again from its start.
// So no state is kept inside a token, and the result cannot depend on how the
// reader cuts its bytes.
type lexer struct {
	src      io.Reader
	buf      []byte
	pos, end int
	srcErr   error

	// The open elements: their qualified names, one after the other in
	// names, starting at marks.
	names []byte
	marks []int

	// pendingEnd: the last start tag was an empty-element tag.
	pendingEnd bool
	started    bool
	rootDone   bool

	// The current token. The slices are valid until the next call of next.
	name    []byte // qualified name
	local   []byte
	main    bool // the prefix is the root element's
	rebinds bool // a namespace declaration changes what that prefix means
	attrs   []attr
	text    []byte // decoded
	scratch []byte

	prefix    []byte // the root element's
	namespace string // the root element's
}

func newLexer(src io.Reader) *lexer {
	return &lexer{src: src, buf: make([]byte, lexBufferSize)}
}

// depth is the number of open elements.
func (l *lexer) depth() int { return len(l.marks) }

// more reads more input behind what is buffered. It moves the buffered bytes,
// so everything that points into them is void. io.EOF means there is no more.
func (l *lexer) more() error {
	if l.srcErr != nil {
		return l.srcErr
	}
	if l.pos > 0 {
		copy(l.buf, l.buf[l.pos:l.end])
		l.end -= l.pos
		l.pos = 0
	}
	if l.end == len(l.buf) {
		if len(l.buf) >= maxToken {
			return syntaxError("holds a tag or text of more than 2 MiB")
		}
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	for range 100 {
		n, err := l.src.Read(l.buf[l.end:])
		l.end += n
		if err != nil {
			l.srcErr = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	l.srcErr = io.ErrNoProgress
	return l.srcErr
}

// moreOrCut is more inside a token, where the input must not end.
func (l *lexer) moreOrCut() error {
	err := l.more()
	if err == io.EOF {
		return syntaxError("ends in the middle")
	}
	return err
}

// next returns the next token.
func (l *lexer) next() (token, error) {
	if l.pendingEnd {
		l.pendingEnd = false
		l.pop()
		return tokEnd, nil
	}
	if !l.started {
		if err := l.begin(); err != nil {
			return tokEOF, err
		}
	}
	for {
		if l.pos == l.end {
			if err := l.more(); err == io.EOF {
				return l.finish()
			} else if err != nil {
				return tokEOF, err
			}
		}
		if l.buf[l.pos] != '<' {
			if done, err := l.readText(); err != nil || done {
				return tokText, err
			}
			continue
		}
		if l.end-l.pos < 2 {
			if err := l.moreOrCut(); err != nil {
				return tokEOF, err
			}
			continue
		}
		switch l.buf[l.pos+1] {
		case '/':
			return tokEnd, l.readEnd()
		case '?':
			if err := l.readInstruction(); err != nil {
				return tokEOF, err
			}
		case '!':
			if isText, err := l.readDeclaration(); err != nil || isText {
				return tokText, err
			}
		default:
			return tokStart, l.readStart()
		}
	}
}

// finish is the end of the input between two tokens.
func (l *lexer) finish() (token, error) {
	switch {
	case len(l.marks) > 0:
		return tokEOF, syntaxError("ends before its last element is closed")
	case !l.rootDone:
		return tokEOF, syntaxError("holds no element")
	}
	return tokEOF, nil
}

// begin handles what only the start of a part may hold: a byte order mark and
// an XML declaration.
func (l *lexer) begin() error {
	for l.end-l.pos < len("<?xml ") {
		if err := l.more(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	l.started = true
	head := l.buf[l.pos:l.end]
	switch {
	case bytes.HasPrefix(head, []byte("\xFE\xFF")), bytes.HasPrefix(head, []byte("\xFF\xFE")),
		bytes.HasPrefix(head, []byte("<\x00")), bytes.HasPrefix(head, []byte("\x00<")):
		return syntaxError("is encoded as UTF-16, which no spreadsheet program writes")
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		l.pos += 3
		for l.end-l.pos < len("<?xml ") {
			if err := l.more(); err == io.EOF {
				break
			} else if err != nil {
				return err
			}
		}
		head = l.buf[l.pos:l.end]
	}
	if bytes.HasPrefix(head, []byte("<?xml")) && len(head) > 5 && isSpace(head[5]) {
		return l.readXMLDeclaration()
	}
	return nil
}

// skip reads to the end of the element whose start tag was the last token.
func (l *lexer) skip() error {
	for depth := l.depth(); l.depth() >= depth; {
		if _, err := l.next(); err != nil {
			return err
		}
	}
	return nil
}

// push opens an element with the qualified name l.name.
func (l *lexer) push() error {
	if len(l.marks) == maxDepth {
		return syntaxError("nests more than 256 elements")
	}
	l.marks = append(l.marks, len(l.names))
	l.names = append(l.names, l.name...)
	return nil
}

// pop closes the innermost element and makes its name the current one.
func (l *lexer) pop() {
	last := len(l.marks) - 1
	l.setName(l.names[l.marks[last]:])
	l.names = l.names[:l.marks[last]]
	l.marks = l.marks[:last]
	if last == 0 {
		l.rootDone = true
	}
}

// setName makes a qualified name the current one.
func (l *lexer) setName(name []byte) {
	l.name, l.local = name, name
	colon := bytes.IndexByte(name, ':')
	if colon >= 0 {
		l.local = name[colon+1:]
	}
	l.main = bytes.Equal(name[:max(colon, 0)], l.prefix)
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// blank reports whether a text is white space only.
func blank(text []byte) bool {
	for _, c := range text {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

func trimSpace(text []byte) []byte {
	for len(text) > 0 && isSpace(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && isSpace(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}
