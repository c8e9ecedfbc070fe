package reconcile

import (
	"fmt"
	"strings"
	"unicode"
	"unsafe"
)

// CellState says what a cell means. The zero value is Unset.
type CellState uint8

const (
	// Unset is a cell that says nothing: in a row the column is absent or blank (nothing is
	// wanted), in a record the provider did not say.
	Unset CellState = iota
	// Empty is a row's explicit request to clear (<empty>), or a record's member that is
	// known to hold nothing.
	Empty
	// Masked is a value that cannot be read: a provider's mask in a record, a
	// mask from an export in a row. It is never compared and never written.
	Masked
	// Filled is a cell with text.
	Filled
)

// EmptyMarker is the text of a roster cell that asks for a value to be cleared.
const EmptyMarker = "<empty>"

// Cell is one value of a row or record. Its text may be a PIN or a card number, so a Cell
// prints and marshals as its mask; only [Cell.Text] returns the text, which must not be
// stored in a struct that anything prints.
//
// The text is kept as a pointer and a length: fmt prints a string field of a nested struct
// whatever methods the struct has, but never follows this.
type Cell struct {
	state CellState
	size  int
	text  *byte
}

func filled(text string) Cell {
	return Cell{state: Filled, size: len(text), text: unsafe.StringData(text)}
}

// TextCell returns a filled cell, or an unset one for an empty text.
func TextCell(text string) Cell {
	if text == "" {
		return Cell{}
	}
	return filled(text)
}

// EmptyCell means that no value is wanted, or that there is none.
func EmptyCell() Cell { return Cell{state: Empty} }

// MaskedCell returns the cell of a value that exists but cannot be read.
func MaskedCell() Cell { return Cell{state: Masked} }

// RosterCell reads a cell's text as rosters spell it: blank is unset, <empty> asks to
// clear, \<empty> is that text itself (see [RosterText]) and, for a secret, a mask says
// nothing (see [IsMask]).
func RosterCell(text string, secret bool) Cell {
	switch {
	case text == "":
		return Cell{}
	case text == EmptyMarker:
		return EmptyCell()
	case text[0] == '\\':
		return filled(PlainText(text))
	case secret && IsMask(text):
		return MaskedCell()
	}
	return filled(text)
}

// RosterText spells a text for a roster: one that could be taken for the request to clear
// is escaped with a further backslash.
func RosterText(text string) string {
	if !looksLikeMarker(text) {
		return text
	}
	return `\` + text
}

// PlainText is the inverse of [RosterText].
func PlainText(text string) string {
	if text == "" || text[0] != '\\' || !looksLikeMarker(text) {
		return text
	}
	return text[1:]
}

// looksLikeMarker reports whether a text is [EmptyMarker] in any spelling, with or without
// backslashes before it.
func looksLikeMarker(text string) bool {
	if len(text) < len(EmptyMarker) || len(text) > 4*len(EmptyMarker) || !strings.Contains(text, "<") {
		return false
	}
	seen := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, text)
	return strings.EqualFold(strings.TrimLeft(seen, `\`), EmptyMarker)
}

// RecordCell reads a provider's member: no text is empty, and a secret with an asterisk or
// a bullet was masked by the provider.
func RecordCell(text string, secret bool) Cell {
	switch {
	case text == "":
		return EmptyCell()
	case secret && strings.ContainsAny(text, "*•"):
		return MaskedCell()
	}
	return filled(text)
}

// State says what the cell means.
func (c Cell) State() CellState { return c.state }

// Filled reports whether the cell holds a readable text.
func (c Cell) Filled() bool { return c.state == Filled }

// Text returns the exact text of a filled cell, else the empty string.
func (c Cell) Text() string { return unsafe.String(c.text, c.size) }

// Mask returns [Dots] for a value, and nothing if there is none. A [Masker] decides what
// else may be shown.
func (c Cell) Mask() string {
	if c.state == Filled || c.state == Masked {
		return Dots
	}
	return ""
}

// Format implements [fmt.Formatter]: every verb prints the mask.
func (c Cell) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.Mask())) }

// MarshalText implements encoding.TextMarshaler with the mask.
func (c Cell) MarshalText() ([]byte, error) { return []byte(c.Mask()), nil }

// IsMask reports whether a roster's secret cell holds a mask rather than a value: it
// contains a bullet, or consists only of asterisks.
func IsMask(text string) bool {
	return strings.Contains(text, "•") || text != "" && strings.Trim(text, "*") == ""
}
