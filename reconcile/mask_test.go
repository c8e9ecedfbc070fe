package reconcile

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestMasker(t *testing.T) {
	for text, want := range map[string][3]string{ // all, last2, last4
		"":             {"", "", ""},
		"1":            {Dots, Dots, Dots},
		"1234567":      {Dots, Dots, Dots},
		"12345678":     {Dots, Dots + "78", Dots + "78"},
		"12345678901":  {Dots, Dots + "01", Dots + "01"},
		"123456789012": {Dots, Dots + "12", Dots + "9012"},
		"äöüäöüäö":     {Dots, Dots + "äö", Dots + "äö"},
	} {
		for i, shown := range []Shown{ShowNone, ShowLast2, ShowLast4} {
			m := NewMasker(shown, []string{"card"})
			if got := m.Cell(TextCell(text), "card"); got != want[i] {
				t.Errorf("%d characters of the card %q: %q, want %q", shown, text, got, want[i])
			}
			for _, kind := range []string{"pin", "", "Card"} {
				if got := m.Cell(TextCell(text), kind); got != TextCell(text).Mask() {
					t.Errorf("%q of the type %q is shown as %q", text, kind, got)
				}
			}
		}
	}
	m := NewMasker(ShowLast4, []string{"card"})
	if got := m.Cell(MaskedCell(), "card") + m.Cell(EmptyCell(), "card") + m.Cell(Cell{}, "card"); got != Dots {
		t.Errorf("cells without a text: %q", got)
	}
	if got := (Masker{}).Cell(TextCell("0048213377"), ""); got != Dots {
		t.Errorf("the zero masker shows %q", got)
	}
}

// TestMaskLaw: what is shown of a value is never more than a third of it, is its end, and reads as
// a mask when it comes back in a roster.
func TestMaskLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[0-9A-Fäöü]{1,40}`).Draw(t, "value")
		m := NewMasker(rapid.SampledFrom([]Shown{ShowNone, ShowLast2, ShowLast4}).Draw(t, "shown"), []string{"card"})
		got := m.Cell(TextCell(value), "card")
		tail, dotted := strings.CutPrefix(got, Dots)
		if !dotted || !strings.HasSuffix(value, tail) || 3*utf8.RuneCountInString(tail) > utf8.RuneCountInString(value) {
			t.Fatalf("%q is shown as %q", value, got)
		}
		if RosterCell(got, true).State() != Masked || RecordCell(got, true).State() != Masked {
			t.Fatalf("%q does not read as a mask", got)
		}
	})
}
