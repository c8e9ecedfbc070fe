package rosterio

import (
	"fmt"
	"strings"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// lostNumber is a secret that a spreadsheet stores as a number: any leading zeros are lost.
type lostNumber struct{ problem, row, digits int }

// noteLost remembers the problem that is reported next, if it is about such a number.
func (d *decoder) noteLost(row int, f *field, read string, wrong *fault) {
	if f.class == classSecret && wrong.kind == KindNumber && wrong.likely == "" {
		whole, _, _ := strings.Cut(read, ".")
		d.lost = append(d.lost, lostNumber{len(d.roster.Problems), row, len(whole)})
	}
}

// Values of one type have a usual length when at least this many of them, and this share, have it.
const (
	usualLeast = 3
	usualShare = 2.0 / 3
)

// reportLost says how many zeros were lost, where the other values of the type show how
// many digits there should be.
func (d *decoder) reportLost() {
	if len(d.lost) == 0 {
		return
	}
	rows, value := d.roster.Rows, d.header.schema.Value()
	lengths := map[string]map[int]int{}
	for n := range rows.Len() {
		if cell := rows.Record(n).Cell(value); cell.Filled() && shape.AllDigits(cell.Text()) {
			kind := rows.Record(n).Of(reconcile.TypeID)
			if lengths[kind] == nil {
				lengths[kind] = map[int]int{}
			}
			lengths[kind][len(cell.Text())]++
		}
	}
	for _, l := range d.lost {
		p := &d.roster.Problems[l.problem]
		p.Expected = usualLength(lengths[rows.Record(l.row).Of(reconcile.TypeID)])
		zeros := p.Expected - l.digits
		switch {
		case p.Expected > 0 && zeros >= 0:
			p.Message = fmt.Sprintf(
				"the cell holds a number, which cannot keep leading zeros; %s expected, %d read",
				count(p.Expected, "digit"), l.digits,
			)
			if p.Likely = "nothing lost"; zeros > 0 {
				p.Likely = count(zeros, "zero") + " lost in front"
			}
		default:
			p.Expected = 0
		}
		p.Remedy = remedyPad(p.Expected)
	}
}

// usualLength is the length that most of the values have, or 0.
func usualLength(lengths map[int]int) int {
	all, usual := 0, 0
	for n, count := range lengths {
		all += count
		if count > lengths[usual] || count == lengths[usual] && n > usual {
			usual = n
		}
	}
	if lengths[usual] < usualLeast || float64(lengths[usual]) < usualShare*float64(all) {
		return 0
	}
	return usual
}

// remedyPad says how to keep zeros quickly, for numbers of that many digits; 0 if unknown.
func remedyPad(digits int) string {
	format := "the number format " + strings.Repeat("0", digits)
	if digits == 0 {
		format = "a number format with one zero per digit, 0000 for four"
	}
	return "give the column " + format + ", which is read as shown; or format it as text and enter the values again"
}
