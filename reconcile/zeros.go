package reconcile

import (
	"fmt"
	"slices"
	"strings"
)

// noteZeros warns of changes that take a value which another record holds with other
// leading zeros: a spreadsheet that took it for a number would produce that, and to some
// readers both are the same number. It does not prove that the two are one card, so nothing
// is blocked; if the other record gives up its value in the same plan, it is more likely.
//
// Only values that are secret or unique are compared, within the scope of the uniqueness,
// or else within a lane.
func (p *Plan) noteZeros() {
	for col := range p.Want.schema.Columns {
		if scope, compared := p.Want.schema.zeroScope(col); compared {
			z := zeros{plan: p, col: col, scope: scope, wanted: map[zeroKey][]zeroGroup{}}
			z.collect()
			z.compareWithRecords()
		}
	}
}

// zeroScope reports whether the values of a column are compared, and within which columns.
func (s *Schema) zeroScope(col int) (scope []int, compared bool) {
	c := &s.Columns[col]
	if c.Role != RoleManaged {
		return nil, false
	}
	if slices.Contains(s.Unique, Unique{c.Name}) {
		return nil, true
	}
	if n := s.Index(s.Lane); n >= 0 {
		scope = []int{n}
	}
	return scope, c.Secret()
}

// zeroKey is a value without leading zeros, within its scope.
type zeroKey struct{ scope, digits string }

// zeroGroup are the lines that want values with the same key, which differ only in the
// number of zeros.
type zeroGroup struct {
	zeros int
	lines []int32
}

type zeros struct {
	plan   *Plan
	col    int
	scope  []int
	wanted map[zeroKey][]zeroGroup
}

// split returns a number without its leading zeros, and how many those are; empty for
// anything but a number, and for only zeros.
func split(text string) (digits string, zeros int) {
	digits = strings.TrimLeft(text, "0")
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return "", 0
		}
	}
	return digits, len(text) - len(digits)
}

// key returns that of a record, or of a row whose blank cells are taken from its record.
func (z *zeros) key(r, otherwise Record) (key zeroKey, zeros int) {
	cell := r.Cell(z.col)
	if !cell.Filled() {
		return zeroKey{}, 0
	}
	if key.digits, zeros = split(cell.Text()); key.digits == "" {
		return key, 0
	}
	for i, col := range z.scope {
		within := r.Cell(col)
		if !within.Filled() && otherwise.Valid() {
			within = otherwise.Cell(col)
		}
		if i == 0 {
			key.scope = within.Text()
		} else {
			key.scope += "\x00" + within.Text()
		}
	}
	return key, zeros
}

// collect finds the lines that take a value which is a number.
func (z *zeros) collect() {
	for i := range z.plan.Lines {
		l := &z.plan.Lines[i]
		if l.Row < 0 || !l.Sends() || l.Action == Delete || !l.Fields.Has(z.col) {
			continue
		}
		key, zeros := z.key(z.plan.WantRow(i), z.plan.HaveRecord(i))
		if key.digits == "" {
			continue
		}
		groups := z.wanted[key]
		at := 0
		for at < len(groups) && groups[at].zeros != zeros {
			at++
		}
		if at == len(groups) {
			groups = append(groups, zeroGroup{zeros: zeros})
		}
		groups[at].lines = append(groups[at].lines, int32(i))
		z.wanted[key] = groups
	}
}

// compareWithRecords looks for the wanted values among the records. A line is warned of
// only the first record, and then removed: however many share a value, the work is linear.
func (z *zeros) compareWithRecords() {
	if len(z.wanted) == 0 {
		return
	}
	for n := range z.plan.Have.Len() {
		record := z.plan.Have.Record(n)
		key, zeros := z.key(record, Record{})
		if key.digits == "" {
			continue
		}
		groups := z.wanted[key]
		for i := range groups {
			if groups[i].zeros == zeros {
				continue
			}
			own := groups[i].lines[:0]
			for _, line := range groups[i].lines {
				if z.plan.Lines[line].Record == int32(n) {
					own = append(own, line)
					continue
				}
				z.plan.Note(int(line), z.note(record, groups[i].zeros < zeros))
			}
			groups[i].lines = own
		}
	}
}

// note names the other record, and never a value.
func (z *zeros) note(other Record, fewer bool) string {
	text := fmt.Sprintf(
		"apart from leading zeros, the %s is that of %s", z.plan.Have.schema.Columns[z.col].Name,
		other.Describe(),
	)
	if fewer {
		return "leading zeros lost? " + strings.ToUpper(text[:1]) + text[1:]
	}
	return text
}
