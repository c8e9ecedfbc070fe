package rosterio

import (
	"slices"
	"strings"
	"unicode"

	"keyroster/io/cellio"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// evidence says whether a text looks like a cell of a column.
type evidence int8

const (
	// against: no cell of the column looks like that.
	against evidence = iota - 1
	// silent: blank, or a text that could be anywhere.
	silent
	// speaksFor: hardly anything but a cell of the column looks like that.
	speaksFor
)

// knownWords is how many different words of a column are remembered.
const knownWords = 64

// sampleLength is the longest text in bytes that is kept as a column's sample.
const sampleLength = 64

// likeness compares texts with the columns that they are in, to find out whether a
// line of text looks like a row of the table.
type likeness struct {
	fields []field
	// words has, for each field, the words of its rows where there are few (types);
	// sample is one of its texts.
	words  []map[string]struct{}
	last   []string
	sample []string
}

func newLikeness(fields []field) *likeness {
	return &likeness{
		fields: fields, words: make([]map[string]struct{}, len(fields)),
		last: make([]string, len(fields)), sample: make([]string, len(fields)),
	}
}

// add learns from a row.
func (k *likeness) add(line *cellio.Line) {
	for i := range k.fields {
		f := &k.fields[i]
		if f.class != classID || f.at >= len(line.Cells) {
			continue
		}
		text := line.Cells[f.at].Text
		if line.Cells[f.at].Kind != cellio.Text || text == "" || text == k.last[i] || len(text) > sampleLength {
			continue
		}
		if k.sample[i] == "" {
			k.sample[i] = strings.Clone(text)
		}
		if !f.column.Pairs {
			continue
		}
		if k.words[i] == nil {
			k.words[i] = map[string]struct{}{}
		}
		if len(k.words[i]) < knownWords {
			k.last[i] = strings.Clone(text)
			k.words[i][headerKey(k.last[i])] = struct{}{}
		}
	}
}

// of says whether a text looks like a cell of field i.
func (k *likeness) of(i int, text string) evidence {
	f := &k.fields[i]
	if text == "" || text == reconcile.EmptyMarker {
		return silent
	}
	if len(f.column.Words) > 0 && f.class != classInt {
		return either(slices.ContainsFunc(f.column.Words, func(w string) bool { return strings.EqualFold(w, text) }))
	}
	switch f.class {
	case classEmail:
		return either(likeAddress(text))
	case classState:
		return either(strings.EqualFold(text, "present") || strings.EqualFold(text, "absent"))
	case classSecret:
		return likeCode(text)
	case classColor:
		return either(len(text) == 7 && text[0] == '#' && !strings.ContainsFunc(text[1:], notHex))
	case classTime:
		return either(likeTime(text))
	case classInt:
		return unless(!shape.AllDigits(text))
	case classBool:
		_, ok := truth(text)
		return unless(!ok)
	case classJSON:
		return unless(text[0] != '{' && text[0] != '[' && text[0] != '@')
	case classID:
		return k.likeID(i, text)
	}
	return silent
}

func either(ok bool) evidence {
	if ok {
		return speaksFor
	}
	return against
}

func unless(wrong bool) evidence {
	if wrong {
		return against
	}
	return silent
}

// likeID compares a text with the words of the rows, and with the form of one.
func (k *likeness) likeID(i int, text string) evidence {
	if _, known := k.words[i][headerKey(text)]; known {
		return speaksFor
	}
	sample := k.sample[i]
	switch {
	case strings.ContainsAny(text, "\"{}<>"):
		return against
	case sample == "":
		return unless(text != strings.TrimSpace(text))
	case strings.ContainsFunc(text, unicode.IsDigit) && pattern(text) == pattern(sample):
		return speaksFor
	}
	return unless(strings.ContainsFunc(text, unicode.IsSpace) && !strings.ContainsFunc(sample, unicode.IsSpace))
}

// pattern is a text with each run of letters as a and each run of digits as 9.
func pattern(text string) string {
	var b strings.Builder
	var before rune
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			r = 'a'
		case unicode.IsDigit(r):
			r = '9'
		}
		if r != before || r != 'a' && r != '9' {
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

// likeAddress reports whether a text is roughly an e-mail address.
func likeAddress(text string) bool {
	name, domain, found := strings.Cut(text, "@")
	return found && name != "" && strings.Contains(strings.Trim(domain, "."), ".") &&
		!strings.ContainsFunc(
			text,
			func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"<>(),;:`, r) },
		)
}

// likeCode says whether a text looks like a card number or PIN rather than words.
func likeCode(text string) evidence {
	digits := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsSpace(r), strings.ContainsRune(`"{}<>=`, r):
			return against
		}
	}
	switch {
	case reconcile.IsMask(text), digits >= 4 && len(text) <= 64 && 2*digits >= len(text):
		return speaksFor
	case digits == 0:
		return against
	}
	return silent
}

// likeTime reports whether a text may be a date: it begins with a digit and has
// only characters of dates.
func likeTime(text string) bool {
	return len(text) >= len("1.1.2026") && len(text) <= len("2026-01-31T08:30:00.000+01:00") && text[0] >= '0' && text[0] <= '9' &&
		strings.Trim(text, "0123456789-/.:TZ+ ") == "" &&
		strings.ContainsAny(text, "-/.")
}

func notHex(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F')
}

// beginsAsRow reports whether the first word of a text fits the column at that
// position, as when the cells of a row were joined with spaces.
func (d *decoder) beginsAsRow(at int, text string) bool {
	words := strings.Fields(text)
	if len(words) < 2 {
		return false
	}
	for i := range d.fields {
		if d.fields[i].at == at && d.like.of(i, strings.TrimRight(words[0], ",;|")) == speaksFor {
			return true
		}
	}
	return false
}
