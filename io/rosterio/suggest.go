package rosterio

import (
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/rosterio/lexicon"
	"keyroster/reconcile"
)

// suggestion is what the headers of a line most likely mean, as settings that a person
// may adopt. It has no effect by itself.
type suggestion struct {
	// at is the index of the line among those that were searched for a header.
	at int
	// entries has a setting for each header: people, values, the rest, and ignored ones last.
	entries []setting
	// whole: with the entries, the table is a roster.
	whole bool
	// meant counts the headers that mean something, known ones included.
	meant int
	// spare are settings that also name people, if the account has them.
	spare []setting
	// further are notes on what ignored headers may mean.
	further []string
}

// candidate is a header that may mean a column.
type candidate struct {
	at, col, weight int
	meaning         lexicon.Meaning
}

// suggester reads the headers of one line.
type suggester struct {
	*binder
	header  *Header
	below   []*cellio.Line
	samples []sample
	present reconcile.Columns
	// found are the best candidates, one for each meaning.
	found   map[lexicon.Meaning]candidate
	entries []setting
	// spare are settings that also name people, if the account has them.
	spare []setting
	// second are headers whose meaning a better one has, doubtful those that say too little
	// while another says enough.
	second, doubtful []candidate
}

// suggest finds the line that most likely is a header, and its meaning; nil when no line
// looks like one.
func (b *binder) suggest(lines []*cellio.Line) *suggestion {
	var best *suggestion
	for i, line := range lines {
		if !likeHeader(line) {
			continue
		}
		s := b.suggestFor(b.bind(line), lines[i+1:])
		s.at = i
		if best == nil || s.whole && !best.whole || s.whole == best.whole && s.meant > best.meant {
			best = s
		}
	}
	if best == nil || !best.meaning() {
		return nil
	}
	return best
}

// meaning reports whether some entry means anything.
func (s *suggestion) meaning() bool {
	return slices.ContainsFunc(s.entries, func(e setting) bool { return !e.ignored() })
}

// likeHeader reports whether a line may be a header whose words can be shown: it has at
// least two, and nothing that could be a value, an address or a date.
func likeHeader(line *cellio.Line) bool {
	words := 0
	for i := range line.Cells {
		cell := &line.Cells[i]
		if blank(cell) {
			continue
		}
		text := strings.TrimSpace(cell.Text)
		if cell.Kind != cellio.Text || likeCode(text) == speaksFor || likeAddress(text) || likeTime(text) {
			return false
		}
		words++
	}
	return words > 1
}

// suggestFor finds what the headers of a line mean, by their words and the lines below.
func (b *binder) suggestFor(h *Header, below []*cellio.Line) *suggestion {
	s := &suggester{binder: b, header: h, below: below, found: map[lexicon.Meaning]candidate{}, present: h.Present}
	if value := b.schema.Value(); value >= 0 && !s.typed() {
		s.present &^= 1 << value // it may be one of two, or need a type
	}
	for i := range h.titles {
		s.samples = append(s.samples, sampleOf(below, i))
	}
	s.collect()
	s.decide()
	s.pass()
	order := func(e setting) int {
		switch {
		case e.ignored():
			return 3
		case e.target == s.nameOf(lexicon.Card):
			return 1
		case b.schema.Columns[b.schema.Index(e.target)].Means.OfHolder():
			return 0
		}
		return 2
	}
	slices.SortStableFunc(s.entries, func(x, y setting) int { return order(x) - order(y) })
	after := *h
	for _, e := range s.entries {
		if !e.ignored() {
			after.Present = after.Present.With(b.schema.Index(e.target))
		}
		if e.kind != "" {
			after.Present = after.Present.With(b.schema.At(reconcile.TypeID))
		}
	}
	after.Managed = after.Present & b.schema.Managed()
	return &suggestion{
		entries: s.entries, whole: after.Whole(), meant: after.known(), spare: s.spare, further: s.further(),
	}
}

