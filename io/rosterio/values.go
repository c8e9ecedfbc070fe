package rosterio

import (
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// values are what a check without records knows of the values of a table.
type values struct {
	// likes are the values by type, as far as rows show what others are like.
	likes map[string]*shape.Population
	// words are texts of letters alone, which may be codes among many.
	words []valueAt
	tails shape.Tails
	// ends are the lines of values that may be rounded.
	ends []int
}

type valueAt struct{ row, line int }

// judgeValue looks at the value of a row, if the row is to be acted on.
func (d *decoder) judgeValue(row, line int) {
	schema := d.header.schema
	value, state := schema.Value(), schema.State()
	if _, bad := d.roster.Invalid[row]; bad || value < 0 {
		return
	}
	r := d.roster.Rows.Record(row)
	cell := r.Cell(value)
	if !cell.Filled() || state >= 0 && r.Cell(state).Text() == reconcile.StateAbsent {
		return
	}
	switch reason := shape.Impossible(cell.Text()); reason {
	case shape.Possible:
		d.values.add(r.Of(reconcile.TypeID), cell.Text())
		if d.values.tails.Add(cell.Text()) {
			d.values.ends = append(d.values.ends, line)
		}
	case shape.Unlikely:
		d.values.words = append(d.values.words, valueAt{row, line})
	default:
		d.reportImpossible(valueAt{row, line}, reason)
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

func (d *decoder) reportImpossible(at valueAt, reason shape.Reason) {
	f := fault{
		kind:    KindImplausible,
		message: "the value is " + reason.String(),
		remedy:  reconcile.ImpossibleRemedy(reason),
	}
	if reason == shape.TextForm {
		f.likely = guess(classSecret, "")
	}
	p := d.problem(at.line, d.valueAt(), &d.header.schema.Columns[d.header.schema.Value()], &f)
	p.Read = reconcile.Dots
	d.roster.Report(at.row, p)
}

// valueAt is the place of the column of values in the table, or -1.
func (d *decoder) valueAt() int {
	for i := range d.fields {
		if d.fields[i].target == d.header.schema.Value() {
			return d.fields[i].at
		}
	}
	return -1
}

// reportValues reports what only all values together show.
func (d *decoder) reportValues() {
	for _, at := range d.values.words {
		r := d.roster.Rows.Record(at.row)
		if p := d.values.likes[r.Of(reconcile.TypeID)]; !p.Tells() || !p.Fits(r.Cell(d.header.schema.Value()).Text()) {
			d.reportImpossible(at, shape.Unlikely)
		}
	}
	if d.values.tails.Suspect() {
		d.warn(d.values.ends[0], d.valueAt(), &d.header.schema.Columns[d.header.schema.Value()], &fault{
			kind: reconcile.KindRoundedSuspect, message: reconcile.TailsMessage(d.values.ends), remedy: reconcile.TailsRemedy,
		})
	}
}
