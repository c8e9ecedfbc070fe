package reportio

import (
	"slices"
	"strings"
)

// LacksRecord reports whether a line of the report is a row whose credential was
// not there: its id comes only from the roster.
func (r *Report) LacksRecord(l *Line) bool {
	if r.NotListed == nil {
		return legacyNotListed(l)
	}
	return l.NotListed
}

// legacyNotListed is the same for lines of older reports, where only the words say
// it, about the line's own id: a row whose id was not there may have been matched
// by its holder, and then its line has the record's id. The words are those of
// versions before the member existed, and must never follow today's wording.
func legacyNotListed(l *Line) bool {
	words := " is not in the listing"
	if l.CredentialID != "" {
		words = " " + l.CredentialID + words
	}
	return strings.Contains(l.Reason, words) ||
		slices.ContainsFunc(l.Warnings, func(text string) bool { return strings.Contains(text, words) })
}
