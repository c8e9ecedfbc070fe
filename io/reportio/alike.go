package reportio

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"keyroster/reconcile"
)

// alike says how the sides of a change differ where they look the same to a reader; else
// it is empty. Masks of two values are often equal, and •••• -> •••• alone reads as if
// nothing changed; other texts differ only in a blank or in a character of no width.
func alike(f *Field) string {
	switch {
	case f.Before == "" || f.After == "" || f.Diff != "":
		return ""
	case f.Before == f.After && f.Kind == reconcile.KindSecret.String():
		return "another value"
	case f.Before == f.After || asSeen(f.Before) == asSeen(f.After):
		return "differs in invisible characters"
	}
	return ""
}

// asSeen is a text as the eye sees it: its letters, with one blank between words.
func asSeen(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) {
			return -1
		}
		return r
	}, norm.NFC.String(text))
	return strings.Join(strings.Fields(text), " ")
}
