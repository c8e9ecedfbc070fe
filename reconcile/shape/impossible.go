package shape

import (
	"strings"
	"unicode"
)

// Reason says why a text cannot be a card number or code in any system.
type Reason uint8

// The reasons. Word and Unlikely are both texts of only letters: Unlikely is in no list of
// words and may be a random code, so the population decides.
const (
	Possible Reason = iota
	TextForm
	Formula
	Email
	Brackets
	Placeholder
	Word
	ErrorWord
	Remark
	Space
	Decimal
	Several
	Day
	Foreign
	Character
	Separator
	Unlikely
)

var reasonWords = [...]string{
	Possible: "", TextForm: "a formula of the kind that makes spreadsheets keep zeros",
	Formula: "a formula", Email: "an e-mail address", Brackets: "a text with brackets",
	Placeholder: "a placeholder sign", Word: "a word", ErrorWord: "a spreadsheet error",
	Remark: "a number with a remark", Space: "a text with spaces in it", Decimal: "a number with decimals",
	Several: "several numbers in one cell", Day: "a date", Foreign: "a text with letters or signs beyond ASCII",
	Character: "a text with characters that no number or code has",
	Separator: "a text that begins or ends with a separator, or has two in a row",
	Unlikely:  "a word",
}

// String describes the text, for a sentence.
func (r Reason) String() string { return reasonWords[r] }

// Impossible says why a text is not a card number or code in any system, whatever the
// others are like. A value is taken as a person sees it: white space, letters of all
// scripts, signs. For [Unlikely], ask a population.
func Impossible(text string) Reason {
	r := read(text)
	if r.well {
		return r.impossible(text)
	}
	return classify(text)
}

// impossible checks a text of letters, digits and single separators.
func (r *reading) impossible(text string) Reason {
	switch {
	case r.alphabet == Letters && (r.parts > 1 || remarks[strings.ToLower(text)]):
		return Word
	case r.alphabet == Letters:
		return Unlikely
	case r.alphabet == Digits:
		return r.numbers(text)
	case r.alphabet == Alnum && hasRemark(text):
		return Remark
	}
	return Possible
}

// numbers checks digits with separators between them.
func (r *reading) numbers(text string) Reason {
	if r.parts == 1 {
		return Possible
	}
	first, lengths := r.between[0], r.lengths[:r.parts]
	equal := true
	for i := range lengths {
		equal = equal && lengths[i] == lengths[0]
	}
	switch {
	case r.parts == 2 && first == '.' && (lengths[1] <= mostDecimals || text[:2] == "0."):
		return Decimal
	case r.parts == 3 && first != ':' && first == r.between[1] && isDate(strings.Split(text, string(first))):
		return Day
	case equal && int(lengths[0]) >= wholeNumber,
		first == '/' && (equal && lengths[0] >= pairedNumber || r.parts == 2 && min(lengths[0], lengths[1]) >= wholeNumber):
		return Several
	}
	return Possible
}

// mostDecimals is how many decimals an amount has; after 0. there may be more, such as
// 12:30 taken for a time. Numbers of equal length, with at least wholeNumber digits each,
// are several and not parts of one; after a slash, with at least pairedNumber.
const (
	mostDecimals = 3
	wholeNumber  = 6
	pairedNumber = 4
)

// isDate reports whether three numbers are a date: 2026-01-31, 31.1.2026, 1/31/26.
func isDate(parts []string) bool {
	if len(parts[0]) == 4 {
		return year(parts[0]) && inMonth(parts[1], parts[2])
	}
	return (year(parts[2]) || len(parts[2]) == 2) && (inMonth(parts[0], parts[1]) || inMonth(parts[1], parts[0]))
}

func year(text string) bool { return len(text) == 4 && (text[:2] == "19" || text[:2] == "20") }

func inMonth(month, day string) bool { return within(month, 12) && within(day, 31) }

