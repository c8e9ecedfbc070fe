package rosterio

import (
	"strings"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// titleLimit is how many bytes of a header's cell are kept.
const titleLimit = 1 << 10

// longTitle is as much of a header's cell as is kept. What is longer than a title
// may be is none; nothing is found by it.
func longTitle(text string) string { return text[:min(len(text), titleLimit)] }

// shortTitle is a header as messages show it: what is longer than any header, or
// holds line breaks and numbers, may be rows that a stray quote put there, and rows
// hold values.
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
