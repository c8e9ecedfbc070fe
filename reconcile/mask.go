package reconcile

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Dots is the mask of a secret of which nothing is shown.
const Dots = "••••"

// Shown is how many of a card number's last characters people may see.
type Shown uint8

// The ways to show a card number.
const (
	ShowNone  Shown = 0
	ShowLast2 Shown = 2
	ShowLast4 Shown = 4
)

// The shortest values of which two and four characters are shown: never more than a third
// of a value, and nothing of a short one, since the rest could be guessed.
const (
	shortest2 = 8
	shortest4 = 12
)

// Masker is the only code that shows any part of a value: the last characters of a long
// card number, so that a person can distinguish two cards. Whatever is not known to be a
// card number is taken for a PIN and shown as [Dots], as values are everywhere else. The
// zero Masker shows nothing.
type Masker struct {
	shown Shown
	cards map[string]bool
}

// NewMasker shows values of the types in cards (texts of the column type) as card numbers:
// see [Schema.CardTypes].
func NewMasker(shown Shown, cards []string) Masker {
	m := Masker{shown: shown, cards: make(map[string]bool, len(cards))}
	for _, kind := range cards {
		m.cards[kind] = true
	}
	return m
}

// CardTypes returns the types that the masker was made with, in order.
func (m Masker) CardTypes() []string { return slices.Sorted(maps.Keys(m.cards)) }

// Cell returns the cell of a secret column as people may see it; kind is the text of its
// row's or record's column type.
func (m Masker) Cell(c Cell, kind string) string {
	mask := c.Mask()
	if c.Filled() && m.cards[kind] {
		mask += shownTail(c.Text(), m.shown)
	}
	return mask
}

// Value returns the value of a row or record as people may see it.
func (m Masker) Value(r Record, col int) string { return m.Cell(r.Cell(col), r.Of(TypeID)) }

// shownTail returns as much of the end of a text as may be shown.
func shownTail(text string, shown Shown) string {
	size := utf8.RuneCountInString(text)
	if shown == ShowLast4 && size < shortest4 {
		shown = ShowLast2
	}
	if shown == ShowNone || size < shortest2 {
		return ""
	}
	cut := len(text)
	for range shown {
		_, size := utf8.DecodeLastRuneInString(text[:cut])
		cut -= size
	}
	return strings.Clone(text[cut:])
}
