package officeio

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readText reads character data up to the next tag. Not done when the text is white
// space outside the root element, which is not a token.
func (s *Scanner) readText() (done bool, err error) {
	for {
		b := s.buf[s.pos:s.end]
		i := 0
		for i < len(b) && classes[b[i]]&classQuoted != 0 {
			i++
		}
		plain := i == len(b) || b[i] == '<'
		if !plain {
			if k := bytes.IndexByte(b[i:], '<'); k >= 0 {
				i += k
			} else {
				i = len(b)
			}
		}
		if i == len(b) {
			switch err := s.more(); {
			case err == nil:
				continue
			case err != io.EOF:
				return false, err
			}
			b = s.buf[s.pos:s.end]
		}
		s.pos += i
		if len(s.marks) == 0 {
			if !Blank(b[:i]) {
				return false, SyntaxError("holds text outside its elements")
			}
			return false, nil
		}
		s.Text = b[:i]
		if !plain {
			if bytes.Contains(s.Text, []byte("]]>")) {
				return false, SyntaxError("holds ]]> outside a CDATA section")
			}
			if s.scratch, err = decodeText(s.scratch[:0], s.Text); err != nil {
				return false, err
			}
			s.Text = s.scratch
		}
		return true, nil
	}
}

// readDeclaration reads a comment or a CDATA section, and refuses a DTD. It
// yields text for a CDATA section that is not empty.
func (s *Scanner) readDeclaration() (isText bool, err error) {
	const comment, cdata = "<!--", "<![CDATA["
	for s.end-s.pos < len(cdata) {
		if err := s.more(); err == io.EOF {
			break
		} else if err != nil {
			return false, err
		}
	}
	b := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(b, []byte(comment)):
		body, err := s.until(len(comment), "-->")
		if err != nil {
			return false, err
		}
		// A comment must not hold --, nor end in --->.
		if bytes.Contains(body, []byte("--")) || bytes.HasSuffix(body, []byte("-")) {
			return false, SyntaxError("holds a comment with two hyphens in it")
		}
		return false, checkChars(body)
	case bytes.HasPrefix(b, []byte(cdata)):
		body, err := s.until(len(cdata), "]]>")
		if err != nil {
			return false, err
		}
		if len(s.marks) == 0 {
			return false, SyntaxError("holds text outside its elements")
		}
		s.scratch, err = decodeRaw(s.scratch[:0], body)
		s.Text = s.scratch
		return len(body) > 0, err
	case bytes.HasPrefix(b, []byte("<!DOCTYPE")):
		return false, SyntaxError("holds a document type declaration, which no spreadsheet program writes")
	}
	return false, SyntaxError("holds markup that is not XML")
}

// until reads up to a closer, which it searches for only after an opener of the
// given length, and returns what is between the two.
func (s *Scanner) until(opener int, closer string) ([]byte, error) {
	from := opener
	for {
		b := s.buf[s.pos:s.end]
		if from < len(b) {
			if i := bytes.Index(b[from:], []byte(closer)); i >= 0 {
				s.pos += from + i + len(closer)
				return b[opener : from+i], nil
			}
			// The next search can skip what was seen, except a closer that was cut.
			from = max(opener, len(b)-len(closer)+1)
		}
		if err := s.moreOrCut(); err != nil {
			return nil, err
		}
	}
}

// readInstruction reads a processing instruction and ignores it.
func (s *Scanner) readInstruction() error {
	body, err := s.until(2, "?>")
	if err != nil {
		return err
	}
	end, _, ok := scanName(body, 0)
	switch {
	case !ok || end < len(body) && !isSpace(body[end]):
		return SyntaxError("holds a processing instruction without a proper name")
	case strings.EqualFold(string(body[:end]), "xml"):
		return SyntaxError("holds an XML declaration that is not at its start")
	}
	return checkChars(body)
}

// readXMLDeclaration reads <?xml version="1.0" encoding="UTF-8" standalone="yes"?>.
func (s *Scanner) readXMLDeclaration() error {
	body, err := s.until(len("<?xml"), "?>")
	if err != nil {
		return err
	}
	// The same rules as for a tag's attributes hold, so it is read as one.
	tag := append(append([]byte("<xml"), body...), '>')
	n, whole, err := s.parseStart(tag)
	if err != nil {
		return err
	}
	if !whole || n != len(tag) || s.pendingEnd {
		return SyntaxError("holds a broken XML declaration")
	}
	order := 0
	for i := range s.Attrs {
		value := string(s.Attrs[i].Value)
		var rank int
		var ok bool
		switch string(s.Attrs[i].Name) {
		case "version":
			rank, ok = 1, value == "1.0"
		case "encoding":
			rank, ok = 2, true
			if !strings.EqualFold(value, "UTF-8") && !strings.EqualFold(value, "US-ASCII") {
				return SyntaxError("declares another encoding than UTF-8")
			}
		case "standalone":
			rank, ok = 3, value == "yes" || value == "no"
		}
		if !ok || rank <= order || order == 0 && rank != 1 {
			return SyntaxError("holds a broken XML declaration")
		}
		order = rank
	}
	if order == 0 {
		return SyntaxError("holds a broken XML declaration")
	}
	return nil
}

const (
	errNotUTF8 = SyntaxError("holds bytes that are not UTF-8")
	errChar    = SyntaxError("holds a control character that XML does not allow")
	errEntity  = SyntaxError("holds an & that starts no known entity")
)

// decodeText appends text with its entities decoded and its line ends made \n.
func decodeText(dst, text []byte) ([]byte, error) {
	for i := 0; i < len(text); {
		if text[i] != '&' {
			run := bytes.IndexByte(text[i:], '&')
			if run < 0 {
				run = len(text) - i
			}
			var err error
			if dst, err = decodeRaw(dst, text[i:i+run]); err != nil {
				return dst, err
			}
			i += run
			continue
		}
		semicolon := bytes.IndexByte(text[i:], ';')
		if semicolon < 0 {
			return dst, errEntity
		}
		r, ok := entity(text[i+1 : i+semicolon])
		if !ok {
			return dst, errEntity
		}
		dst = utf8.AppendRune(dst, r)
		i += semicolon + 1
	}
	return dst, nil
}

// decodeRaw appends text with its line ends made \n, entities left alone.
func decodeRaw(dst, text []byte) ([]byte, error) {
	if err := checkChars(text); err != nil {
		return dst, err
	}
	for {
		cr := bytes.IndexByte(text, '\r')
		if cr < 0 {
			return append(dst, text...), nil
		}
		dst = append(append(dst, text[:cr]...), '\n')
		text = text[cr+1:]
		if len(text) > 0 && text[0] == '\n' {
			text = text[1:]
		}
	}
}

// entity decodes the name between & and ;.
func entity(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || len(name) > 12 || name[0] != '#' {
		return 0, false
	}
	digits, base := string(name[1:]), 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 31)
	if err != nil || !isChar(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

// checkChars refuses what is not UTF-8 and characters outside XML's range.
func checkChars(text []byte) error {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				return errChar
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return errNotUTF8
		}
		if !isChar(r) {
			return errChar
		}
		i += size
	}
	return nil
}

// isChar reports whether XML 1.0 allows the character.
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}
