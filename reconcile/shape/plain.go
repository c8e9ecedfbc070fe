package shape

import (
	"fmt"
	"strings"
	"unicode"
)

// lookalikes are letters that people type, or read, in place of a digit.
const lookalikes = "OoIl"

// Mistyped describes a number in which a letter replaces a digit that it looks like; empty
// for any other text.
func Mistyped(text string) string {
	at := strings.IndexAny(text, lookalikes)
	if at < 0 || len(text) < Few/2 || !AllDigits(text[:at]+text[at+1:]) {
		return ""
	}
	return fmt.Sprintf("%s and the letter %c", counted(len(text)-1, "digit"), text[at])
}

// Describe says what a text is like without revealing it: how many digits and letters it
// has, and what does not belong in a number or code.
func Describe(text string) string {
	digits, letters, odd := 0, 0, [len(oddKinds)]int{}
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsLetter(r):
			letters++
		default:
			odd[oddKind(r)]++
		}
	}
	if mistyped := Mistyped(text); mistyped != "" {
		return mistyped
	}
	if class, well := Of(text); well && class.parts == 1 {
		return class.String()
	}
	var parts []string
	add := func(n int, noun string) {
		if n > 0 {
			parts = append(parts, counted(n, noun))
		}
	}
	add(digits, "digit")
	add(letters, "letter")
	for kind, n := range odd {
		add(n, oddKinds[kind].noun)
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// oddKinds are the characters that are among digits by mistake: spaces first, all others last.
var oddKinds = [...]struct{ noun, runes string }{
	{noun: "space"},
	{"apostrophe", "'‘’‛ʼ´`"},
	{"point", "."},
	{"comma", ","},
	{"hyphen", "-–"},
	{"stroke", "/"},
	{"colon", ":"},
	{noun: "other character"},
}

// oddKind is the index in oddKinds of a character that is neither a digit nor a letter.
func oddKind(r rune) int {
	if unicode.IsSpace(r) {
		return 0
	}
	for i := range oddKinds {
		if strings.ContainsRune(oddKinds[i].runes, r) {
			return i
		}
	}
	return len(oddKinds) - 1
}

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
