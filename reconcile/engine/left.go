package engine

import (
	"strings"

	"keyroster/reconcile"
)

// Left finds the records that hold a temporary value of the run, using only its key and the
// records: a temporary value has the form of the one that it replaced, so that it can be
// derived from itself. col is the column whose values change hands; want may be nil.
//
// A run takes the first candidate that no record holds and no row wants, so only that one
// is looked for: each further one would make it more likely that a short value matches by
// chance.
func (p *Parking) Left(have, want *reconcile.Set, col int) []int {
	taken := map[string]bool{}
	for _, set := range []*reconcile.Set{have, want} {
		for n := 0; set != nil && n < set.Len(); n++ {
			if text := set.Record(n).Cell(col).Text(); text != "" {
				taken[strings.ToLower(text)] = true
			}
		}
	}
	var left []int
	for n := range have.Len() {
		record := have.Record(n)
		if cell := record.Cell(col); cell.Filled() && strings.ContainsFunc(cell.Text(), isReplaced) &&
			p.holds(record.ID(), cell.Text(), taken) {
			left = append(left, n)
		}
	}
	return left
}

// holds reports whether a value is the first candidate for its record that no other record
// or row has.
func (p *Parking) holds(id, value string, taken map[string]bool) bool {
	if isFirstFree(p.value, id, value, taken) {
		return true
	}
	// Earlier versions made values that begin with zeros, which some systems drop.
	for zeros := range lostZeros + 1 {
		like := strings.Repeat("0", zeros) + value
		if like[0] == '0' && isFirstFree(p.formerValue, id, like, taken) {
			return true
		}
	}
	return false
}

// lostZeros bounds how many lost leading zeros are tried: each is ten times less likely
// than the one before.
const lostZeros = 3

// isFirstFree reports whether like is the first candidate that no other record or row has,
// regardless of leading zeros.
func isFirstFree(value func(id, like string, n int) string, id, like string, taken map[string]bool) bool {
	for n := range parkTries {
		candidate := value(id, like, n)
		if strings.EqualFold(candidate, like) {
			return true
		}
		if !taken[strings.ToLower(candidate)] && !taken[strings.ToLower(strings.TrimLeft(candidate, "0"))] {
			return false
		}
	}
	return false
}

// isReplaced reports whether a temporary value has another character in place of r.
func isReplaced(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
