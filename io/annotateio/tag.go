package annotateio

import "bytes"

// tagName is the qualified name in a start tag.
func tagName(tag []byte) []byte {
	to := 1
	for to < len(tag) && !isSpace(tag[to]) && tag[to] != '>' && tag[to] != '/' {
		to++
	}
	return tag[1:to]
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

// withAttr is the tag with an attribute set; text is written unescaped.
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

// opened is the start tag of an element with content: the tag itself, unless it is an
// empty-element tag.
func opened(tag []byte) []byte {
	if head, empty := bytes.CutSuffix(tag, []byte("/>")); empty {
		return joined(head, ">", nil)
	}
	return tag
}
