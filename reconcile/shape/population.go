package shape

import (
	"bytes"
	"cmp"
	"slices"
)

// Population is what the values of one type are like. Values are added one after the other,
// then others are compared with them; none is kept.
type Population struct {
	// Chosen: people choose the length of their values, as with PINs: if some lengths are
	// usual, so are those that PINs have elsewhere.
	Chosen bool

	values, odd int
	forms       map[Form]*form
	last        *form
	lastForm    Form
	// usual are the forms that are not exceptions, once a caller asked.
	usual  []*form
	sealed bool
}

// Few is the number of values below which a population shows nothing.
const Few = 10

// An exception is a form or length that few values share: fewer than three, and in a large
// population fewer than one in exceptionShare, up to exceptionMost.
const (
	exceptionLeast = 3
	exceptionShare = 500
	exceptionMost  = 10
)

// scattered is the share of exceptions, one in so many values, from which there is no rule
// to be an exception of.
const scattered = 5

// form is what the values of one form are like.
type form struct {
	Form
	count, zeros, upper, lower int
	// parts has the lengths of each part, totals those of the whole values.
	parts  [][]lengthCount
	totals []lengthCount
}

// lengthCount counts the values of a length, with the smallest and the greatest of them if
// they are numbers that can be counted.
type lengthCount struct {
	length      uint8
	count       int
	least, most uint64
}

// Len returns the number of values.
func (p *Population) Len() int { return p.values }

// Add adds a value to the population. One that cannot be a number or code is counted, but
// nothing is like it.
func (p *Population) Add(text string) {
	p.values++
	p.sealed = false
	r := read(text)
	if !r.well || r.alphabet == Letters {
		p.odd++
		return
	}
	if p.last == nil || p.lastForm != r.Form {
		p.last, p.lastForm = p.of(r.Form), r.Form
	}
	p.last.add(&r)
}

func (p *Population) of(key Form) *form {
	f := p.forms[key]
	if f == nil {
		if p.forms == nil {
			p.forms = map[Form]*form{}
		}
		f = &form{Form: key, parts: make([][]lengthCount, key.parts)}
		p.forms[key] = f
	}
	return f
}

func (f *form) add(r *reading) {
	f.count++
	if r.zero {
		f.zeros++
	}
	switch {
	case r.upper && !r.lower:
		f.upper++
	case r.lower && !r.upper:
		f.lower++
	}
	for i := range f.parts {
		countLength(&f.parts[i], r.lengths[i], r)
	}
	countLength(&f.totals, uint8(min(r.size, longest)), r)
}

func countLength(counts *[]lengthCount, length uint8, r *reading) {
	for i := range *counts {
		if c := &(*counts)[i]; c.length == length {
			c.count, c.least, c.most = c.count+1, min(c.least, r.number), max(c.most, r.number)
			return
		}
	}
	*counts = append(*counts, lengthCount{length, 1, r.number, r.number})
}

// exception returns the number of values from which they are not an exception.
func (p *Population) exception() int {
	return min(max(exceptionLeast, (p.values+exceptionShare-1)/exceptionShare), exceptionMost)
}

// Tells reports whether the population is large enough, and its values similar enough, to
// call another value unlike them. Values that cannot be a number or code do not count.
func (p *Population) Tells() bool {
	if p == nil || p.values-p.odd < Few {
		return false
	}
	p.seal()
	well, alike := p.values-p.odd, 0
	for _, f := range p.usual {
		alike += f.count
	}
	return (well-alike)*scattered < well
}

// seal determines which forms are not exceptions.
func (p *Population) seal() {
	if p.sealed {
		return
	}
	p.sealed, p.usual = true, nil
	for _, f := range p.forms {
		if f.count >= p.exception() {
			p.usual = append(p.usual, f)
		}
	}
	slices.SortFunc(p.usual, (*form).compare)
}

// compare puts the form with the most values first.
func (f *form) compare(other *form) int {
	return cmp.Or(other.count-f.count, int(f.alphabet)-int(other.alphabet), bytes.Compare(f.between[:], other.between[:]))
}

// Fits reports whether a value is like the others. Only ask it of a population that Tells.
func (p *Population) Fits(text string) bool {
	p.seal()
	r := read(text)
	for _, f := range p.usual {
		if f.fits(&r, p.exception(), p.Chosen) {
			return true
		}
	}
	return false
}

