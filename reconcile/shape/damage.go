package shape

import (
	"math"
	"strconv"
	"strings"
)

// CertainDigits is how many digits of a number spreadsheets keep: Excel's specifications
// and limits, "Number precision".
const CertainDigits = 15

// fewestShown and mostShown are how many digits of a double programs show; 17 identify
// every double.
const (
	fewestShown = 6
	mostShown   = 17
)

// Rounded reports whether a value is another one after a program took that for a number of
// 16 digits or more: cut or rounded to 15 digits and filled with zeros, or as a double
// holds it, in digits or with an exponent. Leading zeros are ignored: such a program loses
// them as well. Equal values are not rounded.
func Rounded(value, of string) bool {
	if len(of) <= CertainDigits || value == of || !AllDigits(of) {
		return false
	}
	original := strings.TrimLeft(of, "0")
	if len(original) <= CertainDigits {
		return false
	}
	found, ok := plain(value)
	if !ok || found == original {
		return false
	}
	if found == original[:CertainDigits]+strings.Repeat("0", len(original)-CertainDigits) {
		return true
	}
	double, err := strconv.ParseFloat(original, 64)
	if err != nil || math.IsInf(double, 0) {
		return false
	}
	if found == strconv.FormatFloat(double, 'f', 0, 64) {
		return true
	}
	// Excel shows 6 digits, LibreOffice 15, and others as many as identify the double.
	for shownDigits := fewestShown; shownDigits <= mostShown; shownDigits++ {
		shown, _ := plain(strconv.FormatFloat(double, 'e', shownDigits-1, 64))
		if found == shown {
			return true
		}
	}
	return false
}

// plain returns a whole number as digits, without leading zeros, from a text that may have
// an exponent, or end in .0.
func plain(text string) (string, bool) {
	mantissa, exponent, scaled := strings.Cut(strings.ToUpper(text), "E")
	whole, decimals, _ := strings.Cut(strings.Replace(mantissa, ",", ".", 1), ".")
	if !AllDigits(whole) || decimals != "" && !AllDigits(decimals) {
		return "", false
	}
	shift := 0
	if scaled {
		n, err := strconv.Atoi(exponent)
		if err != nil || n < 0 || n > longest {
			return "", false
		}
		shift = n
	}
	decimals = strings.TrimRight(decimals, "0")
	if len(decimals) > shift {
		return "", false
	}
	return strings.TrimLeft(whole+decimals+strings.Repeat("0", shift-len(decimals)), "0"), true
}

// AllDigits reports whether a text consists of digits.
func AllDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// MayBeRounded reports whether a value has 16 digits or more, and only zeros from the 16th
// on: what a spreadsheet leaves of a long number.
func MayBeRounded(value string) bool {
	if len(value) <= CertainDigits || !AllDigits(value) {
		return false
	}
	number := strings.TrimLeft(value, "0")
	return len(number) > CertainDigits && strings.Trim(number[CertainDigits:], "0") == ""
}

// Expanded reports whether a value is another one after a program took that for a number
// with an exponent: 123400E2, which is hexadecimal, becomes 12340000.
func Expanded(value, of string) bool {
	if !AllDigits(value) || strings.IndexAny(of, "eE") < 1 {
		return false
	}
	number, ok := plain(of)
	return ok && number != "" && number == strings.TrimLeft(value, "0")
}

// Zeros reports whether a value has only zeros for digits, and no letter.
func Zeros(value string) bool {
	return strings.Contains(value, "0") && strings.Trim(value, "0"+separators) == ""
}

// LostZeros reports whether a value is another one, of digits, without its leading zeros.
func LostZeros(value, of string) bool {
	lost := len(of) - len(value)
	return lost > 0 && AllDigits(value) && of[lost:] == value && strings.Trim(of[:lost], "0") == ""
}

// Tails counts values of 16 digits or more, and those of them that [MayBeRounded]: some of
// many end in a zero by chance.
type Tails struct {
	long, ending int
	chance       float64
}

// Add counts a value, and reports whether it may be rounded.
func (t *Tails) Add(value string) bool {
	if len(value) <= CertainDigits || !AllDigits(value) {
		return false
	}
	number := strings.TrimLeft(value, "0")
	if len(number) <= CertainDigits {
		return false
	}
	t.long++
	t.chance += math.Pow(10, float64(CertainDigits-len(number)))
	if !MayBeRounded(value) {
		return false
	}
	t.ending++
	return true
}

// Suspect reports whether more values may be rounded than chance explains.
func (t *Tails) Suspect() bool {
	return t.ending > 0 && (t.long < Few || float64(t.ending) > 2*t.chance)
}
