package migration

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"keyroster/reconcile"
)

// Length is how many characters a value may have, both ends included. The zero value is no
// rule.
type Length struct{ Least, Most int }

var errLength = errors.New("a length is a number of characters, or the least and the most: 5 or 4-7")

// ParseLength reads a length as configurations spell it: 4-7, or 5 for exactly
// five.
func ParseLength(text string) (Length, error) {
	first, second, isRange := strings.Cut(text, "-")
	if !isRange {
		second = first
	}
	l := Length{}
	var err, err2 error
	l.Least, err = strconv.Atoi(first)
	l.Most, err2 = strconv.Atoi(second)
	if err != nil || err2 != nil || l.Least < 1 || l.Most < l.Least || first != strconv.Itoa(l.Least) ||
		second != strconv.Itoa(l.Most) {
		return Length{}, errLength
	}
	return l, nil
}

// String returns the length in words: 4 to 7 characters.
func (l Length) String() string {
	switch {
	case l.Least < l.Most:
		return fmt.Sprintf("%d to %d characters", l.Least, l.Most)
	case l.Most == 1:
		return "1 character"
	}
	return fmt.Sprintf("%d characters", l.Most)
}

// problem says what is wrong with a value of the wrong length, without revealing its
// length.
func (l Length) problem(value string) string {
	n := utf8.RuneCountInString(value)
	switch {
	case l == Length{} || l.Least <= n && n <= l.Most:
		return ""
	case n < l.Least:
		return "shorter than the " + l.String()
	}
	return "longer than the " + l.String()
}

// Unmeasured reports whether PINs are moved for which no rule limits the length.
func (m *Move) Unmeasured() bool {
	if !m.in.From.keepsHolders() {
		return false
	}
	types := newTypes(&m.in)
	for n, row := range m.RowOf {
		if row < 0 {
			continue
		}
		record := m.in.Listing.Records.Record(n)
		id, name := record.Of(reconcile.TypeID), record.Of(reconcile.TypeName)
		if _, ruled := lookUp(types.lengths, id, name); !ruled &&
			record.Cell(m.in.From.Schema.Value()).State() == reconcile.Filled &&
			types.isPIN(id, name) {
			return true
		}
	}
	return false
}
