package reconcile

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Likeness is how a record's cell compares with the one that a row wants.
type Likeness uint8

// The likenesses.
const (
	// Differs: it holds something else.
	Differs Likeness = iota
	// Alike: it holds what is wanted, or nothing is wanted of it.
	Alike
	// Hidden: the provider masks it, so that it cannot be compared.
	Hidden
	// Apart: a listing does not hold it; it is read separately.
	Apart
	// Respelled: it holds what is wanted in a spelling that a provider may have made of it;
	// see [Column.Respells]. Only a listing right after a write shows whether it did.
	Respelled
)

// Compare compares a record's cell in a column with the wanted one. It is the only
// comparison: a plan, a record that is read back and the proof after the writes all use it.
func (c *Column) Compare(want, have Cell) Likeness {
	switch {
	case want.State() == Unset || want.State() == Masked:
		return Alike
	case c.Can&ReadApart != 0 && have.State() == Unset:
		return Apart
	case have.State() == Masked:
		return Hidden
	case want.Text() == have.Text():
		return Alike
	case want.Filled() && have.Filled() && c.Respells(want.Text(), have.Text()) != "":
		return Respelled
	}
	return Differs
}

// Respells says in a few words how a provider may have turned the written text into the one
// it shows; empty if it cannot have. The words hold nothing of either.
func (c *Column) Respells(written, shown string) string {
	switch c.Kind {
	case KindTime:
		return respellsTime(written, shown)
	case KindJSON:
		return respellsJSON(written, shown)
	}
	for _, s := range spellings {
		text := written
		for _, change := range s.changes {
			text = change(text)
		}
		if text != "" && text == shown || s.ignoresCase && strings.EqualFold(text, shown) {
			return s.words
		}
	}
	if shorter, _ := split(shown); shorter != "" && shorter == unpadded(written) && len(shown) > len(written) {
		return "with more leading zeros"
	}
	return ""
}

// spelling is a form that a provider may give a text.
type spelling struct {
	words   string
	changes []func(string) string
	// ignoresCase: letters may become capitals or small.
	ignoresCase bool
}

var spellings = []spelling{
	{words: "without surrounding spaces", changes: []func(string) string{strings.TrimSpace}},
	{words: "without spaces", changes: []func(string) string{unspaced}},
	{words: "without leading zeros", changes: []func(string) string{unpadded}},
	{words: "in upper or lower case", ignoresCase: true},
	{words: "without spaces, in upper or lower case", changes: []func(string) string{unspaced}, ignoresCase: true},
	{words: "without spaces and leading zeros", changes: []func(string) string{unspaced, unpadded}},
	{
		words:       "without leading zeros, in upper or lower case",
		changes:     []func(string) string{unspaced, unpadded},
		ignoresCase: true,
	},
}

// unpadded returns a text as a number, without leading zeros.
func unpadded(text string) string {
	if short := strings.TrimLeft(text, "0"); short != "" || text == "" {
		return short
	}
	return "0"
}

func unspaced(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// respellsTime recognises less exact times.
func respellsTime(written, shown string) string {
	w, errW := time.Parse(time.RFC3339Nano, written)
	s, errS := time.Parse(time.RFC3339Nano, shown)
	switch {
	case errW != nil || errS != nil:
		return ""
	case w.Equal(s):
		return "as the same time in another zone"
	case w.Truncate(time.Second).Equal(s):
		return "to the second"
	case w.Truncate(time.Minute).Equal(s):
		return "to the minute"
	}
	return ""
}

// respellsJSON recognises changes in white space, the order of members and escapes, and
// respelt texts within.
func respellsJSON(written, shown string) string {
	w, okW := plainJSON(written)
	s, okS := plainJSON(shown)
	if !okW || !okS {
		return ""
	}
	words := "in a different JSON form"
	if !respelledTree(w, s, &words) {
		return ""
	}
	return words
}

// respelledTree reports whether two values are the same except for the spelling of texts;
// words receives how the last one is spelt.
func respelledTree(written, shown any, words *string) bool {
	switch w := written.(type) {
	case map[string]any:
		s, ok := shown.(map[string]any)
		if !ok || len(s) != len(w) {
			return false
		}
		for _, name := range slices.Sorted(maps.Keys(w)) { // equal inputs give equal words
			if other, found := s[name]; !found || !respelledTree(w[name], other, words) {
				return false
			}
		}
		return true
	case []any:
		s, ok := shown.([]any)
		if !ok || len(s) != len(w) {
			return false
		}
		for i := range w {
			if !respelledTree(w[i], s[i], words) {
				return false
			}
		}
		return true
	case string:
		s, ok := shown.(string)
		if !ok || w == s {
			return ok
		}
		how := (&Column{}).Respells(w, s)
		if how != "" {
			*words = how
		}
		return how != ""
	}
	return written == shown
}

func plainJSON(text string) (value any, ok bool) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	ok = decoder.Decode(&value) == nil
	return value, ok
}

// KeptSpellingNote returns the note that the provider keeps a column in another spelling than
// was written.
func (c *Column) KeptSpellingNote(written, shown Cell) string {
	how := c.Respells(written.Text(), shown.Text())
	if how == "" {
		how = "in another spelling"
	}
	return "the provider stores " + c.Name + " " + how
}
