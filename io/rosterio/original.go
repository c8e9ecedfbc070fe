package rosterio

import (
	"strings"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// Refused has, by the index of the problem, the text of each refused secret cell that the
// problem describes, and what it most likely was before it was damaged, empty where
// unknown. Only a file that holds the roster's values may contain them.
func Refused(roster *reconcile.Roster) map[int][2]string {
	value := roster.Rows.Schema().Value()
	if value < 0 {
		return nil
	}
	found := map[int][2]string{}
	for row, problem := range roster.Invalid {
		p := &roster.Problems[problem]
		text, refused := strings.CutPrefix(roster.AsRead(row)[value].Reveal(), reconcile.MendMark)
		if refused && p.Read == shape.Describe(text) {
			found[problem] = [2]string{text, original(text, p.Expected)}
		}
	}
	return found
}

// original is what the text of a secret most likely was, with that many digits; 0 if unknown.
func original(text string, digits int) string {
	whole := strings.TrimSuffix(text, ".0")
	switch {
	case shape.AllDigits(text) && digits <= len(text):
		return ""
	case shape.AllDigits(whole):
		return strings.Repeat("0", max(digits-len(whole), 0)) + whole
	}
	if _, f := readText(classID, &reconcile.Column{}, text); f != nil {
		return f.likely
	}
	return ""
}
