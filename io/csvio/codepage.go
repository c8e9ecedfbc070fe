package csvio

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// codePage is a single-byte encoding that spreadsheets write unless asked for
// UTF-8, with the letters of the languages that it is used for.
type codePage struct {
	name      string
	page      *charmap.Charmap
	languages []language
}

type language struct{ name, letters string }

// codePages are those of Europe on Windows, the likeliest first, and those of DOS and the old Mac,
// in which Excel still saves CSV when asked to. Only letters beyond ASCII are listed, in lower case.
var codePages = []codePage{
	{Windows1252, charmap.Windows1252, western},
	{"Windows-1250", charmap.Windows1250, []language{
		{"Polish", "ąćęłńóśźż"},
		{"Czech", "áčďéěíňóřšťúůýž"},
		{"Slovak", "áäčďéíĺľňóôŕšťúýž"},
		{"Hungarian", "áéíóöőúüű"},
		{"Romanian", "ăâîşţ"},
		{"Croatian or Slovene", "čćđšž"},
	}},
	{"Windows-1254", charmap.Windows1254, []language{{"Turkish", "çğıi̇öşüâîû"}}},
	{"Windows-1257", charmap.Windows1257, []language{
		{"Lithuanian", "ąčęėįšųūž"}, {"Latvian", "āčēģīķļņšūž"}, {"Estonian", "äõöüšž"},
	}},
	{"Windows-1251", charmap.Windows1251, []language{{"Cyrillic", "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђјљњћџѓќѕ"}}},
	{"Windows-1253", charmap.Windows1253, []language{{"Greek", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"}}},
	{"IBM850", charmap.CodePage850, western},
	{"Macintosh", charmap.Macintosh, western},
}

// western are the languages of Windows-1252.
var western = []language{
	{"German", "äöüß"},
	{"French", "àâæçéèêëîïôœùûüÿ"},
	{"Spanish", "áéíñóúüçºª"},
	{"Portuguese", "áâãàçéêíóôõúºª"},
	{"Italian", "àèéìíîòóùú"},
	{"Danish or Norwegian", "æøåéòô"},
	{"Swedish or Finnish", "åäöéü"},
	{"Dutch", "éëïóöüèê"},
	{"Icelandic", "áðéíóúýþæö"},
}

// read converts a text that was decoded as Windows-1252 to this page; not ok where
// the page lacks a byte, or Windows-1252 a character.
func (p *codePage) read(text string) (string, bool) {
	var b strings.Builder
	for _, r := range text {
		raw, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			return "", false
		}
		if r = p.page.DecodeByte(raw); r == unicode.ReplacementChar {
			return "", false
		}
		b.WriteRune(r)
	}
	return b.String(), true
}

// language is the language of the page that has all letters of a text, empty for
// none.
func (p *codePage) language(text string) string {
	for _, l := range p.languages {
		if !strings.ContainsFunc(text, func(r rune) bool {
			return r > unicode.MaxASCII && unicode.IsLetter(r) && !strings.ContainsRune(l.letters, unicode.ToLower(r))
		}) {
			return l.name
		}
	}
	return ""
}

// Doubt is what is uncertain about a text that was read as Windows-1252 because
// nothing declares its encoding.
type Doubt struct {
	// Letters are those that other code pages have in place of the text's own.
	Letters []string
	// Readings are what the text is in the code pages that have a language for
	// it, the likeliest first, each text once.
	Readings []Reading
}

// Reading is a text in one code page.
type Reading struct{ Encoding, Language, Text string }

// Doubt is what is uncertain about a text of the table: nil where the encoding is
// known, or all code pages of Latin letters agree, as on ä, ö, ü and é.
func (t *Reader) Doubt(text string) *Doubt {
	if !t.guessed || !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil
	}
	d := &Doubt{}
	foreign := foreignWord(text)
	all := []rune(text)
	for i, r := range all {
		before, after := ' ', ' '
		if i > 0 {
			before = all[i-1]
		}
		if i+1 < len(all) {
			after = all[i+1]
		}
		if letter := string(r); (doubtful(r) || misplaced(before, r, after) ||
			foreign && r > unicode.MaxASCII && unicode.IsLetter(r)) && !slices.Contains(d.Letters, letter) {
			d.Letters = append(d.Letters, letter)
		}
	}
	if len(d.Letters) == 0 {
		return nil
	}
	for _, i := range t.likely {
		p := &codePages[i]
		read, language := p.plausible(text)
		if language != "" && !slices.ContainsFunc(d.Readings, func(r Reading) bool { return r.Text == read }) {
			d.Readings = append(d.Readings, Reading{Encoding: p.name, Language: language, Text: read})
		}
	}
	return d
}

// plausible is read with the language that the result could be in; empty for none.
func (p *codePage) plausible(text string) (read, language string) {
	read, ok := p.read(text)
	if !ok || strings.ContainsFunc(read, odd) || mixed(read) {
		return "", ""
	}
	return read, p.language(read)
}

// likelyPages are the pages that have a language for the beginning of a file, or
// all pages if none has: one file may mix languages.
func likelyPages(prefix []byte) []int {
	text, _, _ := transform.Bytes(from1252{}, prefix) // as far as it can be read
	var likely, all []int
	for i := range codePages {
		all = append(all, i)
		if _, language := codePages[i].plausible(string(text)); language != "" {
			likely = append(likely, i)
		}
	}
	if len(likely) == 0 {
		return all
	}
	return likely
}

// mixed reports whether a word has letters of two scripts, or a capital beyond ASCII after a
// small letter, which occurs in no language.
func mixed(text string) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		small := false
		for _, r := range word {
			if small && unicode.IsUpper(r) && r > unicode.MaxASCII {
				return true
			}
			small = unicode.IsLower(r)
		}
		latin := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
		if latin &&
			strings.ContainsFunc(word, func(r rune) bool { return unicode.In(r, unicode.Cyrillic, unicode.Greek) }) {
			return true
		}
	}
	return false
}

