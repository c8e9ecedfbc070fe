package rosterio

import (
	"slices"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// values is what a check without records collects about the values of a table.
type values struct {
	// likes are populations of the values by type, with which others are compared.
	likes map[string]*shape.Population
	// words are the rows with texts of only letters, which may be codes among many.
	words []int
	// mistyped are the rows with numbers with one letter that looks like a digit.
	mistyped []int
	tails    shape.Tails
	// ends are the rows of values that may be rounded.
	ends []int
}

// checkValue checks the value of a row that sets one, even if another cell of the row
// was refused, so that a person learns of both at once.
func (d *decoder) checkValue(row int) {
	schema := d.header.schema
	value, state := schema.Value(), schema.State()
	first, bad := d.roster.Invalid[row]
	if value < 0 || bad && slices.ContainsFunc(d.roster.Problems[first:], func(p reconcile.Problem) bool {
		return p.Column == schema.Columns[value].Name // the value has a problem already
	}) {
		return
	}
	r := d.roster.Rows.Record(row)
	cell := r.Cell(value)
	if !cell.Filled() || state >= 0 && r.Cell(state).Text() == reconcile.StateAbsent {
		return
	}
	reason := shape.Impossible(cell.Text())
	switch {
	case reason != shape.Possible && reason != shape.Unlikely:
		d.reportImpossible(row, reason)
	case bad: // other values must not be compared with it
	case reason == shape.Possible:
		d.values.add(r.Of(reconcile.TypeID), cell.Text())
		if shape.Mistyped(cell.Text()) != "" {
			d.values.mistyped = append(d.values.mistyped, row)
		}
		if d.values.tails.Add(cell.Text()) {
			d.values.ends = append(d.values.ends, row)
		}
	default:
		d.values.words = append(d.values.words, row)
	}
}

func (v *values) add(kind, text string) {
	p := v.likes[kind]
	if p == nil {
		if v.likes == nil {
			v.likes = map[string]*shape.Population{}
		}
		p = &shape.Population{}
		v.likes[kind] = p
	}
	p.Add(text)
}

func (d *decoder) reportImpossible(row int, reason shape.Reason) {
	text := d.roster.Rows.Record(row).Cell(d.header.schema.Value()).Text()
	f := fault{
		kind:    KindImplausible,
		message: "the value is " + reason.String(),
		remedy:  reconcile.ImpossibleRemedy(reason),
	}
	if reason == shape.TextForm {
		inside, _ := shape.Unwrap(text)
		f.likely = shape.Describe(inside)
	}
	p := d.valueProblem(row, &f)
	p.Read = shape.Describe(text)
	d.roster.Report(row, p)
}

// reportMistyped warns of a letter where the other values have a digit.
func (d *decoder) reportMistyped(row int, text string, others *shape.Population) {
	p := d.valueProblem(row, &fault{
		kind:    KindMistyped,
		message: "the value is " + shape.Mistyped(text) + ", and those of its type are " + others.String(),
		remedy:  "compare it with its source: a letter may be in place of a similar digit",
	})
	p.Severity, p.Read = reconcile.SeverityWarning, shape.Describe(text)
	d.roster.Report(row, p)
}

// valueProblem is a problem at the value of a row.
func (d *decoder) valueProblem(row int, f *fault) reconcile.Problem {
	source := d.roster.Source(row)
	p := d.problem(source.Line, -1, &d.header.schema.Columns[d.header.schema.Value()], f)
	if p.Source = source; d.wide != nil {
		return p
	}
	for i := range d.fields {
		if d.fields[i].target == d.header.schema.Value() {
			p.Cell = d.header.table.CellName(source.Line, d.fields[i].at)
		}
	}
	return p
}

// reportValues reports what only all values together show.
func (d *decoder) reportValues() {
	for _, row := range d.values.words {
		r := d.roster.Rows.Record(row)
		if p := d.values.likes[r.Of(reconcile.TypeID)]; !p.Tells() || !p.Fits(r.Cell(d.header.schema.Value()).Text()) {
			d.reportImpossible(row, shape.Unlikely)
		}
	}
	for _, row := range d.values.mistyped {
		r := d.roster.Rows.Record(row)
		text := r.Cell(d.header.schema.Value()).Text()
		if p := d.values.likes[r.Of(reconcile.TypeID)]; p.Tells() && !p.Fits(text) {
			d.reportMistyped(row, text, p)
		}
	}
	if d.values.tails.Suspect() {
		p := d.valueProblem(d.values.ends[0], &fault{
			kind: reconcile.KindRoundedSuspect, message: d.roster.ZeroTailsMessage(d.values.ends),
			remedy: reconcile.ZeroTailsRemedy,
		})
		p.Severity = reconcile.SeverityWarning
		d.roster.Report(-1, p)
	}
}
