package rosterio

import (
	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// exampleCells is how many cells of an example line must be as the template wrote
// them: a single one may be the customer's own text.
const exampleCells = 2

// example reports whether a line is an unchanged example line of a template: once a
// person begins to fill it in, it is a row.
func (d *decoder) example(line *cellio.Line) bool {
	for n := range d.exampleLines {
		if d.exampleLine(line, n) {
			return true
		}
	}
	return false
}

func (d *decoder) exampleLine(line *cellio.Line, n int) bool {
	same := 0
	for i := range d.fields {
		f := &d.fields[i]
		text := ""
		if f.at < len(line.Cells) {
			cell := &line.Cells[f.at]
			if cell.Kind != cellio.Blank && cell.Kind != cellio.Text && cell.Kind != cellio.Date || cell.Formula {
				return false
			}
			text = cell.Text
		}
		want := ""
		if last := len(f.examples) - 1; last >= 0 {
			want = f.examples[min(n, last)]
		}
		switch {
		case f.column.Example != "" && chosen(f.column):
			// The template may have written a word of the account, or the person
			// chosen another from its list.
		case text != want:
			return false
		case text != "":
			same++
		}
	}
	return same >= exampleCells
}

// chosen reports whether a template may offer a list for the column.
func chosen(col *reconcile.Column) bool {
	return len(col.Words) > 0 || col.Role == reconcile.RoleMatch && col.Pairs
}
