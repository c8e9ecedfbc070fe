package officeio

import (
	"bytes"
	"strings"
)

// Classes of bytes in tags.
const (
	classStart  = 1 << iota // may start a name
	className               // may occur in a name
	classPlain              // in an attribute's value: literal
	classQuoted             // in text: literal
)

var classes = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
			t[c] |= classStart | className
		case c >= '0' && c <= '9', c == '-', c == '.':
			t[c] |= className
		}
		if c >= ' ' && c < 0x7f && c != '<' && c != '&' {
			if c != '"' && c != '\'' {
				t[c] |= classPlain
			}
			if c != ']' {
				t[c] |= classQuoted
			}
		}
	}
	t['\n'] |= classQuoted
	t['\t'] |= classQuoted
	return t
}()

// readStart reads a start tag or an empty-element tag.
func (s *Scanner) readStart() error {
	if s.rootDone {
		return SyntaxError("continues after its last element")
	}
	for {
		n, whole, err := s.parseStart(s.buf[s.pos:s.end])
		if err != nil {
			return err
		}
		if whole {
			s.pos += n
			break
		}
		if err := s.moreOrCut(); err != nil {
			return err
		}
	}
	if len(s.marks) == 0 {
		s.prefix = bytes.Clone(s.Name[:max(s.colon, 0)])
	}
	if err := s.push(); err != nil {
		return err
	}
	s.setName(s.Name, s.colon)
	return s.bindNamespace()
}

// parseStart parses a start tag at the start of b and returns its length. It
// is not whole when b ends before the tag does.
func (s *Scanner) parseStart(b []byte) (n int, whole bool, err error) {
	i, colon, ok := scanName(b, 1)
	if i == len(b) {
		return 0, false, nil
	}
	if !ok {
		return 0, false, SyntaxError("holds a tag without a proper name")
	}
	s.Name, s.colon = b[1:i], max(colon-1, -1)
	s.Attrs = s.Attrs[:0]
	for {
		space := i
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i == len(b) {
			return 0, false, nil
		}
		switch b[i] {
		case '>':
			return i + 1, true, nil
		case '/':
			if i+1 == len(b) {
				return 0, false, nil
			}
			if b[i+1] != '>' {
				return 0, false, SyntaxError("holds a tag with a stray slash")
			}
			s.pendingEnd = true
			return i + 2, true, nil
		}
		if i == space {
			return 0, false, SyntaxError("holds a tag without a space between its parts")
		}
		if i, whole, err = s.parseAttr(b, i); err != nil || !whole {
			return 0, false, err
		}
	}
}

// parseAttr parses one attribute at b[i:] and returns where it ends.
func (s *Scanner) parseAttr(b []byte, i int) (end int, whole bool, err error) {
	from := i
	i, _, ok := scanName(b, i)
	if i == len(b) {
		return 0, false, nil
	}
	if !ok {
		return 0, false, SyntaxError("holds an attribute without a proper name")
	}
	a := Attr{Name: b[from:i], plain: true}
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return 0, false, nil
	}
	if b[i] != '=' {
		return 0, false, SyntaxError("holds an attribute without a value")
	}
	for i++; i < len(b) && isSpace(b[i]); i++ {
	}
	if i == len(b) {
		return 0, false, nil
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return 0, false, SyntaxError("holds an attribute without quotes")
	}
	i++
	from = i
	for ; i < len(b) && b[i] != quote; i++ {
		if classes[b[i]]&classPlain == 0 {
			if b[i] == '<' {
				return 0, false, SyntaxError("holds < in an attribute")
			}
			a.plain = a.plain && (b[i] == '"' || b[i] == '\'')
		}
	}
	if i == len(b) {
		return 0, false, nil
	}
	a.Value = b[from:i]
	if !a.plain {
		if s.scratch, err = decodeText(s.scratch[:0], a.Value); err != nil {
			return 0, false, err
		}
	}
	for k := range s.Attrs {
		if bytes.Equal(s.Attrs[k].Name, a.Name) {
			return 0, false, SyntaxError("holds a tag with one attribute twice")
		}
	}
	if len(s.Attrs) == maxAttrs {
		return 0, false, SyntaxError("holds a tag with more than 256 attributes")
	}
	s.Attrs = append(s.Attrs, a)
	return i + 1, true, nil
}

// scanName returns where the name at b[i:] ends, and where its colon is, -1 for none. Not ok
// when it is not a name: ASCII only, at most one colon, which neither starts nor ends it.
func scanName(b []byte, i int) (end, colon int, ok bool) {
	from := i
	colon = -1
	for ; i < len(b); i++ {
		c := b[i]
		if classes[c]&className != 0 {
			if (i == from || i == colon+1) && classes[c]&classStart == 0 {
				return i, colon, false
			}
			continue
		}
		if c != ':' {
			break
		}
		if colon >= 0 || i == from {
			return i, colon, false
		}
		colon = i
	}
	return i, colon, i > from && i != colon+1
}

// bindNamespace keeps the root element's namespace and notices when an inner
// element gives the root's prefix another meaning.
func (s *Scanner) bindNamespace() error {
	s.Rebinds = false
	for i := range s.Attrs {
		a := &s.Attrs[i]
		if a.Name[0] != 'x' || !bytes.HasPrefix(a.Name, []byte("xmlns")) {
			continue
		}
		rest := a.Name[len("xmlns"):]
		if len(rest) > 0 && rest[0] == ':' {
			rest = rest[1:]
		} else if len(rest) > 0 {
			continue
		}
		if !bytes.Equal(rest, s.prefix) {
			continue
		}
		uri, err := s.AttrText(a)
		if err != nil {
			return err
		}
		if len(s.marks) == 1 {
			s.Namespace = strings.Clone(uri)
		} else if uri != s.Namespace {
			s.Rebinds = true
		}
	}
	return nil
}

// AttrText is the decoded value of an attribute.
func (s *Scanner) AttrText(a *Attr) (string, error) {
	text, err := s.AttrBytes(a)
	return string(text), err
}

// AttrBytes is the decoded value of an attribute, valid until the next call of
// [Scanner.Next].
func (s *Scanner) AttrBytes(a *Attr) ([]byte, error) {
	if a.plain {
		return a.Value, nil
	}
	return decodeText(nil, a.Value)
}

// readEnd reads an end tag.
func (s *Scanner) readEnd() error {
	if len(s.marks) == 0 {
		return SyntaxError("closes an element that is not open")
	}
	open := s.names[s.marks[len(s.marks)-1]:]
	for {
		b := s.buf[s.pos:s.end]
		close := bytes.IndexByte(b, '>')
		if close < 0 {
			if len(b) > len(open)+64 {
				return SyntaxError("closes another element than the open one")
			}
			if err := s.moreOrCut(); err != nil {
				return err
			}
			continue
		}
		name := b[2:close]
		for len(name) > 0 && isSpace(name[len(name)-1]) {
			name = name[:len(name)-1]
		}
		if !bytes.Equal(name, open) {
			return SyntaxError("closes another element than the open one")
		}
		s.pos += close + 1
		s.pop()
		return nil
	}
}
