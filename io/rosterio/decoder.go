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
	// fields are the columns of the table, read those that make a row: they differ in
	// a wide table, which the others have none of.
	fields, read []field
	wide         *wide
	owner        ownerColumns
	// detailed are columns that the table does not have and a detail sheet does.
	detailed []field
	structs  *structs
	// ready are lines that are rows and not read yet, of which the first may be begun;
	// row is the one that is, texts its texts.
	ready []*cellio.Line
	begun bool
	ended bool // the table has no further lines
	row   row
	texts []string
	cells []reconcile.Cell
	like  *likeness
	end   tableEnd
	// spent is where the budget ended.
	spent *cellio.InputError
	// beside are the lines that have content beside the table only, examples a
	// template's, hidden those of hidden rows, struck those with crossed-out text.
	beside, examples, hidden, struck noted
	// exampleLines is how many example lines a template of the schema has.
	exampleLines int
	// formula and headless are the cells of the table, by position, of which
	// a warning was given.
	formula, headless map[int]bool
	// status is the column of a table without states that exports write and nothing reads,
	// -1 for none.
	status int
	// totals is the row that holds the totals, 0 for none; leftOut: it came.
	totals  int
	leftOut bool
	// lines are those that were begun, rows what was made of them.
	lines, rows int
	repaired    []repaired
	lost        []lostNumber
	values      values
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
	// examples are the column's in the example lines of a template.
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
		d.inspectAbove()
		d.reportAbove()
	}
	return d, err
}
