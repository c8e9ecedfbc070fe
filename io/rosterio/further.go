package rosterio

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/io/rosterio/lexicon"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// Nobody misses what the suggested lines ignore until a door stays shut. So headers that may
// mean values after all are mentioned too.

// keep keeps the best candidate for a meaning, and as second the others whose word is clear enough.
func (s *suggester) keep(c candidate) {
	if before := s.found[c.meaning]; c.weight > before.weight {
		s.found[c.meaning], c = c, before
	}
	if c.weight > doubted {
		s.second = append(s.second, c)
	}
}

// further are notes on headers that the entries ignore and that may mean values.
func (s *suggester) further() []string {
	var notes []string
	for _, c := range slices.Concat(s.doubtful, s.unnamed()) {
		notes = append(notes, fmt.Sprintf("%s if those are %s", s.valueSetting(c, s.kind(c.meaning)), c.values()))
	}
	for _, c := range s.second {
		switch title := s.header.titles[c.at]; {
		case c.col != s.schema.Value() || c.meaning == lexicon.Value || s.typed():
		case slices.ContainsFunc(s.entries, func(e setting) bool {
			return !e.ignored() && headerKey(e.header) == headerKey(title)
		}):
			notes = append(notes, fmt.Sprintf("but %q appears twice: rename one of them first", title))
		default:
			notes = append(notes, fmt.Sprintf("%q has %s too, which need a type of their own: %s",
				title, c.values(), s.valueSetting(c, "TYPE")))
		}
	}
	state := s.nameOf(lexicon.State)
	if slices.ContainsFunc(s.entries, func(e setting) bool { return e.target == state }) {
		return notes
	}
	return append(notes, s.leavers(s.header)...)
}

func meansState(s lexicon.Sense) bool { return s.Meaning == lexicon.State }

// leavers are notes on headers that mean no column and may say who leaves. Those people keep what
// they have while the column is not read.
func (b *binder) leavers(h *Header) []string {
	var notes []string
	state := b.schema.State()
	if state < 0 || h.Present.Has(state) {
		return nil
	}
	for i, senses := range lexicon.Read(h.titles) {
		if b.open(h, i) && slices.ContainsFunc(senses, meansState) {
			notes = append(notes, fmt.Sprintf("%q is not read: if it says who leaves, write %s in a column %s for them",
				shortTitle(h.titles[i]), reconcile.StateAbsent, b.schema.Columns[state].Name))
		}
	}
	return notes
}

func (s *suggester) valueSetting(c candidate, kind string) setting {
	return setting{s.header.titles[c.at], s.schema.Columns[c.col].Name, kind}
}

// values says what kind of values a header has.
func (c candidate) values() string {
	if c.meaning == lexicon.PIN {
		return "PINs"
	}
	return "card numbers"
}

// notes are the notes on headers that the entries ignore, each after a semicolon.
func (s *suggestion) notes() string {
	if len(s.further) == 0 {
		return ""
	}
	return "; " + strings.Join(s.further, "; ")
}

// The number of texts that it takes to recognise values below a header without a known word, and
// the share of them that must be different.
const (
	unnamedLeast    = 3
	unnamedDistinct = 4.0 / 5
)

// unnamed are the headers without a known word that have values below them, if no other header
// has that kind of values.
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
			if len(senses) == 0 && s.open(s.header, i) && s.samples[i].looksLikeCodes(of.like) {
				fitting = append(fitting, candidate{i, s.schema.Value(), doubted, of.meaning})
			}
		}
		if _, taken := s.found[of.meaning]; !taken && len(fitting) == 1 {
			found = append(found, fitting[0])
		}
	}
	return found
}

// looksLikeCodes reports whether the texts are codes of a form, most of them different.
func (s sample) looksLikeCodes(like func(string) bool) bool {
	different := map[string]bool{}
	for _, text := range s {
		different[text] = true
	}
	return len(s) >= unnamedLeast && s.share(like) >= many && float64(len(different)) >= unnamedDistinct*float64(len(s))
}
