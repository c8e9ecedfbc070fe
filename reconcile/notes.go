package reconcile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// note is text of a file that is no row, and the index in Problems of what says so.
type note struct {
	problem int
	text    Secret
}

// ReportNote is [Roster.Report] for a problem of text that is no row. The text is kept, since it
// may name people.
func (r *Roster) ReportNote(p Problem, text Secret) {
	r.notes = append(r.notes, note{len(r.Problems), text})
	r.Report(-1, p)
}

// HasNotes reports whether text of a file is no row.
func (r *Roster) HasNotes() bool { return len(r.notes) > 0 }

// NotedBy returns the problem of the text that names one of those, by a whole name or address
// without regard to case; nil for none. Names of fewer than four letters are not looked for.
func (r *Roster) NotedBy(names ...string) *Problem {
	for _, n := range r.notes {
		text := CaseFold(n.text.Reveal())
		for _, name := range names {
			if utf8.RuneCountInString(name) > 3 && containsWords(text, CaseFold(name)) {
				return &r.Problems[n.problem]
			}
		}
	}
	return nil
}

// containsWords reports whether text contains words that no letter or digit continues.
func containsWords(text, words string) bool {
	continues := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for from := 0; ; {
		at := strings.Index(text[from:], words)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(words):])
		if !continues(before) && !continues(after) {
			return true
		}
		from = at + 1
	}
}
