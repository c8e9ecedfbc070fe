package reconcile

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// FoldEmail makes e-mail addresses comparable: two of them are equal when they
// differ in case, in the way in which their letters are composed (NFC), or in
// the form of an international domain (xn--…), and in nothing else.
func FoldEmail(address string) string {
	if ascii(address) && !strings.Contains(address, "xn--") && !strings.Contains(address, "XN--") {
		return strings.ToLower(address)
	}
	// A letter in the other case may have a composed form where it had none.
	address = norm.NFC.String(FoldCase(norm.NFC.String(address)))
	local, domain, found := strings.Cut(address, "@")
	if !found {
		return address
	}
	if plain, err := idna.Lookup.ToUnicode(domain); err == nil {
		domain = plain
	}
	return norm.NFC.String(local + "@" + domain)
}

// FoldCase is a text without regard to case, as Unicode folds single letters.
func FoldCase(text string) string {
	if ascii(text) {
		return strings.ToLower(text)
	}
	return strings.Map(func(r rune) rune { return unicode.ToLower(folded(r)) }, text)
}

// folded is the least of the letters that differ from r in case alone: a lower
// case is no such letter, since several may share an upper one. The mark below a
// letter that Unicode folds to iota stays what it is: behind another letter, iota
// would become that mark.
func folded(r rune) rune {
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

// Skeleton is what a person sees of a text that names something: without regard to
// case, spaces around it and how many are within, characters that cannot be seen,
// how letters are composed or how wide they are, and with the letters of other
// scripts that look like Latin ones in place of them. Two names with one skeleton
// are taken for each other; they are not equal.
func Skeleton(text string) string {
	if !ascii(text) {
		text = strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || unicode.Is(unicode.Z, r) {
				return ' '
			}
			if Unseen(r) {
				return -1
			}
			return r
		}, norm.NFKC.String(text))
		text = strings.Map(lookalike, text)
		text = strings.Map(lookalike, norm.NFC.String(FoldCase(text)))
	}
	return strings.Join(strings.Fields(FoldCase(text)), " ")
}

// Unlike says in what two texts differ that look the same, for people who cannot
// see it.
func Unlike(a, b string) string {
	switch {
	case norm.NFC.String(a) == norm.NFC.String(b):
		return "how its letters are composed"
	case FoldCase(a) == FoldCase(b):
		return "capital letters"
	case strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " "):
		return "spaces"
	case strings.IndexFunc(a+b, Unseen) >= 0 && TrimKey(a) == TrimKey(b):
		return "characters that cannot be seen"
	}
	for _, text := range []string{a, b} {
		for _, r := range text {
			switch {
			case Unseen(r):
				return fmt.Sprintf("a character that cannot be seen (U+%04X)", r)
			case r >= 0x80 && unicode.IsSpace(r):
				return fmt.Sprintf("an unusual space (U+%04X)", r)
			case latinOf[r] != 0:
				return fmt.Sprintf("a letter or sign that looks like %q (U+%04X)", latinOf[r], r)
			case r >= 0x80 && norm.NFKC.String(string(r)) != string(r):
				return fmt.Sprintf("a character of another form (U+%04X)", r)
			}
		}
	}
	return "capital letters and spaces"
}

// Unseen reports whether a character cannot be seen and takes no room: zero-width
// ones, marks of direction, the soft hyphen, byte order marks, variation selectors
// and control characters. White space is none of them.
func Unseen(r rune) bool {
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

// TrimKey is a name without what no person means by it: white space at its ends, and
// characters that cannot be seen.
func TrimKey(text string) string {
	if ascii(text) && strings.IndexFunc(text, unicode.IsControl) < 0 {
		return strings.Trim(text, " ")
	}
	text = strings.Map(func(r rune) rune {
		if Unseen(r) {
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

// latin has, behind each Latin letter or sign, those of other scripts that most
// typefaces draw in the same way: the usual ones of Cyrillic, Greek, Armenian and
// Cherokee, and the dashes and quotes that programs put in place of the plain ones
// (Unicode Technical Standard 39, confusables).
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