func (f *form) fits(r *reading, exception int, chosen bool) bool {
	if !r.well || f.parts == nil || r.parts != f.Form.parts || r.between != f.between || !f.spells(r) {
		return false
	}
	for i := range f.parts {
		if !f.fitsPart(i, r, exception, chosen) {
			return false
		}
	}
	return true
}

// spells reports whether a value of the form may have another alphabet by chance:
// hexadecimal digits without a letter, a code without a digit.
func (f *form) spells(r *reading) bool {
	switch {
	case r.alphabet == f.alphabet:
		return true
	case f.alphabet == Hex:
		return r.alphabet == Digits || r.alphabet == Letters && r.hexLetters && f.sameCase(r)
	case f.alphabet == Alnum:
		return r.alphabet == Hex || r.alphabet == Letters && f.sameCase(r)
	}
	return false
}

// sameCase reports whether letters have the same case as the others; words in a list of
// codes mostly do not.
func (f *form) sameCase(r *reading) bool {
	return r.upper && !r.lower && f.lower == 0 || r.lower && !r.upper && f.upper == 0
}

func (f *form) fitsPart(i int, r *reading, exception int, chosen bool) bool {
	length := r.lengths[i]
	l := lengthsOf(f.parts[i], exception)
	if l.usual(length) || l.varied && length >= l.least && length <= l.most {
		return true
	}
	if r.alphabet != Digits || f.alphabet != Digits {
		return false
	}
	if len(f.parts) > 1 {
		// Parts of a number are written with leading zeros, or without any.
		return len(l.list) > 1 && length <= l.most
	}
	return chosen && l.ofPINs() && length >= shortPIN && length <= longPIN || f.continues(r, &l)
}

// lengths are those of a part that are not exceptions.
type lengths struct {
	list []uint8
	// least and most are the shortest and longest usual length; with varied, of all values:
	// there are too many exceptions for a rule.
	least, most uint8
	varied      bool
}

func lengthsOf(counts []lengthCount, exception int) lengths {
	l := lengths{}
	all, rare := 0, 0
	for _, c := range counts {
		if all += c.count; c.count < exception {
			rare += c.count
		}
	}
	l.varied = rare > 0 && rare*scattered >= all
	for _, c := range counts {
		if c.count < exception && !l.varied {
			continue
		}
		if c.count >= exception {
			l.list = append(l.list, c.length)
		}
		if l.most == 0 || c.length < l.least {
			l.least = c.length
		}
		l.most = max(l.most, c.length)
	}
	return l
}

// shortPIN and longPIN are the lengths of PINs that systems accept.
const (
	shortPIN = 4
	longPIN  = 8
)

// ofPINs reports whether there are several lengths, all of them usual for PINs.
func (l *lengths) ofPINs() bool {
	return (len(l.list) > 1 || l.varied) && l.least >= shortPIN && l.most <= longPIN
}

func (l *lengths) usual(length uint8) bool {
	for _, known := range l.list {
		if known == length {
			return true
		}
	}
	return false
}

// running is the share, one in so many, by which a number may exceed all others and still
// be the next of a series. Numbers that all have the same length are a series if they lie
// in the upper half.
const (
	running = 10
	tight   = 2
)

// fewZeros is the share, one in so many, up to which numbers with a leading zero are
// mistakes: if there are more, numbers are padded to their length.
const fewZeros = 50

// continues reports whether a number of another length continues a series of numbers
// without padding: a digit longer just beyond the greatest, or as short as the smallest of
// a series may be.
func (f *form) continues(r *reading, l *lengths) bool {
	if f.zeros*fewZeros > f.count || r.zero || !r.counted || l.most == 0 {
		return false
	}
	length, several := r.lengths[0], len(l.list) > 1 || l.varied
	if several && length+1 >= l.least && length <= l.most {
		return true
	}
	if length != l.most+1 || l.most > maxCounted {
		return false
	}
	i := slices.IndexFunc(f.totals, func(c lengthCount) bool { return c.length == l.most })
	top := f.totals[i]
	if !several && top.most-top.least > top.most/tight {
		return false
	}
	return r.number <= top.most+top.most/running
}
