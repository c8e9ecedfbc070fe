package lexicon

import (
	"slices"
	"strings"
)

// others are parts of words for a person other than the one whom a row is about, in
// the languages of the word files.
var others = strings.Fields(`
	manager supervisor superior boss approver sponsor host requester requestor assistant secretary emergency parent guardian creator
	created changed modified updated
	vorgesetz leiter chef ansprechpartner verantwortlich genehmig sekret notfall erstellt geändert
	responsable supérieur urgence jefe gestor emergencia capo responsabile emergenza referente chefe
	leidinggevende leder nærmeste overordnet närmaste esimies esihenkilö przełożon kierownik szef`)

// OtherPerson reports whether a header names another person than the one whom a row is about:
// their manager, or who made the list.
func OtherPerson(header string) bool {
	header = strings.ToLower(header)
	return slices.ContainsFunc(others, func(word string) bool { return strings.Contains(header, word) })
}
