package xlsxio

import (
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// maxTableParts bounds how many tables of a sheet are read.
const maxTableParts = 64

// tablePart is a part that declares a range of a sheet to be a table. Spreadsheets also write
// totalsRowShown, which only says that totals were shown at some time.
type tablePart struct {
	Ref        string `xml:"ref,attr"`
	HeaderRows string `xml:"headerRowCount,attr"`
	TotalsRows string `xml:"totalsRowCount,attr"`
}

var _ cellio.Totals = (*Table)(nil)

// TotalsRow implements [cellio.Totals]. A table whose part cannot be read has no totals row:
// then no row is left out, and its totals are checked like any row.
func (t *Table) TotalsRow(header, left, right int) int {
	if !t.book.zip.Has(officeio.RelationsPart(t.part)) {
		return 0
	}
	rels, err := t.book.zip.RelationsOf(t.part)
	if err != nil {
		return 0
	}
	looked := 0
	for _, r := range rels {
		if !r.Is("table") {
			continue
		}
		if looked++; looked > maxTableParts {
			return 0
		}
		var p tablePart
		if err := t.book.zip.Decode(t.book.zip.Resolve(t.part, r.Target), &p); err != nil {
			continue
		}
		if row := p.totals(header, left, right); row > 0 {
			return row
		}
	}
	return 0
}

// totals is the row of totals below the header, or 0.
func (p *tablePart) totals(header, left, right int) int {
	if p.TotalsRows != "1" || p.HeaderRows != "" && p.HeaderRows != "1" {
		return 0
	}
	first, last, _ := strings.Cut(p.Ref, ":")
	from, top, ok := officeio.ParseCell([]byte(first))
	to, bottom, ok2 := officeio.ParseCell([]byte(last))
	if !ok || !ok2 || top != header || bottom <= top || from > left || to < right {
		return 0
	}
	return bottom
}
