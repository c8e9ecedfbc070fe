package reportio

import (
	"slices"
	"strings"
)

// LacksRecord reports whether a line of the report is a row whose credential was
// not there: its id is the roster's word alone.
func (r *Report) LacksRecord(l *Line) bool {
	if r.NotListed == nil {
		return legacyNotListed(l)
	}
	return l.NotListed
}

// legacyNotListed is the same for lines of reports in which only the words say it,
// of the line's own id: a row whose id was not there may have been matched by its
// holder, and then its line has the id of the record. The words are those of the
// versions before the member and do not change any more, whatever today's say.
func legacyNotListed(l *Line) bool {
	words := " is not in the listing"
	if l.CredentialID != "" {
		words = " " + l.CredentialID + words
	}
	return strings.Contains(l.Reason, words) ||
		slices.ContainsFunc(l.Warnings, func(text string) bool { return strings.Contains(text, words) })
}
