package lexicon

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// number replaces every way to write "number" in a form.
const number = "#"

// numberWords are those ways; some may end a longer word.
var (
	numberWords  = []string{"n", "no", "nr", "nro", "num", "numer", "numero", "number", "nummer", "nbr"}
	numberEnding = []string{"nummer", "number", "numero", "nro", "nr"}
)

// signs are replaced with words before a text is split.
var signs = strings.NewReplacer("N.º", "No ", "n.º", "No ", "Nº", "No ", "nº", "No ", "N.°", "No ", "n.°", "No ",
	"N°", "No ", "n°", "No ", "№", "No ", "#", " No ")

// longest is the length in bytes of the longest header that may be a word.
const longest = 128

// forms are the spellings by which a word is compared: in lower case without accents,
// and as German and Danish transcribe their letters (ae for ä), in any order.
func forms(word string) []string {
	if len(word) > longest {
		return nil
	}
	word = signs.Replace(norm.NFC.String(word))
	var found []string
	for _, spelt := range []string{spelling.Replace(word), word} {
		if form := form(spelt); form != "" && !slices.Contains(found, form) {
			found = append(found, form)
		}
	}
	return found
}

var (
	spelling = strings.NewReplacer(
		"ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "å", "aa", "Å", "Aa", "ø", "oe", "Ø", "Oe",
	)
	// letters have no accent that could be removed.
	letters = strings.NewReplacer(
		"ß", "ss", "ø", "o", "Ø", "O", "æ", "ae", "Æ", "Ae", "œ", "oe", "Œ", "Oe", "ł", "l", "Ł", "L", "đ", "d", "ı", "i",
	)
)

// form is a word in lower-case ASCII letters and digits, with its number at the end.
func form(word string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(letters.Replace(word)))
	var b strings.Builder
	numbered := false
	apart := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	for token := range strings.FieldsFuncSeq(plain, apart) {
		if slices.Contains(numberWords, token) {
			numbered = true
			continue
		}
		for _, ending := range numberEnding {
			if bare, cut := strings.CutSuffix(token, ending); cut {
				token, numbered = bare, true
				break
			}
		}
		b.WriteString(token)
	}
	if numbered {
		b.WriteString(number)
	}
	return b.String()
}

// Number reports whether a header only says, in some language, that it is a number: of a
// person, of the line, of anything.
func Number(header string) bool { return slices.Contains(forms(header), number) }
