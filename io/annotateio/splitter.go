package annotateio

import (
	"bytes"
	"errors"
	"io"
)

// piece is the kind of what the splitter found.
type piece uint8

const (
	// pieceEnd comes when the part has ended.
	pieceEnd piece = iota
	// pieceOpen is a start tag, pieceEmpty an element without content in one
	// tag, pieceClose an end tag.
	pieceOpen
	pieceEmpty
	pieceClose
	// pieceOther is text, a comment or an instruction; a long text comes in
	// several.
	pieceOther
)

// maxPiece bounds a tag and by that the memory of the splitter.
const maxPiece = 4 << 20

var errPiece = errors.New("a part of the workbook ends in the middle, or holds a tag of more than 4 MiB")

// splitter cuts a part into tags and what lies between them. It loses and
// changes no byte: its pieces, one after the other, are the part. It is no judge
// of the part, which the proving reader has read before.
type splitter struct {
	src      io.Reader
	buf      []byte
	pos, end int
	err      error
}

func newSplitter(src io.Reader) *splitter { return &splitter{src: src, buf: make([]byte, 128<<10)} }

// next returns the next piece, which is valid until the following call.
func (s *splitter) next() (piece, []byte, error) {
	for {
		if kind, n := cut(s.buf[s.pos:s.end]); n > 0 {
			raw := s.buf[s.pos : s.pos+n]
			s.pos += n
			return kind, raw, nil
		}
		if s.err == io.EOF {
			if s.pos < s.end {
				return pieceEnd, nil, errPiece
			}
			return pieceEnd, nil, nil
		}
		if s.err != nil {
			return pieceEnd, nil, s.err
		}
		if err := s.fill(); err != nil {
			return pieceEnd, nil, err
		}
	}
}

// fill reads more behind what is left.
func (s *splitter) fill() error {
	copy(s.buf, s.buf[s.pos:s.end])
	s.end -= s.pos
	s.pos = 0
	if s.end == len(s.buf) {
		if len(s.buf) >= maxPiece {
			return errPiece
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.src.Read(s.buf[s.end:])
	s.end, s.err = s.end+n, err
	return nil
}

// cut returns the first piece of b and its length, 0 when b has not all of it.
func cut(b []byte) (piece, int) {
	if len(b) == 0 || b[0] == '<' && len(b) < len("<!--") {
		return pieceOther, 0
	}
	if b[0] != '<' {
		if n := bytes.IndexByte(b, '<'); n > 0 {
			return pieceOther, n
		}
		return pieceOther, len(b)
	}
	switch b[1] {
	case '/':
		return pieceClose, bytes.IndexByte(b, '>') + 1
	case '?':
		return pieceOther, through(b, "?>")
	case '!':
		if bytes.HasPrefix(b, []byte("<!--")) {
			return pieceOther, through(b, "-->")
		}
		return pieceOther, through(b, "]]>")
	}
	quote := byte(0)
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>' && b[i-1] == '/':
			return pieceEmpty, i + 1
		case c == '>':
			return pieceOpen, i + 1
		}
	}
	return pieceOther, 0
}

// through is the length up to the end of closer, 0 when it is not there.
func through(b []byte, closer string) int {
	// The closer of <!--> is not the hyphens of its opener.
	const opener = 2
	skip := opener
	if closer == "-->" {
		skip = len("<!--")
	}
	if len(b) < skip {
		return 0
	}
	i := bytes.Index(b[skip:], []byte(closer))
	if i < 0 {
		return 0
	}
	return skip + i + len(closer)
}

// tagName is the qualified name in a tag.
func tagName(tag []byte) []byte {
	from := 1
	if len(tag) > 1 && tag[1] == '/' {
		from = 2
	}
	to := from
	for to < len(tag) && !isSpace(tag[to]) && tag[to] != '>' && tag[to] != '/' {
		to++
	}
	return tag[from:to]
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// attr finds an attribute's value, as written, in a tag.
func attr(tag []byte, name string) (from, to int, ok bool) {
	i := 1 + len(tagName(tag))
	for i < len(tag) {
		for i < len(tag) && isSpace(tag[i]) {
			i++
		}
		start := i
		for i < len(tag) && tag[i] != '=' && !isSpace(tag[i]) && tag[i] != '>' && tag[i] != '/' {
			i++
		}
		found := string(tag[start:i]) == name
		for i < len(tag) && (isSpace(tag[i]) || tag[i] == '=') {
			i++
		}
		if i >= len(tag) || tag[i] != '"' && tag[i] != '\'' {
			return 0, 0, false
		}
		end := bytes.IndexByte(tag[i+1:], tag[i])
		if end < 0 {
			return 0, 0, false
		}
		if found {
			return i + 1, i + 1 + end, true
		}
		i += end + 2
	}
	return 0, 0, false
}

// value is an attribute's value as written, empty when it is not there.
func value(tag []byte, name string) string {
	from, to, _ := attr(tag, name)
	return string(tag[from:to])
}

// withAttr is the tag with an attribute set; text is written as it is.
func withAttr(tag []byte, name, text string) []byte {
	from, to, ok := attr(tag, name)
	if !ok {
		from = 1 + len(tagName(tag))
		to = from
		text = " " + name + `="` + text + `"`
	}
	return joined(tag[:from], text, tag[to:])
}

// withoutAttr is the tag without an attribute.
func withoutAttr(tag []byte, name string) []byte {
	from, to, ok := attr(tag, name)
	if !ok {
		return tag
	}
	for from--; from > 0 && !isSpace(tag[from]); from-- {
	}
	return joined(tag[:from], "", tag[to+1:])
}

func joined(head []byte, text string, tail []byte) []byte {
	out := make([]byte, 0, len(head)+len(text)+len(tail))
	return append(append(append(out, head...), text...), tail...)
}

// opened is a tag without content as the start tag of one with content.
func opened(tag []byte) []byte {
	end := len(tag) - len("/>")
	return joined(tag[:end], ">", nil)
}
