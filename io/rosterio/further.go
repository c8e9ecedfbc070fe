package rosterio

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/io/rosterio/lexicon"
	"keyroster/reconcile/shape"
)

// What lines to paste pass over is not missed until a door stays shut: so it is said of each
// header that may stand for values after all.

// keep keeps the best candidate for a meaning, and remembers the others whose word says enough.
func (s *suggester) keep(c candidate) {
	if before := s.found[c.meaning]; c.weight > before.weight {
		s.found[c.meaning], c = c, before
	}
	if c.weight > doubted {
		s.second = append(s.second, c)
	}
}

// further says of the headers that the entries pass over which of them may stand for values.
func (s *suggester) further() []string {
	var notes []string
	for _, c := range slices.Concat(s.doubtful, s.unnamed()) {
		notes = append(notes, fmt.Sprintf("%s if those are %s", s.valueSetting(c, s.kind(c.meaning)), c.values()))
	}
	for _, c := range s.second {
		switch title := s.header.titles[c.at]; {
		case c.col != s.schema.Value() || c.meaning == lexicon.Value || s.typed():
		case slices.ContainsFunc(s.entries, func(e setting) bool {
			return !e.passed() && headerKey(e.header) == headerKey(title)
		}):
			notes = append(notes, fmt.Sprintf("but %q appears twice: rename one of them first", title))
		default:
			notes = append(notes, fmt.Sprintf("%q has %s too, which need a type of their own: %s",
				title, c.values(), s.valueSetting(c, "TYPE")))
		}
	}
	return notes
}

func (s *suggester) valueSetting(c candidate, kind string) setting {
	return setting{s.header.titles[c.at], s.schema.Columns[c.col].Name, kind}
}

// values is what stands below a header of values.
func (c candidate) values() string {
	if c.meaning == lexicon.PIN {
		return "PINs"
	}
	return "card numbers"
}

// notes are what is said of headers that the entries pass over, each behind a semicolon.
func (s *suggestion) notes() string {
	if len(s.further) == 0 {
		return ""
	}
	return "; " + strings.Join(s.further, "; ")
}

// How many texts below a header without a known word tell that they are values, and how many of them
// are different.
const (
	unnamedLeast    = 3
	unnamedDistinct = 4.0 / 5
)

// unnamed are the headers without a known word below which values stand, of a kind that no header
// has and no other like them.
func (s *suggester) unnamed() []candidate {
	if s.schema.Value() < 0 || s.typed() || s.present.Has(s.schema.Value()) {
		return nil
	}
	var found []candidate
	for _, of := range []struct {
		meaning lexicon.Meaning
		like    func(string) bool
	}{
		{lexicon.Card, func(text string) bool {
			return len(text) >= longCard && likeCard(text) && !strings.ContainsAny(text, "/.+")
		}},
		{lexicon.PIN, func(text string) bool { return len(text) >= 4 && len(text) <= 6 && shape.AllDigits(text) }},
	} {
		var fitting []candidate
		for i, senses := range lexicon.Read(s.header.titles) {
			if len(senses) == 0 && s.open(s.header, i) && s.samples[i].tellsCodes(of.like) {
				fitting = append(fitting, candidate{i, s.schema.Value(), doubted, of.meaning})
			}
		}
		if _, taken := s.found[of.meaning]; !taken && len(fitting) == 1 {
			found = append(found, fitting[0])
		}
	}
	return found
}

// tellsCodes reports whether the texts are codes of a form, most of them different.
func (s sample) tellsCodes(like func(string) bool) bool {
	different := map[string]bool{}
	for _, text := range s {
		different[text] = true
	}
	return len(s) >= unnamedLeast && s.share(like) >= many && float64(len(different)) >= unnamedDistinct*float64(len(s))
}