// doubtful reports whether another page of Latin letters has another letter for a
// character of Windows-1252.
func doubtful(r rune) bool {
	raw, ok := charmap.Windows1252.EncodeRune(r)
	if r <= unicode.MaxASCII || !ok {
		return false
	}
	for i := range codePages[:4] {
		if other := codePages[i].page.DecodeByte(raw); other != r && unicode.IsLetter(other) {
			return true
		}
	}
	return false
}

// misplaced reports whether a character is where texts in Windows-1252 never have it: letters of
// DOS and the Mac look like that, since their bytes are signs there (K”ln, Espa–a) or rare letters
// (GŠste).
func misplaced(before, r, after rune) bool {
	raw, ok := charmap.Windows1252.EncodeRune(r)
	inWord := unicode.IsLetter(before) && unicode.IsLetter(after)
	small := unicode.IsLower(before) && unicode.IsLower(after)
	switch {
	case r <= unicode.MaxASCII || !ok:
		return false
	case unicode.IsLetter(r):
		return raw < 0xa0 ||
			unicode.IsUpper(r) && (unicode.IsLower(before) || unicode.IsLetter(before) && unicode.IsLower(after))
	}
	switch r {
	case '’', '·', '\u00a0', '\u00ad':
		return false
	case '–', '—':
		return small
	case '‚', '„':
		return unicode.IsLetter(before)
	case '¡', '¢', '£', '¤', '¥', '§':
		return inWord || unicode.IsLower(before)
	case '€', '†', '™':
		return inWord || unicode.IsLower(after)
	}
	return inWord
}

// odd reports whether a character is not a letter, but one that a wrong code page puts into words.
func odd(r rune) bool { return strings.ContainsRune("¹²³¼½¾¥¯¿¡¦¨¸´ªº£¤×÷¢", r) }

// foreignWord reports whether a word of a text has more letters beyond ASCII than
// within: no language of Latin letters does, and those of other scripts do.
func foreignWord(text string) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		plain, beyond := 0, 0
		for _, r := range word {
			if r > unicode.MaxASCII {
				beyond++
			} else {
				plain++
			}
		}
		if beyond > 1 && beyond > plain {
			return true
		}
	}
	return false
}

// String is the doubt in a sentence: the letters, and what they are elsewhere.
func (d *Doubt) String() string {
	text := "the file is not UTF-8, and no encoding is given: " + strings.Join(
		d.Letters, ", ",
	) + " could be other letters"
	for i, r := range d.Readings {
		var letters []string
		for _, letter := range d.Letters {
			if read, ok := page(r.Encoding).read(letter); ok {
				letters = append(letters, read)
			}
		}
		text += []string{"; ", " or "}[min(i, 1)] + strings.Join(
			letters, ", ",
		) + " in " + r.Encoding + " (" + r.Language + ")"
	}
	return text
}

func page(name string) *codePage {
	return &codePages[slices.IndexFunc(codePages, func(p codePage) bool { return p.name == name })]
}

// Remedy says how to name the encoding.
func (d *Doubt) Remedy() string {
	name, others := "NAME", ""
	for i, r := range d.Readings {
		if i == 0 {
			name = strings.ToLower(r.Encoding)
		} else {
			others += " or " + strings.ToLower(r.Encoding)
		}
	}
	return fmt.Sprintf(
		"save it as CSV UTF-8, or name its encoding: --encoding %s%s, or encoding: %[1]s%s in the configuration",
		name, others, others,
	)
}
