package odsio

import (
	"maps"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// numberStyle is what a cell's style says about a number or a date in it.
type numberStyle struct {
	format cellio.Format
	// width counts the digits of FormatPad.
	width int
	// date: the style shows dates, or times of day; clock: a time of day is shown.
	date, clock bool
	// shown is FormatMonth if a date is shown without its day.
	shown cellio.Format
	// struck: the text is crossed out.
	struck bool
}

// cellStyle is a style of cells: what it inherits from, and its style of numbers.
type cellStyle struct{ parent, data string }

// styleSheet are the styles of one part, by name.
type styleSheet struct {
	cells   map[string]cellStyle
	numbers map[string]numberStyle
	// hidden are the styles of tables that are not shown.
	hidden map[string]bool
	// struck has the styles of cells that say whether their text is crossed out; others inherit it.
	struck map[string]bool
	// struckSpans are the styles of parts of a text that cross it out.
	struckSpans map[string]bool
	// doubtful are the names that two styles have.
	doubtful map[string]bool
}

func newStyleSheet() *styleSheet {
	return &styleSheet{
		cells: map[string]cellStyle{}, numbers: map[string]numberStyle{},
		hidden: map[string]bool{}, struck: map[string]bool{}, struckSpans: map[string]bool{}, doubtful: map[string]bool{},
	}
}

// define keeps a style under its name; a name with two meanings loses both.
func define[T comparable](s *styleSheet, styles map[string]T, of string, one T) {
	if before, double := styles[of]; double && before != one {
		s.doubtful[of] = true
	}
	styles[of] = one
}

// add reads the styles that an element holds, such as office:automatic-styles.
func (s *styleSheet) add(r *reader) error {
	return r.each(func() error {
		n := r.element()
		switch n.space {
		case style:
			if n.local == "style" {
				return s.addStyle(r)
			}
		case number:
			return s.addNumbers(r, n.local)
		}
		return r.skip()
	})
}

// addStyle reads a style of cells or of tables; others are skipped.
func (s *styleSheet) addStyle(r *reader) error {
	var of, family string
	var cell cellStyle
	err := r.eachAttribute(func(n name, value []byte) {
		switch n {
		case name{style, "name"}:
			of = string(value)
		case name{style, "family"}:
			family = string(value)
		case name{style, "parent-style-name"}:
			cell.parent = string(value)
		case name{style, "data-style-name"}:
			cell.data = string(value)
		}
	})
	if err != nil {
		return err
	}
	if family == "table-cell" {
		define(s, s.cells, of, cell)
		return findStrike(r, s.struck, of)
	}
	if family == "text" {
		return findStrike(r, s.struckSpans, of)
	}
	if family != "table" {
		return r.skip()
	}
	return r.each(func() error {
		if r.is(style, "table-properties") {
			shown, err := r.valueOf(name{table, "display"})
			if err != nil {
				return err
			}
			s.hidden[of] = s.hidden[of] || shown == "false"
		}
		return r.skip()
	})
}

// findStrike reads a style to its end to see whether it crosses text out. What cannot be read
// crosses nothing out.
func findStrike(r *reader, struck map[string]bool, of string) error {
	for depth := r.xml.Depth(); r.xml.Depth() >= depth; {
		tok, err := r.next()
		if err != nil {
			return err
		}
		if tok == officeio.Start && r.is(style, "text-properties") {
			if line, err := r.valueOf(name{style, "text-line-through-style"}); err == nil && line != "" {
				struck[of] = line != "none"
			}
		}
	}
	return nil
}

// addNumbers reads a style of numbers, dates or texts.
func (s *styleSheet) addNumbers(r *reader, kind string) error {
	of, err := r.valueOf(name{style, "name"})
	if err != nil {
		return err
	}
	var one numberStyle
	switch kind {
	case "number-style":
		one, err = readNumberStyle(r)
	case "text-style":
		one, err = readTextStyle(r)
	case "date-style", "time-style":
		one, err = readDateStyle(r, kind == "time-style")
	default: // percentage-style, currency-style, boolean-style
		one.format = cellio.FormatOther
		err = r.skip()
	}
	if err == nil {
		define(s, s.numbers, of, one)
	}
	return err
}

// readNumberStyle reads a style of numbers, and recognises those that show plainly what
// a person saw: digits alone, or General. Colours, texts and conditions are neither.
func readNumberStyle(r *reader) (numberStyle, error) {
	one := numberStyle{format: cellio.FormatOther}
	plain, parts := false, 0
	err := r.each(func() error {
		parts++
		if !r.is(number, "number") {
			return r.skip()
		}
		var err error
		if one, err = readDigits(r); err != nil {
			return err
		}
		// Texts among the digits are children.
		plain = true
		return r.each(func() error {
			plain = false
			return r.skip()
		})
	})
	if !plain || parts != 1 {
		one = numberStyle{format: cellio.FormatOther}
	}
	return one, err
}

// readDigits reads the attributes of number:number.
func readDigits(r *reader) (numberStyle, error) {
	digits, decimals, other := 0, -1, false
	err := r.eachAttribute(func(n name, value []byte) {
		if n.space != number {
			return
		}
		count, isCount := officeio.ParseIndex(value)
		switch n.local {
		case "min-integer-digits":
			digits, other = count, other || !isCount
		case "decimal-places", "min-decimal-places":
			decimals, other = max(decimals, count), other || !isCount
		case "grouping":
			other = other || string(value) != "false"
		default: // a factor, a replacement of decimals
			other = true
		}
	})
	switch {
	case other || decimals > 0:
		return numberStyle{format: cellio.FormatOther}, err
	case decimals < 0 && digits <= 1:
		return numberStyle{format: cellio.FormatGeneral}, err
	case digits == 0 || digits > maxWidth:
		return numberStyle{format: cellio.FormatOther}, err
	}
	return numberStyle{format: cellio.FormatPad, width: digits}, err
}

// maxWidth bounds the digits of FormatPad; numbers have far fewer.
const maxWidth = 255

// readTextStyle reads a style of texts: one that shows a text unchanged declares a cell to be text.
func readTextStyle(r *reader) (numberStyle, error) {
	one := numberStyle{format: cellio.FormatText}
	err := r.each(func() error {
		if !r.is(number, "text-content") {
			one.format = cellio.FormatOther
		}
		return r.skip()
	})
	return one, err
}

// readDateStyle reads a style of dates, or of times of day and durations.
func readDateStyle(r *reader, timeOnly bool) (numberStyle, error) {
	one, year, day := numberStyle{format: cellio.FormatOther}, false, false
	err := r.each(func() error {
		if n := r.element(); n.space == number {
			switch n.local {
			case "hours", "minutes", "seconds", "am-pm":
				one.clock = true
			case "day":
				day = true
			case "year", "month", "day-of-week", "week-of-year", "quarter", "era":
				year = true
			}
		}
		return r.skip()
	})
	one.date = true
	if year && !day && !one.clock {
		one.shown = cellio.FormatMonth
	}
	if timeOnly || one.clock && !day && !year {
		one = numberStyle{format: cellio.FormatTime}
	}
	return one, err
}

// styleBook resolves the styles of a document: those of its content, then the common ones.
type styleBook struct {
	content, common *styleSheet
	known           map[string]resolved
}

// resolved is the result of following a style of cells; not defined when it, or one that
// it leads to, is missing or has two meanings.
type resolved struct {
	numberStyle
	defined bool
}

func newStyleBook() *styleBook {
	return &styleBook{content: newStyleSheet(), common: newStyleSheet(), known: map[string]resolved{}}
}

// maxParents bounds how far inheritance is followed.
const maxParents = 32

// of is the style of numbers that a style of cells leads to. No style, or a default that
// is not written out, is General.
func (b *styleBook) of(cell []byte) resolved {
	if len(cell) == 0 {
		return resolved{defined: true}
	}
	if found, ok := b.known[string(cell)]; ok {
		return found
	}
	found := b.resolve(string(cell))
	found.struck = b.struck(string(cell))
	b.known[string(cell)] = found
	return found
}

func (b *styleBook) resolve(at string) resolved {
	for range maxParents {
		sheet := b.content
		cell, ok := sheet.cells[at]
		if !ok {
			sheet = b.common
			cell, ok = sheet.cells[at]
		}
		switch {
		case sheet.doubtful[at]:
			return resolved{}
		case !ok:
			return resolved{defined: at == "Default"}
		case cell.data != "":
			return b.numbers(cell.data)
		case cell.parent == "":
			return resolved{defined: true}
		}
		at = cell.parent
	}
	return resolved{}
}

// struck reports whether a style of cells, or what it inherits from, crosses their text out.
func (b *styleBook) struck(cell string) bool {
	for range maxParents {
		sheet := b.content
		own, ok := sheet.cells[cell]
		if !ok {
			sheet = b.common
			own = sheet.cells[cell]
		}
		if on, says := sheet.struck[cell]; says || own.parent == "" {
			return on
		}
		cell = own.parent
	}
	return false
}

// struckSpans are the styles, of both parts, that cross a part of a text out.
func (b *styleBook) struckSpans() map[string]bool {
	all := maps.Clone(b.common.struckSpans)
	maps.Copy(all, b.content.struckSpans)
	return all
}

func (b *styleBook) numbers(of string) resolved {
	for _, sheet := range []*styleSheet{b.content, b.common} {
		if one, ok := sheet.numbers[of]; ok {
			return resolved{one, !sheet.doubtful[of]}
		}
	}
	return resolved{}
}
