package csvio

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/transform"
)

// EncodingNames are the best-known names of encodings. [LookupEncoding] knows more:
// the labels of WHATWG's list and the names of IANA's.
var EncodingNames = strings.Fields(
	"utf-8 utf-16le utf-16be windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 " +
		"windows-1256 windows-1257 windows-1258 windows-874 iso-8859-1 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-7 iso-8859-9 iso-8859-10 " +
		"iso-8859-13 iso-8859-15 iso-8859-16 macintosh koi8-r koi8-u ibm437 ibm850 ibm852 ibm866 shift_jis euc-jp gbk gb18030 big5 euc-kr",
)

// LookupEncoding returns the encoding's own name for any of its names, ignoring
// case; not ok when no encoding is known by it.
func LookupEncoding(name string) (string, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, own := range []string{UTF8, UTF16LE, UTF16BE, Windows1252} {
		if strings.EqualFold(own, name) {
			return own, true
		}
	}
	e, own := lookup(name)
	if e == nil {
		return "", false
	}
	return own, true
}

// lookup finds an encoding in the two lists. WHATWG's comes first, since it follows
// practice: iso-8859-1 is Windows-1252.
func lookup(name string) (encoding.Encoding, string) {
	if e, err := htmlindex.Get(name); err == nil && e != encoding.Replacement {
		if own, err := htmlindex.Name(e); err == nil {
			return e, ownName(own)
		}
	}
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		if e, err = ianaindex.IANA.Encoding(strings.Replace(name, "cp", "ibm", 1)); err != nil || e == nil {
			return nil, ""
		}
	}
	own, err := ianaindex.IANA.Name(e)
	if err != nil {
		return nil, ""
	}
	return e, ownName(own)
}

// ownName is the name by which this package knows an encoding.
func ownName(name string) string {
	for _, own := range []string{UTF8, UTF16LE, UTF16BE, Windows1252} {
		if strings.EqualFold(own, name) {
			return own
		}
	}
	return name
}

// fromNamed reads another encoding strictly: x/text's decoders put U+FFFD where
// there is no character, which would change a value silently.
type fromNamed struct {
	transform.Transformer
	name string
}

func newFromNamed(name string) transform.Transformer {
	e, _ := lookup(name)
	if e == nil {
		return fromUTF8{}
	}
	return fromNamed{e.NewDecoder(), name}
}

func (t fromNamed) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	nDst, nSrc, err = t.Transformer.Transform(dst, src, atEOF)
	if at := bytes.Index(dst[:nDst], []byte("\ufffd")); at >= 0 {
		return at, nSrc, &decodeError{"bytes that are not " + t.name, "give the file's encoding, or " + saveAsUTF8}
	}
	return nDst, nSrc, err
}

// isPlainlyUTF8 reports whether a file has characters beyond ASCII and all of them
// are UTF-8: hardly any text of another encoding is.
func isPlainlyUTF8(prefix []byte, whole bool) bool {
	if !whole {
		// The last character may be cut.
		for cut := 0; cut < utf8.UTFMax && len(prefix) > 0 && !utf8.FullRune(lastRune(prefix)); cut++ {
			prefix = prefix[:len(prefix)-len(lastRune(prefix))]
		}
	}
	return utf8.Valid(prefix) && slices.ContainsFunc(prefix, func(b byte) bool { return b >= utf8.RuneSelf })
}

// lastRune are the bytes from the start of the last character on.
func lastRune(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0 && i >= len(prefix)-utf8.UTFMax; i-- {
		if utf8.RuneStart(prefix[i]) {
			return prefix[i:]
		}
	}
	return prefix[len(prefix)-1:]
}
