package rosterio

import (
	"strings"

	"keyroster/io/cellio"
)

// totalsRow is the row of totals that the file declares below the header, 0 for
// none: a row is never left out for its looks.
func (d *decoder) totalsRow() int {
	table, ok := d.header.table.(cellio.Totals)
	if !ok || len(d.fields) == 0 {
		return 0
	}
	left, right := d.fields[0].at, d.fields[0].at
	for i := range d.fields {
		left, right = min(left, d.fields[i].at), max(right, d.fields[i].at)
	}
	return table.TotalsRow(d.header.Line, left, right)
}

// addressed reports whether a line names a person by an e-mail address. Totals never
// do: such a row was declared by mistake, and leaving it out could lose a person.
func (d *decoder) addressed(line *cellio.Line) bool {
	for i := range d.fields {
		f := &d.fields[i]
		if f.class == classEmail && f.at < len(line.Cells) && strings.Contains(line.Cells[f.at].Text, "@") {
			return true
		}
	}
	return false
}

func (d *decoder) reportTotals() {
	if !d.leftOut {
		return
	}
	d.warn(d.totals, -1, nil, &fault{
		kind: KindTotalsRow, message: "the row is skipped, because it is the totals row of the spreadsheet's table",
		remedy: "if it belongs to the roster, switch off the table's totals row and enter it again",
	})
}
