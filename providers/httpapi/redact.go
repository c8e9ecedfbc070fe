package httpapi

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"keyroster/reconcile"
)

// maxSaid is how much of a provider's text a report repeats, in characters.
const maxSaid = 300

// separable is the length from which a secret is also searched with separators in it, and
// encoded: pieces of a shorter one occur in any text.
const separable = 4

// longNumber finds ids, which may be shown, and runs of digits, which may be a PIN or a
// card number. The limits that messages name ("between 4 and 7 digits") are shorter.
var longNumber = regexp.MustCompile(`(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|[0-9]{4,}`)

// Redact returns a provider's text as reports and logs may hold it: on one line, shortened,
// and without any of secrets, however they are spelt (see [spellings]), or any other number
// that may be a value.
func Redact(words string, secrets ...string) string {
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		words = strings.ReplaceAll(words, secret, reconcile.Dots)
		if found := spellings(secret); found != nil {
			words = found.ReplaceAllLiteralString(words, reconcile.Dots)
		}
	}
	words = longNumber.ReplaceAllStringFunc(words, func(match string) string {
		if strings.Contains(match, "-") {
			return match
		}
		return reconcile.Dots
	})
	return OneLine(words, maxSaid)
}

// OneLine returns a text on one line, with at most that many of its characters.
func OneLine(words string, most int) string {
	words = strings.Join(
		strings.FieldsFunc(words, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }),
		" ",
	)
	if utf8.RuneCountInString(words) > most {
		words = string([]rune(words)[:most]) + "…"
	}
	return words
}

// spellings matches a secret as people and programs spell it: in either case or in full
// width, with separators or invisible characters between its characters, percent-encoded,
// escaped as in JSON or HTML, in hexadecimal, or within a longer text in base64 or base32.
// It is nil for a short one. Octal, lists of bytes and reversed texts, which no host
// produces by accident, are not matched.
func spellings(secret string) *regexp.Regexp {
	if utf8.RuneCountInString(secret) < separable {
		return nil
	}
	var spelt, bytes strings.Builder
	for i, r := range secret {
		if i > 0 {
			spelt.WriteString(`[\s\p{Z}\p{Cf}.,:;/_-]{0,3}`)
		}
		text := string(r)
		fmt.Fprintf(&spelt, `(?:\\*%s|\\+u%04x|%s|&#0*%d;|&#x0*%x;`, regexp.QuoteMeta(text), r, percent(text), r, r)
		if r > ' ' && r <= '~' {
			spelt.WriteString("|" + string(r+fullWidth))
		}
		spelt.WriteString(")")
	}
	for _, b := range []byte(secret) {
		fmt.Fprintf(&bytes, `%02x\s?`, b)
	}
	alternatives := []string{spelt.String(), bytes.String()}
	for _, c := range codings {
		alternatives = append(alternatives, c.within(secret)...)
	}
	return regexp.MustCompile("(?i)" + strings.Join(alternatives, "|"))
}

// fullWidth is the distance from ASCII to its full-width forms.
const fullWidth = '\uff01' - '!'

// codings are those in which hosts repeat whole documents.
var codings = []coding{
	{base64.RawStdEncoding.EncodeToString, 6, 3, `[0-9a-z+\\/]*`},
	{base64.RawURLEncoding.EncodeToString, 6, 3, `[0-9a-z_-]*`},
	{base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString, 5, 5, `[2-7a-z]*`},
}

// coding turns groups of bytes into characters of that many bits.
type coding struct {
	encode      func([]byte) string
	bits, group int
	// around is what else the coded text may hold.
	around string
}

// within matches a coded text that contains a secret at any position: by the characters
// that depend only on the secret, for each offset that it can have in its group.
func (c coding) within(secret string) []string {
	var out []string
	for before := range c.group {
		coded := c.encode(append(make([]byte, before), secret...))
		first := (before*8 + c.bits - 1) / c.bits
		last := (before + len(secret)) * 8 / c.bits
		if core := coded[first:last]; len(core) >= separable {
			core = strings.ReplaceAll(regexp.QuoteMeta(core), "/", `\\*/`)
			out = append(out, c.around+core+c.around+"=*")
		}
	}
	return out
}

func percent(text string) string {
	var out strings.Builder
	for _, b := range []byte(text) {
		fmt.Fprintf(&out, "%%%02x", b)
	}
	return out.String()
}
