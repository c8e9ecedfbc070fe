package rosterio

import (
	"strings"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// titleLimit is how many bytes of a header's cell are kept.
const titleLimit = 1 << 10

// longTitle is as much of a header's cell as is kept. A longer one cannot be a
// title and matches nothing.
func longTitle(text string) string { return text[:min(len(text), titleLimit)] }

// shortTitle is a header as messages show it. One that is longer than any header,
// or has line breaks and numbers, is not shown: it may be rows that a stray quote
// put there, and rows hold values.
func shortTitle(title string) string {
	broken := strings.ContainsAny(title, "\r\n") && threeDigits(title)
	switch {
	case shape.AllDigits(title) && len(title) > len("2026"):
		return reconcile.Dots
	case len(title) <= maxHeaderBytes && !broken:
		return title
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(title, "\r", "\n"), "\n")
	if at := strings.IndexAny(first, "0123456789"); at >= 0 {
		first = first[:at]
	}
	return strings.ToValidUTF8(first[:min(len(first), maxHeaderBytes)], "") + "…"
}
