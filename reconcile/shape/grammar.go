package shape

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Shape is a configured shape of the values of a type: digits:8-10, hex:8, alnum:6-12,
// letters:2+digits:6, digits:3+":"+digits:5, or several with | between. The zero value fits
// nothing.
type Shape struct {
	text string
	// all and wordless match whole texts; wordless has the alternatives that accept a text
	// without a digit.
	all, wordless *regexp.Regexp
}

// alphabets are the words for what a part consists of.
var alphabets = []struct{ name, set string }{
	{"digits", "[0-9]"}, {"hex", "[0-9A-Fa-f]"}, {"alnum", "[0-9A-Za-z]"}, {"letters", "[A-Za-z]"},
}

// longest is the most characters of one part.
const longest = 255

// Parse reads a shape.
func Parse(text string) (Shape, error) {
	p := parser{rest: text}
	var written, all, wordless []string
	for {
		one, err := p.alternative()
		if err != nil {
			return Shape{}, fmt.Errorf("read shape %q: %w", text, err)
		}
		written, all = append(written, one.text), append(all, one.pattern)
		if !one.needsDigit {
			wordless = append(wordless, one.pattern)
		}
		if !p.take('|') {
			break
		}
	}
	if p.rest != "" {
		return Shape{}, fmt.Errorf("read shape %q: unexpected %q; join parts with + and alternatives with |", text, p.rest)
	}
	s := Shape{text: strings.Join(written, "|"), all: whole(all)}
	if len(wordless) > 0 {
		s.wordless = whole(wordless)
	}
	return s, nil
}

func whole(patterns []string) *regexp.Regexp {
	return regexp.MustCompile(`\A(?:` + strings.Join(patterns, "|") + `)\z`)
}

// String returns the shape as it is written, without spaces.
func (s Shape) String() string { return s.text }

// Match reports whether a text has the shape. A text without any digit only matches
// explicit letters or hexadecimal digits: alnum is for codes, not for words.
func (s Shape) Match(text string) bool {
	if strings.ContainsAny(text, "0123456789") {
		return s.all != nil && s.all.MatchString(text)
	}
	return s.wordless != nil && s.wordless.MatchString(text)
}

type alternative struct {
	text, pattern string
	needsDigit    bool
}

type parser struct{ rest string }

// take skips a character, and spaces around it, if it comes next.
func (p *parser) take(c byte) bool {
	p.space()
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	p.space()
	return true
}

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t") }

func (p *parser) alternative() (alternative, error) {
	var out alternative
	for {
		p.space()
		var err error
		if strings.HasPrefix(p.rest, `"`) {
			err = p.literal(&out)
		} else {
			err = p.part(&out)
		}
		if err != nil {
			return out, err
		}
		if !p.take('+') {
			return out, nil
		}
		out.text += "+"
	}
}

func (p *parser) literal(out *alternative) error {
	quoted, err := strconv.QuotedPrefix(p.rest)
	if err != nil {
		return fmt.Errorf("a quote is not closed")
	}
	text, err := strconv.Unquote(quoted)
	if err != nil || text == "" {
		return fmt.Errorf("the quoted text %s is empty or invalid", quoted)
	}
	p.rest = p.rest[len(quoted):]
	out.text += strconv.Quote(text)
	out.pattern += regexp.QuoteMeta(text)
	return nil
}

// part reads digits:8 and digits:8-10.
func (p *parser) part(out *alternative) error {
	end := strings.IndexAny(p.rest, "+|")
	if end < 0 {
		end = len(p.rest)
	}
	word := strings.TrimRight(p.rest[:end], " \t")
	p.rest = p.rest[end:]
	name, size, sized := strings.Cut(word, ":")
	set := ""
	for _, a := range alphabets {
		if strings.EqualFold(a.name, strings.TrimSpace(name)) {
			name, set = a.name, a.set
		}
	}
	if set == "" {
		return unknownAlphabet(name)
	}
	low, high, ranged := strings.Cut(size, "-")
	least, err := length(low)
	most := least
	if err == nil && ranged {
		most, err = length(high)
	}
	switch {
	case !sized:
		return fmt.Errorf("%s needs a length, as %s:8 or %s:8-10", name, name, name)
	case err != nil:
		return err
	case least > most:
		return fmt.Errorf("the length %s starts above its end", strings.TrimSpace(size))
	}
	out.text += name + ":" + strconv.Itoa(least)
	if most != least {
		out.text += "-" + strconv.Itoa(most)
	}
	out.pattern += fmt.Sprintf("%s{%d,%d}", set, least, most)
	out.needsDigit = out.needsDigit || name == "alnum"
	return nil
}

func length(text string) (int, error) {
	text = strings.TrimSpace(text)
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > longest {
		return 0, fmt.Errorf("%q is not a length from 1 to %d", text, longest)
	}
	return n, nil
}

func unknownAlphabet(name string) error {
	var known []string
	near := ""
	for _, a := range alphabets {
		known = append(known, a.name)
		if near == "" && name != "" && strings.EqualFold(a.name[:1], name[:1]) {
			near = "; did you mean " + a.name + "?"
		}
	}
	if name == "" {
		return fmt.Errorf("a part is missing; write parts such as digits:8, and texts in quotes")
	}
	return fmt.Errorf("unknown alphabet %q; the alphabets are %s%s", name, strings.Join(known, ", "), near)
}
