package rosterio

import "strings"

// truthWords are the words for true and false in the languages in which rosters
// are kept, folded.
var truthWords = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq("true yes y 1 on wahr ja j vrai oui o sí si s verdadero vero sim verdadeiro waar tak prawda sand sandt sann kyllä igen ano да") {
		words[word] = true
	}
	for word := range strings.FieldsSeq("false no n 0 off falsch nein faux non falso não nao onwaar nee nie fałsz nej nei falsk ei nem ne нет") {
		words[word] = false
	}
	return words
}()

// truth reads a word for true or false, ignoring case.
func truth(text string) (value, ok bool) {
	value, ok = truthWords[strings.ToLower(text)]
	return value, ok
}

// readTruth reads a cell that must be true or false.
func readTruth(text string) (string, *fault) {
	value, ok := truth(text)
	if !ok {
		return "", &fault{
			kind:    KindTruth,
			message: "the cell is neither true nor false",
			remedy:  "write true or false",
		}
	}
	if value {
		return "true", nil
	}
	return "false", nil
}
