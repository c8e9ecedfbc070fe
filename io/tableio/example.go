package tableio

import (
	"fmt"

	"keyroster/reconcile"
)

// exampleCells is how many cells of an example line must be as the template
// wrote them: one alone may be somebody's own text.
const exampleCells = 2

// example reports whether a line is the example line of a template, as it was
// written: a person who began to fill it in means it.
func (d *decoder) example(line *Line) bool {
	same := 0
	for i := range d.fields {
		f := &d.fields[i]
		text := ""
		if f.at < len(line.Cells) {
			cell := &line.Cells[f.at]
			if cell.Kind != Blank && cell.Kind != Text && cell.Kind != Date || cell.Formula {
				return false
			}
			text = cell.Text
		}
		switch {
		case f.column.Example != "" && chosen(f.column):
			// The template wrote a word of the account, or the person chose
			// another from its list.
		case text != f.column.Example:
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

// skipExample notes an example line, of which one warning is given.
func (d *decoder) skipExample(line int) {
	if d.examples++; d.examples == 1 {
		d.firstExample = line
	}
}

// reportExamples warns of the lines that were passed over.
func (d *decoder) reportExamples() {
	if d.examples == 0 {
		return
	}
	message := "the row is the example of the template and is ignored"
	if d.examples > 1 {
		message = fmt.Sprintf("%d rows are the example of the template and are ignored, the first of them here", d.examples)
	}
	p := d.problem(d.firstExample, -1, nil, &fault{kind: KindExample, message: message, remedy: "delete the row once the roster is filled in"})
	p.Severity = reconcile.SeverityWarning
	d.roster.Report(-1, p)
}
