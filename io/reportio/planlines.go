package reportio

import (
	"cmp"

	"keyroster/reconcile"
)

// Show gives the report the lines of a plan: places, ids, names, masked changes, notes,
// and the outcome as far as the plan decides it. roster gives the places and may be nil;
// mask says what may be shown of values; happened, unless nil, is called for every line,
// in order, to add its result, which for an unchanged line is nothing.
func (r *Report) Show(
	plan *reconcile.Plan, roster *reconcile.Roster, mask reconcile.Masker,
	happened func(line int, l *Line),
) {
	var display *displayNames
	lines := func(counted bool) Lines {
		return func(yield func(*Line, error) bool) {
			if display == nil {
				display = newDisplayNames(plan.Have)
			}
			f := filler{plan: plan, roster: roster, mask: mask}
			for i := range plan.Lines {
				f.begin(i)
				if !counted || !silent(&plan.Lines[i]) {
					f.fill(i)
					f.line.DisplayName = display.of(plan.HaveRecord(i))
					if happened != nil {
						happened(i, &f.line)
					}
				}
				if !yield(&f.line, nil) {
					return
				}
			}
		}
	}
	r.Lines, r.Counted = lines(false), lines(true)
}

// silent reports whether a line is unchanged and no reader of a report needs it.
func silent(l *reconcile.Line) bool {
	return l.Outcome == reconcile.Unchanged && l.Action == reconcile.None &&
		l.Effect != reconcile.EffectBarred && l.AsDesired()
}

// filler fills one line after the other.
type filler struct {
	plan   *reconcile.Plan
	roster *reconcile.Roster
	mask   reconcile.Masker
	line   Line
	source reconcile.Source
	sides  sides
}

// begin fills in a line except for its texts.
func (f *filler) begin(i int) {
	l := &f.plan.Lines[i]
	f.line = Line{
		Line: i, Fields: f.line.Fields[:0], Sources: f.line.Sources[:0],
		Situation: l.Situation, Action: l.Action, Outcome: l.Outcome, Ending: l.Ending,
		KeptOut: l.Effect == reconcile.EffectBarred,
	}
	if l.Row >= 0 && f.roster != nil {
		f.source = f.roster.Source(int(l.Row))
		f.line.Source = &f.source
	}
	if text := l.Effect.String(); text != "" {
		f.line.Effective = &text
	}
}

// fill fills in the texts of a line that is begun.
func (f *filler) fill(i int) {
	l, line, plan := &f.plan.Lines[i], &f.line, f.plan
	want, have := plan.WantRow(i), plan.HaveRecord(i)
	f.sides.take(have, want)
	line.Reason, line.Warnings, line.Chain = plan.TextOf(l.Reason), plan.Notes(i), numbered(l.Chain)
	line.CredentialID = f.sides.id()
	line.HolderID, line.HolderName = f.sides.named(reconcile.HolderID), f.sides.named(reconcile.HolderName)
	line.HolderEmail, line.Type = f.sides.named(reconcile.HolderEmail), f.sides.named(reconcile.TypeID)
	line.TypeName = cmp.Or(f.sides.named(reconcile.TypeName), f.sides.named(reconcile.Title))
	if line.Source != nil {
		for _, row := range plan.Joined(i) {
			line.Sources = append(line.Sources, f.roster.Source(int(row)))
		}
	}
	if l.Fields == 0 {
		return
	}
	// A row without a type wants that of its record.
	m := masks{f.mask, have.Of(reconcile.TypeID), cmp.Or(want.Of(reconcile.TypeID), have.Of(reconcile.TypeID))}
	changedFields(l.Fields, have, want, func(col *reconcile.Column, before, after reconcile.Cell) {
		line.Fields = append(line.Fields, newField(m, col, before, after))
	})
}

// sides are the cells of a line's record and of its row, none where one is missing.
type sides [2]struct {
	record reconcile.Record
	cells  []reconcile.Cell
}

func (s *sides) take(have, want reconcile.Record) {
	s[0].record, s[1].record = have, want
	for i := range s {
		if s[i].cells = s[i].cells[:0]; s[i].record.Valid() {
			s[i].cells = s[i].record.Cells(s[i].cells)
		}
	}
}

// id is the record's, or else the row's.
func (s *sides) id() string {
	return s.first(func(schema *reconcile.Schema) int { return schema.Key() })
}

// named is a column that is not secret, of the record or else of the row.
func (s *sides) named(m reconcile.Meaning) string {
	return s.first(func(schema *reconcile.Schema) int {
		if n := schema.At(m); n >= 0 && !schema.Columns[n].Secret() {
			return n
		}
		return -1
	})
}

// first is the text of a column of the record, or else of the row.
func (s *sides) first(column func(*reconcile.Schema) int) string {
	for i := range s {
		if !s[i].record.Valid() {
			continue
		}
		if n := column(s[i].record.Schema()); n >= 0 && s[i].cells[n].Text() != "" {
			return s[i].cells[n].Text()
		}
	}
	return ""
}

// numbered is the number of a chain, nil for none.
func numbered(chain int32) *int {
	if chain < 0 {
		return nil
	}
	n := int(chain)
	return &n
}

// changedFields calls each for the columns of a change in the schema's order,
// with unset cells where there is no record or no row.
func changedFields(
	fields reconcile.Columns, have, want reconcile.Record,
	each func(col *reconcile.Column, before, after reconcile.Cell),
) {
	if fields == 0 {
		return
	}
	one := have
	if !one.Valid() {
		one = want
	}
	schema := one.Schema()
	for n := range schema.Columns {
		if !fields.Has(n) {
			continue
		}
		var before, after reconcile.Cell
		if have.Valid() {
			before = have.Cell(n)
		}
		if want.Valid() {
			after = want.Cell(n)
		}
		each(&schema.Columns[n], before, after)
	}
}
