package shape

import (
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "keyroster/reconcile/fixedseed"
)

func TestRounded(t *testing.T) {
	cases := map[string][2]string{
		"cut to 15 digits":               {"1234567890123450", "1234567890123456"},
		"cut, 17 digits":                 {"36291853204571300", "36291853204571384"},
		"cut, 20 digits":                 {"12345678901234500000", "12345678901234567890"},
		"rounded to 15":                  {"1234567890123460", "1234567890123456"},
		"as a double, in full":           {"12345678901234567168", "12345678901234567890"},
		"as a double, 17 digits":         {"12345678901234567000", "12345678901234567890"},
		"with the exponent of Python":    {"1.2345678901234567e+19", "12345678901234567890"},
		"with the exponent of Excel":     {"1.23457E+19", "12345678901234567890"},
		"with the exponent of Calc":      {"1.23456789012346E+19", "12345678901234567890"},
		"with a decimal comma":           {"1,23457E+19", "12345678901234567890"},
		"as a double, ending in .0":      {"12345678901234567168.0", "12345678901234567890"},
		"without its zeros in front":     {"1234567890123450", "001234567890123456"},
		"cut with its zeros put back":    {"001234567890123450", "001234567890123456"},
		"a double of 2^53 and a bit":     {"9007199254740992", "9007199254740993"},
		"rounded up by a digit in front": {"10000000000000000", "9999999999999999"},
	}
	for name, c := range cases {
		if !Rounded(c[0], c[1]) {
			t.Errorf("%s: %s is %s rounded", name, c[0], c[1])
		}
	}
	for name, c := range map[string][2]string{
		"the same":                  {"1234567890123456", "1234567890123456"},
		"the record is rounded":     {"1234567890123456", "1234567890123450"},
		"15 digits":                 {"123456789012340", "123456789012345"},
		"another number":            {"1234567890123440", "1234567890123456"},
		"letters":                   {"12345678901234A0", "12345678901234A6"},
		"a short one":               {"1", "1234567890123456"},
		"nothing":                   {"", "1234567890123456"},
		"zeros":                     {"0000000000000000", "0000000000000001"},
		"only its zeros are gone":   {"1234567890123456", "001234567890123456"},
		"the record is no number":   {"1234567890123450", "returned"},
		"a double that is the same": {"9007199254740992", "9007199254740992"},
	} {
		if Rounded(c[0], c[1]) {
			t.Errorf("%s: %s is not %s rounded", name, c[0], c[1])
		}
	}
}

// TestExpanded: a hexadecimal value with one E between digits can pass for a number with an
// exponent.
func TestExpanded(t *testing.T) {
	for of, value := range map[string]string{"123400E2": "12340000", "1E5": "100000", "1e5": "100000", "0012E04": "120000", "12E0": "12", "12E00004": "00120000"} {
		if !Expanded(value, of) {
			t.Errorf("%s is what becomes of %s", value, of)
		}
	}
	for of, value := range map[string]string{
		"123400E2": "12340001", "12340000": "12340000", "E5": "5", "1F5": "100000", "1E5": "1E5", "0E5": "0", "12E4F": "120000", "1E999": "1", "1E": "1",
	} {
		if Expanded(value, of) {
			t.Errorf("%s is nothing that becomes of %s", value, of)
		}
	}
}

// TestRoundedFindsEveryDouble: whatever a double makes of a long number is found, and a number that
// it leaves as it is is not damaged.
func TestRoundedFindsEveryDouble(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		original := rapid.StringMatching(`[1-9][0-9]{15,24}`).Draw(t, "number")
		double, err := strconv.ParseFloat(original, 64)
		if err != nil {
			t.Fatal(err)
		}
		whole, _ := new(big.Float).SetFloat64(double).Int(nil)
		for _, text := range []string{
			whole.String(), strconv.FormatFloat(double, 'g', -1, 64), strconv.FormatFloat(double, 'E', -1, 64), strconv.FormatFloat(double, 'f', 1, 64),
			original[:15] + strings.Repeat("0", len(original)-15), strconv.FormatFloat(double, 'E', 14, 64),
		} {
			found, _ := plain(text)
			if got := Rounded(text, original); got != (found != original) {
				t.Fatalf("%s of %s: %v", text, original, got)
			}
		}
	})
}

func TestMayBeRounded(t *testing.T) {
	for text, want := range map[string]bool{
		"1234567890123450": true, "123456789012345000": true, "0001234567890123450": true, "1234567890123456": false, "123456789012340": false,
		"1234567890123450a": false, "": false, "0000000000000000000": false,
	} {
		if MayBeRounded(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestTails(t *testing.T) {
	for name, c := range map[string]struct {
		ending, long int
		want         bool
	}{
		"one of one":                 {1, 0, true},
		"one of some":                {1, 5, true},
		"one in ten, as by chance":   {10, 90, false},
		"far more than by chance":    {30, 70, true},
		"none":                       {0, 50, false},
		"all, as after a round trip": {40, 0, true},
	} {
		var tails Tails
		for range c.ending {
			tails.Add("1234567890123450")
		}
		for range c.long {
			tails.Add("1234567890123456")
		}
		tails.Add("123450")
		if tails.Suspect() != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
}