func within(text string, most int) bool {
	n := 0
	for i := range len(text) {
		n = n*10 + int(text[i]-'0')
	}
	return len(text) <= 2 && n >= 1 && n <= most
}

// hasRemark looks for a remark among the runs of letters of a text with digits.
func hasRemark(text string) bool {
	for at := 0; at < len(text); {
		end := at
		for end < len(text) && (kinds[text[end]] == kindLower || kinds[text[end]] == kindUpper) {
			end++
		}
		if end == at {
			at++
			continue
		}
		apart := (at == 0 || kinds[text[at-1]] != kindDigit) && (end == len(text) || kinds[text[end]] != kindDigit)
		ending := end == len(text) && at >= wholeNumber && AllDigits(text[at-wholeNumber:at])
		if at == 0 && end < len(text) && (text[end] == ':' || text[end] == '.') && isLabel(text[:end]) {
			return true
		}
		if isRemark(text[at:end], !strings.ContainsAny(text[:at], "0123456789"), apart, ending) {
			return true
		}
		at = end
	}
	return false
}

// Unwrap returns the text within ="…", the form in which lists protect zeros from
// spreadsheets.
func Unwrap(text string) (inside string, ok bool) {
	rest, ok := strings.CutPrefix(text, "=")
	rest = strings.TrimSpace(rest)
	if !ok || len(rest) < 2 || rest[0] != '"' || rest[len(rest)-1] != '"' {
		return "", false
	}
	inside = rest[1 : len(rest)-1]
	if plain := strings.ReplaceAll(inside, `""`, ""); strings.Contains(plain, `"`) {
		return "", false
	}
	return strings.ReplaceAll(inside, `""`, `"`), true
}

// signs are the characters that a text has besides letters and digits.
type signs struct {
	letter, digit, space, bracket, foreign, at, comma bool
	// several: a separator between numbers that is not a decimal sign.
	several bool
}

func signsOf(text string) signs {
	var s signs
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			s.space = true
		case unicode.IsLetter(r):
			s.letter, s.foreign = true, s.foreign || r > unicode.MaxASCII
		case unicode.IsDigit(r):
			s.digit, s.foreign = true, s.foreign || r > unicode.MaxASCII
		case strings.ContainsRune("()[]{}<>", r):
			s.bracket = true
		case r == '@':
			s.at = true
		case r == ',':
			s.comma = true
		case strings.ContainsRune(";&+|\\", r):
			s.several = true
		case r > unicode.MaxASCII:
			s.foreign = true
		}
	}
	return s
}

// classify classifies a text that has other characters than numbers and codes have, or in
// other places.
func classify(text string) Reason {
	s := signsOf(text)
	switch {
	case text == "":
		return Possible
	case text[0] == '=':
		if _, ok := Unwrap(text); ok {
			return TextForm
		}
		return Formula
	case text[0] == '#' && s.letter:
		return ErrorWord
	case s.at:
		return Email
	case s.letter && !s.digit:
		return Word
	case !s.digit:
		return Placeholder
	case s.bracket:
		return Brackets
	case s.letter && (s.space || s.comma || s.several || s.foreign):
		return Remark
	case s.several, s.comma && (s.space || strings.Count(text, ",") > 1 || !isAmount(text)):
		return Several
	case s.comma:
		return Decimal
	case s.space:
		return Space
	case s.foreign:
		return Foreign
	case strings.Trim(text, separators) != text || doubled(text):
		return Separator
	}
	return Character
}

// isAmount reports whether a comma precedes as many digits as an amount has.
func isAmount(text string) bool {
	_, decimals, _ := strings.Cut(text, ",")
	return AllDigits(decimals) && len(decimals) <= mostDecimals
}

func doubled(text string) bool {
	for i := 1; i < len(text); i++ {
		if kinds[text[i]] == kindSeparator && kinds[text[i-1]] == kindSeparator {
			return true
		}
	}
	return false
}
