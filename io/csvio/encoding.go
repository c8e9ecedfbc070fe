package csvio

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// The encodings of [Reader.Encoding].
const (
	UTF8        = "UTF-8"
	UTF16LE     = "UTF-16LE"
	UTF16BE     = "UTF-16BE"
	Windows1252 = "Windows-1252"
)

const saveAsUTF8 = "save it as CSV UTF-8 and try again"

// decodeError is why bytes are not text in the encoding. The line reader, which
// alone knows the line, turns it into a cellio.InputError.
type decodeError struct{ message, remedy string }

func (e *decodeError) Error() string { return e.message }

var (
	errNotUTF8 = &decodeError{"bytes that are not UTF-8, in a file that is UTF-8 before them", saveAsUTF8}
	errNot1252 = &decodeError{
		"bytes that are neither UTF-8 nor Windows-1252",
		"name its encoding (--encoding windows-1250), or " + saveAsUTF8,
	}
	errMixed     = &decodeError{"UTF-8 characters in a file that is Windows-1252 before them", saveAsUTF8}
	errSurrogate = &decodeError{"half of a UTF-16 character", saveAsUTF8}
	errCutChar   = &decodeError{"the file ends in the middle of a character", exportAgain}
)

// sniffEncoding names the encoding of a file that begins with prefix, and the
// length of its byte order mark. whole says that prefix is the whole file.
func sniffEncoding(prefix []byte, whole bool) (name string, bom int) {
	switch {
	case bytes.HasPrefix(prefix, []byte("\xef\xbb\xbf")):
		return UTF8, 3
	case bytes.HasPrefix(prefix, []byte("\xff\xfe")):
		return UTF16LE, 2
	case bytes.HasPrefix(prefix, []byte("\xfe\xff")):
		return UTF16BE, 2
	}
	if name := sniffNULs(prefix); name != "" {
		return name, 0
	}
	if looksWindows1252(prefix, whole) {
		return Windows1252, 0
	}
	return UTF8, 0
}

// sniffNULs finds UTF-16 without a mark by its NULs: at least a quarter of the
// byte pairs have one, and nearly all on the same side (a few letters beyond
// Latin have it on the other). Any other number of NULs is damage.
func sniffNULs(prefix []byte) string {
	var nuls [2]int
	for i, b := range prefix {
		if b == 0 {
			nuls[i&1]++
		}
	}
	enough := max(2, len(prefix)/8)
	switch {
	case nuls[1] >= enough && nuls[0] <= nuls[1]/8:
		return UTF16LE
	case nuls[0] >= enough && nuls[1] <= nuls[0]/8:
		return UTF16BE
	}
	return ""
}

// looksWindows1252 reports whether prefix has bytes beyond ASCII and none of them
// could be UTF-8. Where some could, the file is UTF-8 with damage, or a mixture:
// reading it as UTF-8 finds the line.
func looksWindows1252(prefix []byte, whole bool) bool {
	invalid := false
	for i := 0; i < len(prefix); {
		if prefix[i] < utf8.RuneSelf {
			i++
			continue
		}
		if !whole && !utf8.FullRune(prefix[i:]) {
			break
		}
		_, size := utf8.DecodeRune(prefix[i:])
		if size > 1 {
			return false
		}
		invalid = true
		i++
	}
	return invalid
}

// decoder returns the strict transformer from the named encoding to UTF-8. A byte
// that it cannot read is an error, never U+FFFD, which would change a value silently.
func decoder(name string) transform.Transformer {
	switch name {
	case UTF16LE:
		return fromUTF16{order: binary.LittleEndian}
	case UTF16BE:
		return fromUTF16{order: binary.BigEndian}
	case Windows1252:
		return from1252{}
	case UTF8:
		return fromUTF8{}
	}
	return newFromNamed(name)
}

// fromUTF8 is x/text's validator, but distinguishes a file cut within a character
// from other damage.
type fromUTF8 struct{ transform.NopResetter }

func (fromUTF8) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	if len(src) <= len(dst) && utf8.Valid(src) { // eight bytes at a time, for ASCII
		return copy(dst, src), len(src), nil
	}
	nDst, nSrc, err = encoding.UTF8Validator.Transform(dst, src, atEOF)
	if err == encoding.ErrInvalidUTF8 {
		if !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, errCutChar
		}
		return nDst, nSrc, errNotUTF8
	}
	return nDst, nSrc, err
}

// fromUTF16 refuses what x/text's decoder replaces: single surrogates and an odd last byte.
type fromUTF16 struct {
	transform.NopResetter
	order binary.ByteOrder
}

func (t fromUTF16) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		rest := src[nSrc:]
		if len(rest) < 2 {
			return nDst, nSrc, shortOr(errCutChar, atEOF)
		}
		r, size := rune(t.order.Uint16(rest)), 2
		if utf16.IsSurrogate(r) {
			if len(rest) < 4 {
				return nDst, nSrc, shortOr(errCutChar, atEOF)
			}
			r, size = utf16.DecodeRune(r, rune(t.order.Uint16(rest[2:]))), 4
			if r == utf8.RuneError {
				return nDst, nSrc, errSurrogate
			}
		}
		if len(dst)-nDst < utf8.UTFMax {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}

// from1252 refuses the five bytes that Windows-1252 leaves undefined, and runs
// of bytes that would be UTF-8: two exports in one file, one in each encoding,
// must not be read as if all were Windows-1252.
type from1252 struct{ transform.NopResetter }

func (from1252) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if len(dst)-nDst < utf8.UTFMax {
			return nDst, nSrc, transform.ErrShortDst
		}
		b := src[nSrc]
		if b < utf8.RuneSelf {
			dst[nDst] = b
			nDst++
			nSrc++
			continue
		}
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		if _, size := utf8.DecodeRune(src[nSrc:]); size > 1 {
			return nDst, nSrc, errMixed
		}
		r := charmap.Windows1252.DecodeByte(b)
		if r == utf8.RuneError {
			return nDst, nSrc, errNot1252
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc++
	}
	return nDst, nSrc, nil
}

// shortOr asks for more input, or is err when there is none.
func shortOr(err error, atEOF bool) error {
	if atEOF {
		return err
	}
	return transform.ErrShortSrc
}
