package cards

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "keyroster/reconcile/fixedseed"
)

// spellings are the formats under test; the 26-bit ones hold 24 bits, decimal:10 and hex:8 whatever
// fits into their digits.
var spellings = []struct {
	name string
	bits int
}{
	{"decimal", 120},
	{"decimal:10", 33},
	{"decimal:20", 66},
	{"hex", 120},
	{"hex:8", 32},
	{"hex:14", 56},
	{"facility:FFF-NNNNN", 24},
	{"facility:F-N", 24},
	{"facility:FFFNNNNN", 24},
	{"facility:FF:NNN", 24},
	{"facility:FFF NNNNN", 24},
}

func format(t interface{ Fatal(...any) }, name string) Format {
	f, err := ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func drawNumber(t *rapid.T, bits int) *big.Int {
	raw := rapid.SliceOfN(rapid.Byte(), 0, 16).Draw(t, "number")
	n := new(big.Int).SetBytes(raw)
	return n.And(n, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(bits)), big.NewInt(1)))
}

// TestEveryFormatReadsWhatItWrites: what is written is read as the same number, and different
// numbers have different spellings.
func TestEveryFormatReadsWhatItWrites(t *testing.T) {
	for _, s := range spellings {
		t.Run(s.name, func(t *testing.T) {
			f := format(t, s.name)
			if f.String() != s.name {
				t.Fatalf("the format %q calls itself %q", s.name, f)
			}
			rapid.Check(t, func(t *rapid.T) {
				n, m := drawNumber(t, s.bits), drawNumber(t, s.bits)
				text, err := f.spell(n)
				if err != nil {
					t.Fatal(err)
				}
				if again, err := f.read(text); err != nil || again.Cmp(n) != 0 {
					t.Fatalf("%s is read as %v, %v", text, again, err)
				}
				if other, err := f.spell(m); err != nil || (other == text) != (n.Cmp(m) == 0) {
					t.Fatalf("%v and %v are spelt %s and %s, %v", n, m, text, other, err)
				}
			})
		})
	}
}

// TestRespellingLosesNothing: between any two formats that hold a number, there and back gives the
// same text.
func TestRespellingLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom(spellings).Draw(t, "from")
		to := rapid.SampledFrom(spellings).Draw(t, "to")
		a, b := format(t, from.name), format(t, to.name)
		text, err := a.spell(drawNumber(t, min(from.bits, to.bits)))
		if err != nil {
			t.Fatal(err)
		}
		there, err := Respell(text, a, b)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Respell(there, b, a); err != nil || back != text {
			t.Fatalf("%s in %s is %s in %s, and back %s, %v", text, a, there, b, back, err)
		}
	})
}

// TestNoTextIsShortened: any text is refused, or comes back as it was.
func TestNoTextIsShortened(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := format(t, rapid.SampledFrom(spellings).Draw(t, "format").name)
		text := rapid.StringMatching(`[0-9A-Fa-f:/ -]{0,12}`).Draw(t, "text")
		n, err := f.read(text)
		if err != nil {
			return
		}
		if again, err := f.spell(n); err != nil || again != strings.ToUpper(text) {
			t.Fatalf("%q is read by %s and written %q, %v", text, f, again, err)
		}
	})
}

func TestRespell(t *testing.T) {
	for _, c := range []struct{ text, from, to, want, refused string }{
		{"17465530", "facility:FFFNNNNN", "decimal", "11468794", ""},
		{"11468794", "decimal", "facility:FFF-NNNNN", "174-65530", ""},
		{"11468794", "decimal", "hex:8", "00AEFFFA", ""},
		{"00aefffa", "hex:8", "decimal:10", "0011468794", ""},
		{"1-7", "facility:F-N", "facility:FFF-NNNNN", "001-00007", ""},
		{"0", "decimal", "hex", "0", ""},
		{"0011468794", "decimal", "hex", "", "read the card number as decimal: it has leading zeros"},
		{"11468794", "decimal:10", "hex", "", "another number of digits"},
		{"16777216", "decimal", "facility:FFF-NNNNN", "", "write the card number as facility:FFF-NNNNN: it is larger than a 26-bit card holds"},
		{"256-00001", "facility:FFF-NNNNN", "hex", "", "the facility code is above 255"},
		{"001-65536", "facility:FFF-NNNNN", "hex", "", "the number is above 65535"},
		{"1-7", "facility:FFF-NNNNN", "hex", "", "leading zeros"},
		{"0001-00007", "facility:FFF-NNNNN", "hex", "", "leading zeros"},
		{"00100007", "facility:FFF-NNNNN", "hex", "", "not a facility code with a number"},
		{"12AB", "decimal", "hex", "", "something other than digits"},
		{"+12", "decimal", "hex", "", "something other than digits"},
		{"1_0", "hex", "decimal", "", "something other than digits"},
		{"", "decimal", "hex", "", "something other than digits"},
		{"4294967296", "decimal", "hex:8", "", "another number of digits"},
		{strings.Repeat("9", 40), "decimal", "hex", "", "more digits than a card number"},
	} {
		got, err := Respell(c.text, format(t, c.from), format(t, c.to))
		switch {
		case c.refused == "" && (err != nil || got != c.want):
			t.Errorf("%q from %s to %s: %q, %v; want %q", c.text, c.from, c.to, got, err, c.want)
		case c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)):
			t.Errorf("%q from %s to %s: %q, %v; want it refused: %s", c.text, c.from, c.to, got, err, c.refused)
		case err != nil && len(c.text) > 2 && strings.Contains(err.Error(), c.text):
			t.Errorf("the error repeats the number: %v", err)
		}
	}
}

func TestParseFormatRefuses(t *testing.T) {
	for _, text := range []string{
		"", "Decimal", "octal", "decimal:", "decimal:0", "decimal:40", "hex:x", "facility", "facility:", "facility:FFFF-N", "facility:F-NNNNNN",
		"facility:F--N", "facility:-N", "facility:F-", "facility:NF", "facility:FN", "facility:F_N", "facility:FFF-NNNNNx",
	} {
		if f, err := ParseFormat(text); err == nil || !f.IsZero() {
			t.Errorf("%q is read as %s", text, f)
		}
	}
}