// columnOf is the column of the schema that has a meaning, or -1.
func (s *suggester) columnOf(m lexicon.Meaning) int {
	switch m {
	case lexicon.Card, lexicon.PIN, lexicon.Value:
		return s.schema.Value()
	case lexicon.ID:
		return s.schema.Key()
	case lexicon.State:
		return s.schema.State()
	case lexicon.Part:
		return -1
	}
	means := map[lexicon.Meaning]reconcile.Meaning{
		lexicon.Email: reconcile.HolderEmail, lexicon.Ref: reconcile.HolderRef, lexicon.Holder: reconcile.HolderID,
		lexicon.Name: reconcile.HolderName, lexicon.Type: reconcile.TypeID, lexicon.Starts: reconcile.StartsAt,
		lexicon.Ends: reconcile.EndsAt, lexicon.Entrances: reconcile.Entrances, lexicon.Title: reconcile.Title,
		lexicon.Description: reconcile.Description,
	}
	return s.schema.At(means[m])
}

func (s *suggester) nameOf(m lexicon.Meaning) string {
	if n := s.columnOf(m); n >= 0 {
		return s.schema.Columns[n].Name
	}
	return ""
}

// open reports whether a header means nothing yet, and the map of columns does not ignore it.
func (b *binder) open(h *Header, i int) bool {
	return h.titles[i] != "" && h.targets[i] == unknown && !b.ignored(h.titles[i])
}

// typed reports whether the type of a row's credential is known even without the header
// of its value.
func (s *suggester) typed() bool {
	kind := s.schema.At(reconcile.TypeID)
	_, found := s.found[lexicon.Type]
	return found || kind < 0 || s.header.Present.Has(kind) || s.header.Present.Has(s.schema.Key())
}

// collect finds the best header for each meaning that no header has yet.
func (s *suggester) collect() {
	var addresses []int
	for i, senses := range lexicon.Read(s.header.titles) {
		value := s.header.targets[i] >= 0 && s.header.targets[i] == s.schema.Value() && !s.present.Has(s.schema.Value())
		if !value && !s.open(s.header, i) {
			continue
		}
		if value && len(senses) == 0 {
			senses = []lexicon.Sense{{Meaning: lexicon.Value}}
		}
		best := candidate{at: i, weight: unfit}
		for _, sense := range senses {
			best = s.better(best, i, sense)
		}
		s.keep(best)
		if best.weight == unfit && s.samples[i].share(likeAddress) >= many && !lexicon.OtherPerson(s.header.titles[i]) {
			addresses = append(addresses, i)
		}
	}
	// If only one column holds addresses, they are as good as a word above them.
	if col := s.columnOf(lexicon.Email); len(addresses) == 1 && col >= 0 && !s.present.Has(col) {
		if _, taken := s.found[lexicon.Email]; !taken {
			s.found[lexicon.Email] = candidate{addresses[0], col, doubted, lexicon.Email}
		}
	}
}

// better is the better of a candidate and the header at a position in a sense.
func (s *suggester) better(than candidate, at int, sense lexicon.Sense) candidate {
	senses := []lexicon.Sense{sense}
	if sense.Meaning == lexicon.Value {
		senses = s.valueSenses(at)
	}
	for _, sense := range senses {
		col := s.columnOf(sense.Meaning)
		if col < 0 || s.present.Has(col) {
			continue
		}
		if weight := s.samples[at].weigh(sense); weight > than.weight {
			than = candidate{at, col, weight, sense.Meaning}
		}
	}
	return than
}

// longCard is the length from which digits below a word such as Number count as a
// card's: numbers of people are usually shorter.
const longCard = 8

// valueSenses are the senses of a word that only says that it is a number or a code.
func (s *suggester) valueSenses(at int) []lexicon.Sense {
	long := s.samples[at].share(func(text string) bool { return len(text) >= longCard && likeCard(text) })
	short := s.samples[at].share(func(text string) bool { return len(text) >= len("0000") && likePIN(text) })
	switch {
	case long >= many:
		return []lexicon.Sense{{Meaning: lexicon.Card, Vague: true}}
	case short >= many && !lexicon.Number(s.header.titles[at]):
		return []lexicon.Sense{{Meaning: lexicon.PIN, Vague: true}}
	}
	return nil
}

