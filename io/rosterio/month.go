package rosterio

import (
	"fmt"
	"strings"

	"keyroster/reconcile/shape"
)

// months are the short names of the months, with which spreadsheets show a date
// that they made of 1-2: English, German, French, Spanish, Italian, Dutch,
// Portuguese, Danish, Norwegian and Swedish.
var months = func() map[string]int {
	numbers := map[string]int{}
	for i, names := range []string{
		"jan janv ene gen", "feb févr fev", "mar mrz mär mars mrt", "apr avr abr", "may mai mag mei maj", "jun juin giu", "jul juil lug",
		"aug août ago", "sep sept set", "oct okt ott out", "nov", "dec dez déc dic des",
	} {
		for name := range strings.FieldsSeq(names) {
			numbers[name] = i + 1
		}
	}
	return numbers
}()

const englishMonths = "jan feb mar apr may jun jul aug sep oct nov dec"

// dateText reports whether a code is a date as spreadsheets show what was typed as
// 1-2: 2-Jan, Jan-02, 2-Jan-26, 02. Jan, 02-janv., 02/ene. likely is what it
// probably was, if that is not secret.
func dateText(c class, text string) (likely string, is bool) {
	if len(text) < len("2-Jan") || len(text) > len("02-févr.-2026") {
		return "", false
	}
	if at := strings.IndexAny(text, "-/. "); at > 0 && !dayOrYear(text[:at]) &&
		months[strings.ToLower(text[:at])] == 0 {
		return "", false // most codes, found quickly
	}
	parts := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune("-/. ", r) })
	if len(parts) < 2 || len(parts) > 3 || strings.ContainsAny(text, " /.") && !shownDate(c, text) {
		return "", false
	}
	month, first := months[parts[0]]
	if first && c != classSecret && !strings.Contains(englishMonths, parts[0]) {
		return "", false // such as SET-01, a reference
	}
	switch {
	case first:
		is = len(parts) == 2 && dayOrYear(parts[1])
	case dayOrYear(parts[0]):
		month, is = months[parts[1]]
		is = is && (len(parts) == 2 || dayOrYear(parts[2])) &&
			(strings.ToUpper(text) != text || strings.Contains(englishMonths, parts[1]))
	}
	if !is || c == classSecret || len(parts) == 3 {
		return "", is
	}
	if first {
		return fmt.Sprintf("%d-%s", month, strings.TrimLeft(parts[1], "0")), true
	}
	day := strings.TrimLeft(parts[0], "0")
	return fmt.Sprintf("%d-%s or %s-%d", month, day, day, month), true
}

// shownDate reports whether a text with separators other than hyphens is written as a date. A
// month and a year, as in Jan 26, may be someone's own name for something, but not a secret.
func shownDate(c class, text string) bool {
	switch separator := strings.IndexAny(text, "-/. "); {
	case separator < 1:
		return false
	case text[0] >= '0' && text[0] <= '9':
		return text[separator] != ' ' && strings.Count(text, " ") < 2
	}
	return c == classSecret
}

func dayOrYear(text string) bool { return (len(text) <= 2 || len(text) == 4) && shape.AllDigits(text) }
