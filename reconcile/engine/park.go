package engine

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strings"

	"keyroster/reconcile"
)

// Parking makes the temporary values on which cycles park a record. A parked value is a
// live credential until it is replaced, so it must not be guessable: it is an HMAC of run,
// record and a counter under a key that stays in the state folder. A resumed run makes the
// same values again.
type Parking struct {
	// Key is secret; RunID and the record's id make values differ.
	Key   []byte
	RunID string
}

// parkTries bounds the counter: a value that is taken is skipped.
const parkTries = 64

// value returns the nth candidate for a record that holds like: a text of the same length
// with digits for digits and letters for letters. It does not begin with a zero, which some
// systems drop.
func (p *Parking) value(id, like string, n int) string {
	text := p.formerValue(id, like, n)
	if text == "" || text[0] != '0' {
		return text
	}
	sum := hmac.New(sha256.New, p.Key)
	fmt.Fprintf(sum, "first\x00%s\x00%s\x00%d", p.RunID, id, n)
	return string('1'+sum.Sum(nil)[0]%9) + text[1:]
}

// formerValue returns the candidate as earlier versions made it, which may begin with a
// zero.
func (p *Parking) formerValue(id, like string, n int) string {
	sum := hmac.New(sha256.New, p.Key)
	fmt.Fprintf(sum, "park\x00%s\x00%s\x00%d", p.RunID, id, n)
	stream := sum.Sum(nil)
	var out strings.Builder
	for i, r := range like {
		if i > 0 && i%len(stream) == 0 {
			next := sha256.Sum256(stream)
			stream = next[:]
		}
		b := rune(stream[i%len(stream)])
		switch {
		case r >= '0' && r <= '9':
			out.WriteRune('0' + b%10)
		case r >= 'a' && r <= 'z':
			out.WriteRune('a' + b%26)
		case r >= 'A' && r <= 'Z':
			out.WriteRune('A' + b%26)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// parked returns the record as it is on its nth temporary value.
func (p *Parking) parked(record reconcile.Record, col, n int) reconcile.Record {
	cells := record.Cells(nil)
	cells[col] = reconcile.TextCell(p.value(record.ID(), cells[col].Text(), n))
	set := reconcile.NewSet(record.Schema(), 1)
	return set.Record(set.Add(cells))
}

// isParked reports whether a record holds one of its own temporary values.
func (p *Parking) isParked(before, now reconcile.Record, col int) bool {
	like, held := before.Cell(col).Text(), now.Cell(col)
	for n := range parkTries {
		for _, value := range []string{p.value(before.ID(), like, n), p.formerValue(before.ID(), like, n)} {
			if before.Schema().Columns[col].Compare(reconcile.TextCell(value), held) != reconcile.Differs && held.Filled() {
				return true
			}
		}
	}
	return false
}

// free finds a temporary value that is neither in the listing nor in the roster.
func (p *Parking) free(plan *reconcile.Plan, before reconcile.Record, col int) (reconcile.Record, bool) {
	candidates := map[string]int{}
	for n := range parkTries {
		candidates[strings.ToLower(p.value(before.ID(), before.Cell(col).Text(), n))] = n
	}
	for _, set := range []*reconcile.Set{plan.Have, plan.Want} {
		for n := range set.Len() {
			delete(candidates, strings.ToLower(set.Record(n).Cell(col).Text()))
		}
	}
	best := -1
	for _, n := range candidates {
		if best < 0 || n < best {
			best = n
		}
	}
	if best < 0 {
		return reconcile.Record{}, false
	}
	return p.parked(before, col, best), true
}

// after returns the record as it is once a change took effect.
func after(c reconcile.Change) reconcile.Record {
	cells := c.Have.Cells(nil)
	for col := range cells {
		if c.Fields.Has(col) {
			cells[col] = c.Want.Cell(col)
		}
	}
	set := reconcile.NewSet(c.Have.Schema(), 1)
	return set.Record(set.Add(cells))
}
