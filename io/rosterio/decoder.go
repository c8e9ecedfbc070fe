package rosterio

import (
	"fmt"
	"slices"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// decoder decodes one table.
type decoder struct {
	header  *Header
	roster  *reconcile.Roster
	options Options
	file    *reconcile.File
	// workbook: the table is a workbook's, where trailing blank cells are not
	// stored and a short row is not a ragged one.
	workbook bool
	fields   []field
	// detailed are columns that the table does not have and a detail sheet does.
	detailed []field
	structs  *structs
	// ready are lines that are rows and not read yet; row is the one that is, texts
	// its texts.
	ready []*cellio.Line
	ended bool // the table has no further lines
	row   row
	texts []string
	cells []reconcile.Cell
	like  *likeness
	end   tableEnd
	// spent is where the budget ended.
	spent *cellio.InputError
	// beside are the lines that have content beside the table only, examples a
	// template's, hidden those of hidden rows.
	beside, examples, hidden noted
	// formula and headless are the cells of the table, by position, of which
	// a warning was given.
	formula, headless map[int]bool
	// totals is the row that holds the totals, 0 for none; leftOut: it came.
	totals   int
	leftOut  bool
	rows     int
	repaired []repaired
	values   values
}

// noted counts lines of one kind, of which one warning is given.
type noted struct{ lines, first int }

func (n *noted) add(line int) {
	if n.lines++; n.lines == 1 {
		n.first = line
	}
}

// warnNoted warns of the lines, at the first of them, if there are any: by one message or,
// with their number, by many.
func (d *decoder) warnNoted(n *noted, kind, one, many, remedy string) {
	switch {
	case n.lines == 0:
		return
	case n.lines > 1 || one == "":
		one = fmt.Sprintf(many, n.lines) + ", the first of them here"
	}
	d.warn(n.first, -1, nil, &fault{kind: kind, message: one, remedy: remedy})
}

// field is a column of the file that is read.
type field struct {
	at, target int
	class      class
	column     *reconcile.Column
}

func newDecoder(header *Header, roster *reconcile.Roster, options Options) (*decoder, error) {
	d := &decoder{
		header: header, roster: roster, options: options, file: &roster.Files[len(roster.Files)-1],
		workbook: header.table.CellName(1, 0) != "", formula: map[int]bool{}, headless: map[int]bool{},
	}
	var columns []int
	for at, target := range header.targets {
		if target >= 0 && header.schema.Columns[target].Role != reconcile.RoleInfo {
			col := &header.schema.Columns[target]
			d.fields = append(d.fields, field{at: at, target: target, class: classOf(col), column: col})
			columns = append(columns, target)
		}
	}
	d.like = newLikeness(d.fields)
	d.end.before = header.end
	d.totals = d.totalsRow()
	d.file.Partial = slices.Contains(header.titles, ReasonColumn)
	if header.errors() {
		d.options.Check = nil
	}
	d.file.Managed |= header.Managed
	for _, details := range options.details {
		d.addDetails(details)
	}
	d.cells = make([]reconcile.Cell, len(header.schema.Columns))
	var err error
	if d.structs, err = newStructs(header.schema, columns, options.Row); err == nil {
		d.inspectAbove()
		d.reportAbove()
	}
	return d, err
}
