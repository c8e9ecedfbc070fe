package rosterio

import (
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/rosterio/lexicon"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// sample are the texts below a header, whose form shows whether the header means what it could.
type sample []string

// sampleOf are the texts of the cells at a position.
func sampleOf(lines []*cellio.Line, at int) sample {
	var texts sample
	for _, line := range lines {
		if at < len(line.Cells) && line.Cells[at].Kind != cellio.Blank && !blank(&line.Cells[at]) &&
			line.Cells[at].Kind != cellio.Broken {
			texts = append(texts, strings.TrimSpace(line.Cells[at].Text))
		}
	}
	return texts
}

// share is the share of the texts that match, from 0 to 1; 0 without any text.
func (s sample) share(like func(string) bool) float64 {
	n := 0
	for _, text := range s {
		if like(text) {
			n++
		}
	}
	return float64(n) / float64(max(len(s), 1))
}

// few is the share of matching texts from which they do not contradict a word, many that
// from which they confirm a vague one.
const (
	few  = 1.0 / 3
	many = 2.0 / 3
)

// How well a column fits a meaning.
const (
	unfit   = iota
	doubted // a vague word with fitting texts, or a plain one above odd texts
	plain   // a plain word, and no texts
	sure    // a plain word above fitting texts
)

// weigh is how well a column fits a sense of the word above it.
func (s sample) weigh(sense lexicon.Sense) int {
	if sense.Meaning == lexicon.Name || sense.Meaning == lexicon.Title || sense.Meaning == lexicon.Description {
		switch {
		case s.share(likeNumber) >= many:
			return unfit
		case sense.Vague:
			return doubted
		}
		return sure
	}
	fits := s.share(looksAs(sense.Meaning))
	switch {
	case sense.Vague && fits >= many:
		return doubted
	case sense.Vague:
		return unfit
	case len(s) == 0:
		return plain
	case fits >= few:
		return sure
	case sense.Meaning == lexicon.Card && s.share(shape.AllDigits) >= many:
		return doubted
	}
	return unfit
}

// looksAs is what the cells of a column of a meaning look like.
func looksAs(m lexicon.Meaning) func(string) bool {
	switch m {
	case lexicon.Card:
		return likeCard
	case lexicon.PIN:
		return likePIN
	case lexicon.Email:
		return likeAddress
	case lexicon.Starts, lexicon.Ends:
		return likeTime
	case lexicon.State:
		return func(text string) bool {
			return strings.EqualFold(text, reconcile.StatePresent) || strings.EqualFold(text, reconcile.StateAbsent)
		}
	case lexicon.Type:
		return likeType
	case lexicon.Holder:
		return likeNumber
	case lexicon.Entrances:
		return func(text string) bool { return !likeNumber(text) }
	}
	return func(text string) bool { return !likeAddress(text) && !likeTime(text) }
}

// likeCard reports whether a text looks like a card number, even one that a spreadsheet damaged.
func likeCard(text string) bool {
	return likeCode(text) == speaksFor || exponentText(text) ||
		len(text) >= longCard && !strings.ContainsFunc(text, notHex)
}

// pinLength is the length of the longest PINs in use.
const pinLength = 8

func likePIN(text string) bool {
	return len(text) <= pinLength && shape.AllDigits(text) || reconcile.IsMask(text)
}

// likeNumber reports whether a text looks like a number, such as a person's.
func likeNumber(text string) bool {
	return likeCode(text) != against && !strings.ContainsAny(text, "@ ")
}

// likeType reports whether a text is a word for a card or a PIN, and not a number.
func likeType(text string) bool {
	senses := lexicon.Read([]string{text})[0]
	for _, s := range senses {
		if s.Meaning == lexicon.Card || s.Meaning == lexicon.PIN {
			return true
		}
	}
	return false
}
