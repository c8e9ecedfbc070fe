package shape

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDescribe(t *testing.T) {
	for text, want := range map[string]string{
		"":             "",
		"4711":         "4 digits",
		"7":            "1 digit",
		"001000471O":   "9 digits and the letter O",
		"04a3b2c1":     "8 hexadecimal digits",
		"12:34567":     "7 digits and 1 colon",
		" 4711":        "4 digits and 1 space",
		"47 11 ":       "4 digits and 2 spaces",
		"'4711":        "4 digits and 1 apostrophe",
		"4.711,00 EUR": "6 digits, 3 letters, 1 space, 1 point and 1 comma",
		"lost":         "4 letters",
	} {
		if got := Describe(text); got != want {
			t.Errorf("Describe(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestDescribeKeepsTheValue: a text with enough digits to be a secret is not repeated, and neither
// is a run of its digits.
func TestDescribeKeepsTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9A-Fa-fOl './-]{0,3}[1-9][0-9]{3,9}[0-9OA ]{0,3}`).Draw(t, "text")
		said := Describe(text)
		for at := 0; at+3 <= len(text); at++ {
			if part := text[at : at+3]; AllDigits(part) && strings.Contains(said, part) {
				t.Errorf("%q has %q of it", said, part)
			}
		}
	})
}
