package httpapi

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"keyroster/reconcile"
)

// maxSaid is as much of a provider's words as a report repeats, in characters.
const maxSaid = 300

// separable is how long a secret must be to be looked for with separators in
// it, and encoded: pieces of a shorter one stand in any text.
const separable = 4

// longNumber finds ids, which may be shown, and runs of digits, which may be a
// PIN or a card number. The limits that messages name ("between 4 and 7 digits")
// are shorter.
var longNumber = regexp.MustCompile(`(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|[0-9]{4,}`)

// Harmless is a provider's text as reports and logs may hold it: on one line,
// not long, and without any of secrets, however they are spelt (see
// [spellings]), nor any other number that may be a value.
func Harmless(words string, secrets ...string) string {
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
	words = strings.Join(strings.FieldsFunc(words, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if utf8.RuneCountInString(words) > maxSaid {
		words = string([]rune(words)[:maxSaid]) + "…"
	}
	return words
}

// spellings finds a secret as people and programs spell it: in either case, with
// separators between its characters, percent-encoded, or in base64. nil for a
// short one.
func spellings(secret string) *regexp.Regexp {
	if utf8.RuneCountInString(secret) < separable {
		return nil
	}
	var spelt strings.Builder
	for i, r := range secret {
		if i > 0 {
			spelt.WriteString(`[\s.,:/_-]?`)
		}
		spelt.WriteString("(?:" + regexp.QuoteMeta(string(r)) + "|")
		for _, b := range []byte(string(r)) {
			spelt.WriteString("%" + regexp.QuoteMeta(strings.ToUpper(hex(b))))
		}
		spelt.WriteString(")")
	}
	alternatives := []string{
		spelt.String(), regexp.QuoteMeta(url.QueryEscape(secret)),
		regexp.QuoteMeta(base64.RawStdEncoding.EncodeToString([]byte(secret))) + "=*",
		regexp.QuoteMeta(base64.RawURLEncoding.EncodeToString([]byte(secret))) + "=*",
	}
	return regexp.MustCompile("(?i)" + strings.Join(alternatives, "|"))
}

func hex(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}
