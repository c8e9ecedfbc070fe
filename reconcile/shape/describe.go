package shape

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// shownParts is how many parts a description names one by one.
const shownParts = 4

// String describes the shape for people: 9 characters with letters.
func (c Class) String() string {
	parts := make([]span, c.parts)
	size := int(c.parts) - 1
	for i := range parts {
		parts[i] = span{int(c.lengths[i]), int(c.lengths[i])}
		size += int(c.lengths[i])
	}
	return describe(&c.Form, parts, span{size, size}.String())
}

// Shape returns the shape as a person would write it.
func (c Class) Shape() Shape {
	name := alphabets[c.alphabet].name
	var text strings.Builder
	for i := range int(c.parts) {
		if i > 0 {
			fmt.Fprintf(&text, `+%q+`, string(rune(c.between[i-1])))
		}
		fmt.Fprintf(&text, "%s:%d", name, c.lengths[i])
	}
	s, err := Parse(text.String())
	if err != nil {
		panic(err)
	}
	return s
}

// span is a range of lengths.
type span struct{ least, most int }

func (s span) String() string {
	if s.least == s.most {
		return fmt.Sprint(s.least)
	}
	return fmt.Sprintf("%d to %d", s.least, s.most)
}

var alphabetWords = [...]string{
	Digits:  "digits",
	Hex:     "hexadecimal digits",
	Alnum:   "letters and digits",
	Letters: "letters",
}

// describe describes the values of a form.
func describe(f *Form, parts []span, size string) string {
	word := alphabetWords[f.alphabet]
	switch {
	case f.parts > shownParts:
		return fmt.Sprintf("%s characters of %s with %q between", size, word, f.between[0])
	case f.parts > 1:
		var out []string
		for i := range parts {
			if i > 0 {
				out = append(out, fmt.Sprintf("%q", string(rune(f.between[i-1]))))
			}
			out = append(out, sized(parts[i].String(), word))
		}
		return strings.Join(out, ", ")
	case f.alphabet == Alnum:
		return size + " characters with letters"
	}
	return sized(size, word)
}

// sized returns a number of digits or letters; the words end in an s.
func sized(size, word string) string {
	if size == "1" {
		return "1 " + strings.TrimSuffix(word, "s")
	}
	return size + " " + word
}

// shownForms is how many forms a description of a population names.
const shownForms = 3

// String describes the values that are not exceptions: 8 to 10 digits.
func (p *Population) String() string {
	p.seal()
	var out []string
	for _, f := range p.usual {
		if len(out) == shownForms {
			break
		}
		out = append(out, f.describe(p.exception()))
	}
	return strings.Join(out, ", or ")
}

func (f *form) describe(exception int) string {
	parts := make([]span, len(f.parts))
	for i := range f.parts {
		l := lengthsOf(f.parts[i], exception)
		parts[i] = span{int(l.least), int(l.most)}
	}
	return describe(&f.Form, parts, f.sizes(exception))
}

// sizes lists the lengths of the values: 8, 8 or 10, 8 to 10.
func (f *form) sizes(exception int) string {
	l := lengthsOf(f.totals, exception)
	all := l.most-l.least+1 == uint8(len(l.list))
	if l.varied || all || len(l.list) > shownForms || len(l.list) == 0 {
		return span{int(l.least), int(l.most)}.String()
	}
	slices.Sort(l.list)
	words := make([]string, len(l.list))
	for i, n := range l.list {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, " or ")
}

// Usual returns the number of values that are not exceptions.
func (p *Population) Usual() int {
	p.seal()
	n := 0
	for _, f := range p.usual {
		l := lengthsOf(f.totals, p.exception())
		for _, c := range f.totals {
			if l.varied || l.usual(c.length) {
				n += c.count
			}
		}
	}
	return n
}

// Classes describes the shapes of several values in one phrase.
func Classes(list []Class) string {
	forms := map[Form][]lengthCount{}
	order := []Form{}
	for _, c := range list {
		if _, known := forms[c.Form]; !known {
			order = append(order, c.Form)
		}
		size := int(c.parts) - 1
		for i := range int(c.parts) {
			size += int(c.lengths[i])
		}
		forms[c.Form] = append(forms[c.Form], lengthCount{length: uint8(min(size, longest)), count: exceptionMost})
	}
	slices.SortFunc(order, func(a, b Form) int {
		return cmp.Or(
			int(a.alphabet)-int(b.alphabet), int(a.parts)-int(b.parts),
			slices.Compare(a.between[:], b.between[:]),
		)
	})
	out := make([]string, 0, len(order))
	for _, key := range order {
		f := form{Form: key, totals: forms[key]}
		parts := make([]span, key.parts)
		for i := range parts {
			parts[i] = span{longest, 0}
			for _, c := range list {
				if c.Form == key {
					parts[i] = span{min(parts[i].least, int(c.lengths[i])), max(parts[i].most, int(c.lengths[i]))}
				}
			}
		}
		out = append(out, describe(&key, parts, f.sizes(1)))
	}
	return strings.Join(out, ", or ")
}
