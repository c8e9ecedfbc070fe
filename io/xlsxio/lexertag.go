package xlsxio

import (
	"bytes"
	"strings"
)

// Classes of bytes in tags.
const (
	classStart  = 1 << iota // may start a name
	className               // may stand in a name
	classPlain              // in an attribute's value: stands for itself
	classQuoted             // in text: stands for itself
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
func (l *lexer) readStart() error {
	if l.rootDone {
		return syntaxError("goes on behind its last element")
	}
	for {
		n, whole, err := l.parseStart(l.buf[l.pos:l.end])
		if err != nil {
			return err
		}
		if whole {
			l.pos += n
			break
		}
		if err := l.moreOrCut(); err != nil {
			return err
		}
	}
	if len(l.marks) == 0 {
		if colon := bytes.IndexByte(l.name, ':'); colon >= 0 {
			l.prefix = bytes.Clone(l.name[:colon])
		}
	}
	if err := l.push(); err != nil {
		return err
	}
	l.setName(l.name)
	return l.bindNamespace()
}

// parseStart parses a start tag at the start of b and returns its length. It
// is not whole when b ends before the tag does.
func (l *lexer) parseStart(b []byte) (n int, whole bool, err error) {
	i, ok := scanName(b, 1)
	if i == len(b) {
		return 0, false, nil
	}
	if !ok {
		return 0, false, syntaxError("holds a tag without a proper name")
	}
	l.name = b[1:i]
	l.attrs = l.attrs[:0]
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
				return 0, false, syntaxError("holds a tag with a stray slash")
			}
			l.pendingEnd = true
			return i + 2, true, nil
		}
		if i == space {
			return 0, false, syntaxError("holds a tag without a space between its parts")
		}
		if i, whole, err = l.parseAttr(b, i); err != nil || !whole {
			return 0, false, err
		}
	}
}

// parseAttr parses one attribute at b[i:] and returns where it ends.
func (l *lexer) parseAttr(b []byte, i int) (end int, whole bool, err error) {
	from := i
	i, ok := scanName(b, i)
	if i == len(b) {
		return 0, false, nil
	}
	if !ok {
		return 0, false, syntaxError("holds an attribute without a proper name")
	}
	a := attr{name: b[from:i], plain: true}
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return 0, false, nil
	}
	if b[i] != '=' {
		return 0, false, syntaxError("holds an attribute without a value")
	}
	for i++; i < len(b) && isSpace(b[i]); i++ {
	}
	if i == len(b) {
		return 0, false, nil
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return 0, false, syntaxError("holds an attribute without quotes")
	}
	i++
	from = i
	for ; i < len(b) && b[i] != quote; i++ {
		if classes[b[i]]&classPlain == 0 {
			if b[i] == '<' {
				return 0, false, syntaxError("holds < in an attribute")
			}
			a.plain = a.plain && (b[i] == '"' || b[i] == '\'')
		}
	}
	if i == len(b) {
		return 0, false, nil
	}
	a.value = b[from:i]
	if !a.plain {
		if l.scratch, err = decodeText(l.scratch[:0], a.value); err != nil {
			return 0, false, err
		}
	}
	for k := range l.attrs {
		if bytes.Equal(l.attrs[k].name, a.name) {
			return 0, false, syntaxError("holds a tag with one attribute twice")
		}
	}
	if len(l.attrs) == maxAttrs {
		return 0, false, syntaxError("holds a tag with more than 256 attributes")
	}
	l.attrs = append(l.attrs, a)
	return i + 1, true, nil
}

// scanName returns where the name at b[i:] ends; not ok when it is none: ASCII
// only, at most one colon, which neither starts nor ends it.
func scanName(b []byte, i int) (end int, ok bool) {
	from, colon := i, -1
	for ; i < len(b); i++ {
		c := b[i]
		if classes[c]&className != 0 {
			if (i == from || i == colon+1) && classes[c]&classStart == 0 {
				return i, false
			}
			continue
		}
		if c != ':' {
			break
		}
		if colon >= 0 || i == from {
			return i, false
		}
		colon = i
	}
	return i, i > from && i != colon+1
}

// bindNamespace keeps the root element's namespace and notices when an inner
// element gives the root's prefix another meaning.
func (l *lexer) bindNamespace() error {
	l.rebinds = false
	for i := range l.attrs {
		a := &l.attrs[i]
		if a.name[0] != 'x' || !bytes.HasPrefix(a.name, []byte("xmlns")) {
			continue
		}
		rest := a.name[len("xmlns"):]
		if len(rest) > 0 && rest[0] == ':' {
			rest = rest[1:]
		} else if len(rest) > 0 {
			continue
		}
		if !bytes.Equal(rest, l.prefix) {
			continue
		}
		uri, err := l.attrText(a)
		if err != nil {
			return err
		}
		if len(l.marks) == 1 {
			l.namespace = strings.Clone(uri)
		} else if uri != l.namespace {
			l.rebinds = true
		}
	}
	return nil
}

// attrText is the decoded value of an attribute.
func (l *lexer) attrText(a *attr) (string, error) {
	if a.plain {
		return string(a.value), nil
	}
	text, err := decodeText(nil, a.value)
	return string(text), err
}

// readEnd reads an end tag.
func (l *lexer) readEnd() error {
	if len(l.marks) == 0 {
		return syntaxError("closes an element that is not open")
	}
	open := l.names[l.marks[len(l.marks)-1]:]
	for {
		b := l.buf[l.pos:l.end]
		close := bytes.IndexByte(b, '>')
		if close < 0 {
			if len(b) > len(open)+64 {
				return syntaxError("closes another element than the open one")
			}
			if err := l.moreOrCut(); err != nil {
				return err
			}
			continue
		}
		name := b[2:close]
		for len(name) > 0 && isSpace(name[len(name)-1]) {
			name = name[:len(name)-1]
		}
		if !bytes.Equal(name, open) {
			return syntaxError("closes another element than the open one")
		}
		l.pos += close + 1
		l.pop()
		return nil
	}
}