// decide turns the best candidates into entries.
func (s *suggester) decide() {
	s.choosePeople()
	wide := s.chooseValues()
	if wide {
		delete(s.found, lexicon.Type)
	}
	typed := !wide && s.typed()
	for _, c := range s.found {
		e := setting{header: s.header.titles[c.at], target: s.schema.Columns[c.col].Name}
		if c.col == s.schema.Value() && !typed {
			e.kind = s.kind(c.meaning)
		}
		if s.header.targets[c.at] != c.col || e.kind != "" {
			s.entries = append(s.entries, e)
		}
	}
	slices.SortFunc(s.entries, func(x, y setting) int {
		return slices.Index(s.header.titles, x.header) - slices.Index(s.header.titles, y.header)
	})
}

// choosePeople keeps a single way to name people, if it names all of them: an address
// suffices, and every account has one.
func (s *suggester) choosePeople() {
	email, addressed := s.found[lexicon.Email]
	ref, referred := s.found[lexicon.Ref]
	if col := s.columnOf(lexicon.Email); col >= 0 && s.header.Present.Has(col) {
		email.at, addressed = slices.Index(s.header.targets, col), true
	}
	if addressed && referred {
		s.spare = append(s.spare, setting{header: s.header.titles[ref.at], target: s.schema.Columns[ref.col].Name})
		if s.rowsWith(email.at) >= s.rowsWith(ref.at) {
			delete(s.found, lexicon.Ref)
		}
	}
	if addressed || referred {
		delete(s.found, lexicon.Holder)
	}
}

// rowsWith is how many rows have a cell at a position. Totals and the titles of sections do not
// count.
func (s *suggester) rowsWith(at int) int {
	n := 0
	for _, line := range s.below {
		if at < len(line.Cells) && !blank(&line.Cells[at]) && !isTotal(line) && !hasOneCell(line) {
			n++
		}
	}
	return n
}

// chooseValues reports whether there are two columns of values. A vague word counts only
// if no other column has values.
func (s *suggester) chooseValues() (wide bool) {
	card, cards := s.found[lexicon.Card]
	pin, pins := s.found[lexicon.PIN]
	if !cards || !pins || s.header.Present.Has(s.schema.At(reconcile.TypeID)) && s.present.Has(s.schema.Value()) {
		return false
	}
	switch {
	case card.weight == doubted && pin.weight > doubted:
		delete(s.found, lexicon.Card)
		s.doubtful = append(s.doubtful, card)
	case pin.weight == doubted && card.weight > doubted:
		delete(s.found, lexicon.PIN)
		s.doubtful = append(s.doubtful, pin)
	default:
		return true
	}
	return false
}

// kind is the type of a card or a PIN, as a roster of the provider names it.
func (s *suggester) kind(m lexicon.Meaning) string {
	words := s.schema.Columns[s.schema.At(reconcile.TypeID)].Words
	for _, word := range words {
		if slices.Contains(s.schema.CardTypes, word) == (m == lexicon.Card) {
			return word
		}
	}
	var types []string
	if s.options.Types != nil {
		types = s.options.Types()
	}
	for i, senses := range lexicon.Read(types) {
		if slices.ContainsFunc(senses, func(of lexicon.Sense) bool { return of.Meaning == m }) {
			return types[i]
		}
	}
	return string(m)
}

// pass adds entries for the headers that mean nothing, and for misspelt ones.
func (s *suggester) pass() {
	taken := map[string]bool{}
	for _, e := range s.entries {
		taken[headerKey(e.header)] = true
	}
	for i, title := range s.header.titles {
		if !s.open(s.header, i) || taken[headerKey(title)] || len(title) > maxHeaderBytes {
			continue
		}
		taken[headerKey(title)] = true
		e := setting{header: title}
		if n := s.misspelt(title); n >= 0 && !s.header.Present.Has(n) {
			e.target = s.schema.Columns[n].Name
		}
		s.entries = append(s.entries, e)
	}
}
