package shape

import "strings"

// Eight digits are a 26-bit card's: three of facility code, five of number.
const eight, facilityMax, numberMax = 8, "255", "65535"

// Eight reports whether a value is eight digits.
func Eight(value string) bool { return len(value) == eight && AllDigits(value) }

// Is26Bit reports whether eight digits are facility code and number of a 26-bit card
// (H10301).
func Is26Bit(value string) bool { return value[:3] <= facilityMax && value[3:] <= numberMax }

// fewestSame is the length from which one repeated digit is not a number.
const fewestSame = 4

// IsPlaceholder reports whether a value is one digit repeated, or digits counting up or down:
// 9999, 12345678, 87654321.
func IsPlaceholder(value string) bool {
	if len(value) < fewestSame || !AllDigits(value) {
		return false
	}
	return strings.Trim(value, value[:1]) == "" ||
		strings.Contains("01234567890", value) || strings.Contains("09876543210", value)
}

// Follows reports whether a value of digits is the number after another of its length.
func Follows(value, before string) bool {
	if len(value) != len(before) || !AllDigits(value) || !AllDigits(before) {
		return false
	}
	nines := len(before) - len(strings.TrimRight(before, "9"))
	at := len(before) - nines - 1
	return at >= 0 && value[:at] == before[:at] && value[at] == before[at]+1 && strings.Trim(value[at+1:], "0") == ""
}
