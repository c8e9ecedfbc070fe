package httpapi

import (
	"encoding/base64"
	"fmt"
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
// separators between its characters, percent-encoded, escaped as in JSON, in
// hexadecimal, or in base64. nil for a short one.
func spellings(secret string) *regexp.Regexp {
	if utf8.RuneCountInString(secret) < separable {
		return nil
	}
	var spelt, bytes strings.Builder
	for i, r := range secret {
		if i > 0 {
			spelt.WriteString(`[\s\p{Z}.,:;/_-]?`)
		}
		text := string(r)
		fmt.Fprintf(&spelt, `(?:\\*%s|\\+u%04x|%s|&#0*%d;)`, regexp.QuoteMeta(text), r, percent(text), r)
	}
	for _, b := range []byte(secret) {
		fmt.Fprintf(&bytes, `%02x\s?`, b)
	}
	alternatives := []string{spelt.String(), bytes.String()}
	for _, coding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		coded := regexp.QuoteMeta(coding.EncodeToString([]byte(secret)))
		alternatives = append(alternatives, strings.ReplaceAll(coded, "/", `\\*/`)+"=*")
	}
	return regexp.MustCompile("(?i)" + strings.Join(alternatives, "|"))
}

func percent(text string) string {
	var out strings.Builder
	for _, b := range []byte(text) {
		fmt.Fprintf(&out, "%%%02x", b)
	}
	return out.String()
}
