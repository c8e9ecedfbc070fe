package rosterio

import (
	"fmt"
	"strconv"
	"strings"

	"keyroster/reconcile/shape"
)

// checkCode finds codes that a spreadsheet turned into something else before
// they were exported as text.
func checkCode(c class, text string) *fault {
	switch {
	case !punctuated(text):
		return nil
	case exponentText(text):
		return &fault{
			kind: KindExponent, message: "the text is a number in exponent form; its other digits are lost",
			likely: certainPart(c, text), remedy: "format the column as text in the source and export it again",
		}
	case pointZero(text):
		whole := text[:strings.IndexAny(text, ".,")]
		return &fault{
			kind:    KindFraction,
			message: "the text ends in .0, as if read from a number with decimals",
			likely:  guess(c, whole),
			remedy:  remedyText,
		}
	case thousands(text):
		return &fault{
			kind:    KindThousands,
			message: "the digits have thousands separators",
			likely:  guess(c, onlyDigits(text)),
			remedy:  remedyText,
		}
	}
	if day, is := dateText(c, text); is || c == classSecret && (isoDay(text) || localDay(text)) {
		return &fault{
			kind:    KindDate,
			message: "the text is a date; spreadsheets turn 1-2 into a date",
			likely:  day,
			remedy:  remedyText,
		}
	}
	return checkInstantText(c, text)
}

// punctuated reports whether text has one of the characters that every damaged code
// has. Most codes do not, and need no closer look.
func punctuated(text string) bool {
	for i := range len(text) {
		switch b := text[i]; {
		case b == '-', b == '+', b == '.', b == ':', b == ',', b == '/', b == '\'', b == ' ', b >= 0x80:
			return true
		}
	}
	return false
}

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// exponentText: 1.23E+10, 1,23E+10, 1E+05, 1.23E10. The sign, which spreadsheets
// show, or the point distinguishes it from a card number in hexadecimal digits.
func exponentText(text string) bool {
	at := strings.IndexAny(text, "eE")
	if at < 1 || at+1 >= len(text) {
		return false
	}
	exponent := text[at+1:]
	signed := exponent[0] == '+' || exponent[0] == '-'
	if signed {
		exponent = exponent[1:]
	}
	whole, decimals, fraction := strings.Cut(strings.Replace(strings.TrimPrefix(text[:at], "-"), ",", ".", 1), ".")
	return (signed || fraction) && shape.AllDigits(exponent) && len(whole) == 1 && shape.AllDigits(whole) &&
		(!fraction || shape.AllDigits(decimals))
}

// certainPart is what remains certain of a long number in exponent form: how many
// digits it had, and the shown ones except the last, which was rounded.
func certainPart(c class, text string) string {
	at := strings.IndexAny(text, "eE")
	n, err := strconv.Atoi(strings.TrimPrefix(text[at+1:], "+"))
	shown := onlyDigits(text[:at])
	if c == classSecret || err != nil || text[0] == '-' || len(shown) < 2 || n < len(shown) {
		return ""
	}
	return fmt.Sprintf("%s… (%d digits; the rest is lost)", shown[:len(shown)-1], n+1)
}

// pointZero: 1234.0, 1234,00.
func pointZero(text string) bool {
	at := strings.IndexAny(text, ".,")
	if at < 1 || at+1 == len(text) {
		return false
	}
	decimals := text[at+1:]
	return shape.AllDigits(text[:at]) && strings.Trim(decimals, "0") == "" && len(decimals) <= 2
}

// thousands: 1,234 and 1.234.567. A single point or space is not enough, since many
// references are written like that.
func thousands(text string) bool {
	if !shape.AllDigits(text[:1]) {
		return false
	}
	return grouped(text, ",", 1) || grouped(text, "'", 1) || grouped(text, "’", 1) || grouped(text, ".", 2) ||
		grouped(text, " ", 2)
}

// grouped reports whether text is up to three digits and then at least the given
// number of groups of a separator and three digits.
func grouped(text, separator string, least int) bool {
	head, rest, found := strings.Cut(text, separator)
	if len(head) > 3 || !shape.AllDigits(head) {
		return false
	}
	groups := 0
	for found {
		head, rest, found = strings.Cut(rest, separator)
		if len(head) != 3 || !shape.AllDigits(head) {
			return false
		}
		groups++
	}
	return groups >= least
}

// isoDay: 2026-01-02, with or without midnight.
func isoDay(text string) bool {
	text = strings.TrimSuffix(strings.TrimSuffix(text, " 00:00:00"), "T00:00:00")
	if len(text) != len("2006-01-02") || text[4] != '-' || text[7] != '-' {
		return false
	}
	return shape.AllDigits(text[:4]) && shape.AllDigits(text[5:7]) && shape.AllDigits(text[8:])
}

// localDay: 1/2/2026, 02.01.2026 and 01/02/26, as a date cell is exported to CSV.
func localDay(text string) bool {
	for _, separator := range []string{"/", "."} {
		parts := strings.Split(text, separator)
		if len(parts) == 3 && len(parts[0]) <= 2 && len(parts[1]) <= 2 && (len(parts[2]) == 4 || len(parts[2]) == 2) &&
			shape.AllDigits(parts[0]) &&
			shape.AllDigits(parts[1]) &&
			shape.AllDigits(parts[2]) {
			return true
		}
	}
	return false
}
