package reconcile

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// NormalizeEmail makes e-mail addresses comparable: two of them are equal if they differ
// only in case, in Unicode composition (NFC), or in the form of an international domain
// (xn--…).
func NormalizeEmail(address string) string {
	if ascii(address) && !strings.Contains(address, "xn--") && !strings.Contains(address, "XN--") {
		return strings.ToLower(address)
	}
	// A letter in the other case may have a composed form even if it had none.
	address = norm.NFC.String(CaseFold(norm.NFC.String(address)))
	local, domain, found := strings.Cut(address, "@")
	if !found {
		return address
	}
	if plain, err := idna.Lookup.ToUnicode(domain); err == nil {
		domain = plain
	}
	return norm.NFC.String(local + "@" + domain)
}

// CaseFold returns a text without regard to case, as Unicode folds single letters.
func CaseFold(text string) string {
	if ascii(text) {
		return strings.ToLower(text)
	}
	return strings.Map(func(r rune) rune { return unicode.ToLower(caseFolded(r)) }, text)
}

// caseFolded returns the smallest of the letters that differ from r only in case. Lower
// case would not do, since several letters may share an upper one. The combining mark that
// Unicode folds to iota is kept: after another letter, iota would become that mark.
func caseFolded(r rune) rune {
	if r == iotaBelow {
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		if next != iotaBelow {
			least = min(least, next)
		}
	}
	return least
}

const iotaBelow = '\u0345'

// Skeleton returns how a name looks to a reader: without regard to case, spaces, invisible
// characters, Unicode composition and width, with letters of other scripts replaced by the
// Latin ones they look like, and, in a word with digits, letters replaced by the digits
// they are mistaken for: E0O1 is E001. Names with the same skeleton can be confused; they
// are not equal.
func Skeleton(text string) string { return digitsForLetters(letterSkeleton(text)) }

// digitsForLetters replaces o by 0, and l and i by 1, in words of a lower-case text that
// have a digit.
func digitsForLetters(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	out := []byte(text)
	for start := 0; start < len(out); {
		end := start
		for end < len(out) && (out[end] >= 0x80 || asciiAlnum(out[end])) {
			end++
		}
		if word := out[start:end]; bytes.ContainsAny(word, "0123456789") {
			for i, c := range word {
				switch c {
				case 'o':
					word[i] = '0'
				case 'l', 'i':
					word[i] = '1'
				}
			}
		}
		start = end + 1
	}
	return string(out)
}

func asciiAlnum(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' }

// letterSkeleton returns a skeleton in which letters are not replaced by digits.
func letterSkeleton(text string) string {
	if !ascii(text) {
		text = strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || unicode.Is(unicode.Z, r) {
				return ' '
			}
			if IsInvisible(r) {
				return -1
			}
			return r
		}, norm.NFKC.String(text))
		text = strings.Map(lookalike, text)
		text = strings.Map(lookalike, norm.NFC.String(CaseFold(text)))
	}
	return strings.Join(strings.Fields(CaseFold(text)), " ")
}

// ExplainLookalikes says in what two texts differ that look the same.
func ExplainLookalikes(a, b string) string {
	switch {
	case norm.NFC.String(a) == norm.NFC.String(b):
		return "how its letters are encoded"
	case CaseFold(a) == CaseFold(b):
		return "capital letters"
	case strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " "):
		return "spaces"
	case strings.IndexFunc(a+b, IsInvisible) >= 0 && TrimKey(a) == TrimKey(b):
		return "invisible characters"
	}
	for _, text := range []string{a, b} {
		for _, r := range text {
			switch {
			case IsInvisible(r):
				return fmt.Sprintf("an invisible character (U+%04X)", r)
			case r >= 0x80 && unicode.IsSpace(r):
				return fmt.Sprintf("an unusual space (U+%04X)", r)
			case latinOf[r] != 0:
				return fmt.Sprintf("a letter or sign that looks like %q (U+%04X)", latinOf[r], r)
			case r >= 0x80 && norm.NFKC.String(string(r)) != string(r):
				return fmt.Sprintf("a character of another form (U+%04X)", r)
			}
		}
	}
	if letterSkeleton(a) != letterSkeleton(b) {
		return "a letter in place of a digit (O and 0, l or I and 1)"
	}
	return "capital letters and spaces"
}

// IsInvisible reports whether a character has no visible form and no width: zero-width
// ones, marks of direction, the soft hyphen, byte order marks, variation selectors and
// control characters. White space does not count.
func IsInvisible(r rune) bool {
	switch {
	case unicode.IsSpace(r):
		return false
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Cc, r):
		return true
	}
	return r == '\u034f' || r == '\u115f' || r == '\u1160' || r == '\u17b4' || r == '\u17b5' || r == '\u3164' ||
		r == '\uffa0' ||
		r == '\u2800'
}

// TrimKey removes from a name what is never intended: white space at its ends, and
// invisible characters.
func TrimKey(text string) string {
	if ascii(text) && strings.IndexFunc(text, unicode.IsControl) < 0 {
		return strings.Trim(text, " ")
	}
	text = strings.Map(func(r rune) rune {
		if IsInvisible(r) {
			return -1
		}
		return r
	}, text)
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Z, r) })
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// latin lists, after each Latin letter or sign, the characters of other scripts that most
// typefaces draw in the same way: the usual ones of Cyrillic, Greek, Armenian and Cherokee,
// and the dashes and quotes that programs use in place of the plain ones (Unicode Technical
// Standard 39, confusables).
var latin = [...]string{
	"aаαɑ", "AАΑᎪ", "BВΒᏴ", "cсϲ", "CСϹᏟ", "dԁ", "DᎠ", "eеҽ", "EЕΕᎬ", "FϜ", "gɡց", "GԌᏀ", "hһհ", "HНΗᎻ", "iіιıᎥ", "IІΙӀ", "jј", "JЈᎫ",
	"KКΚᏦ", "lӏ", "LᏞ", "MМΜᎷ", "nոп", "NΝ", "oоοօ", "OОΟՕ", "pрρ", "PРΡᏢ", "qԛ", "QԚ", "rг", "RᎡ", "sѕ", "SЅՏᏚ", "TТΤᎢ", "uυս", "UՍ",
	"vνѵ", "VѴᏙ", "wԝѡ", "WԜᎳ", "xхχ", "XХΧ", "yуγү", "YΥҮ", "zᴢ", "ZΖᏃ",
	"-‐‑‒–—―−", "'‘’‛ʼ´`", "\"“”„‟",
}

var latinOf = func() map[rune]rune {
	of := map[rune]rune{}
	for _, alike := range latin {
		letters := []rune(alike)
		for _, r := range letters[1:] {
			of[r] = letters[0]
		}
	}
	return of
}()

func lookalike(r rune) rune {
	if plain, ok := latinOf[r]; ok {
		return plain
	}
	return r
}
