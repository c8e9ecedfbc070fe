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
	// stored, so a short row is not ragged.
	workbook bool
	// fields are the columns of the table, read those that make up a row; they differ
	// only in a wide table.
	fields, read []field
	wide         *wide
	owner        ownerColumns
	// detailed are columns that only a detail sheet has.
	detailed []field
	structs  *structs
	// ready are lines of rows that are not read yet, the first perhaps partly; row is
	// the current row, texts its texts.
	ready []*cellio.Line
	begun bool
	ended bool // the table has no further lines
	row   row
	texts []string
	cells []reconcile.Cell
	like  *likeness
	end   tableEnd
	// spent is where the budget was exceeded.
	spent *cellio.InputError
	// beside are the lines with content only beside the table, examples those of a
	// template, hidden those of hidden rows, struck those with crossed-out text.
	beside, examples, hidden, struck noted
	// exampleLines is how many example lines a template of the schema has.
	exampleLines int
	// formula and headless are the positions of columns for which a warning was given.
	formula, headless map[int]bool
	// status is a column that exports write and nothing reads, in a table without states;
	// -1 for none; saysStatus: some row has another word than absent there.
	status     int
	saysStatus bool
	// totals is the row that holds the totals, 0 for none; leftOut: it was reached.
	totals  int
	leftOut bool
	// lines counts the lines that were begun, rows the rows made of them.
	lines, rows int
	repaired    []repaired
	lost        []lostNumber
	values      values
}

// noted counts lines of one kind, for which one warning is given.
type noted struct{ lines, first int }

func (n *noted) add(line int) {
	if n.lines++; n.lines == 1 {
		n.first = line
	}
}

// warnNoted warns of the lines, if any, at the first of them: with the message one for a
// single line, else with many and their number.
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
	// examples are the column's texts in the example lines of a template.
	examples []string
}

func newDecoder(header *Header, roster *reconcile.Roster, options Options) (*decoder, error) {
	d := &decoder{
		header: header, roster: roster, options: options, file: &roster.Files[len(roster.Files)-1],
		exampleLines: header.schema.ExampleLines(),
		workbook:     header.table.CellName(1, 0) != "", formula: map[int]bool{}, headless: map[int]bool{},
	}
	for at, target := range header.targets {
		if target >= 0 && header.schema.Columns[target].Role != reconcile.RoleInfo {
			col := &header.schema.Columns[target]
			d.fields = append(d.fields, field{
				at: at, target: target, class: classOf(col), column: col, examples: col.Examples(),
			})
		}
	}
	if d.read = d.fields; header.kinds != nil {
		d.newWide()
	}
	columns := make([]int, len(d.read))
	for i := range d.read {
		columns[i] = d.read[i].target
	}
	d.like = newLikeness(d.fields)
	d.end.before = header.end
	d.status = header.statusAlone()
	d.totals = d.totalsRow()
	d.file.Partial = slices.Contains(header.titles, ReasonColumn)
	d.findOwnerColumns()
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
		d.findSwallowedAbove()
	}
	return d, err
}
