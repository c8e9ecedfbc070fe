package reportio

import (
	"cmp"
	"strings"

	"keyroster/reconcile"
)

// LinesOf are the lines of a plan as a report shows them: places, ids,
// names, masked changes, notes, and the outcome as far as the plan decides it.
// roster gives the places and may be nil; mask says what may be shown of
// values; happened may be nil, and else is called for every line, in order, to
// add what became of it.
func LinesOf(
	plan *reconcile.Plan, roster *reconcile.Roster, mask reconcile.Masker,
	happened func(line int, l *Line),
) Lines {
	display := newDisplayNames(plan.Have)
	return func(yield func(*Line, error) bool) {
		var line Line
		for i := range plan.Lines {
			fillLine(&line, plan, roster, mask, i)
			line.DisplayName = display.of(plan.HaveRecord(i))
			if happened != nil {
				happened(i, &line)
			}
			if !yield(&line, nil) {
				return
			}
		}
	}
}

func fillLine(line *Line, plan *reconcile.Plan, roster *reconcile.Roster, mask reconcile.Masker, i int) {
	l := &plan.Lines[i]
	want, have := plan.WantRow(i), plan.HaveRecord(i)
	*line = Line{
		Line: i, Fields: line.Fields[:0], Sources: line.Sources[:0],
		Situation: l.Situation, Action: l.Action, Outcome: l.Outcome, Ending: l.Ending,
		Reason: plan.Words(l.Reason), Warnings: plan.Notes(i),
		CredentialID: cmp.Or(have.ID(), want.ID()),
		HolderID:     named(have, want, reconcile.HolderID),
		HolderName:   named(have, want, reconcile.HolderName),
		HolderEmail:  named(have, want, reconcile.HolderEmail),
		Type:         named(have, want, reconcile.TypeID),
		TypeName:     cmp.Or(named(have, want, reconcile.TypeName), named(have, want, reconcile.Title)),
		Source:       sourceIn(roster, l.Row), Chain: numbered(l.Chain), KeptOut: l.Effect == reconcile.EffectShut,
	}
	if line.Source != nil {
		for _, row := range plan.Joined(i) {
			line.Sources = append(line.Sources, roster.Source(int(row)))
		}
	}
	if text := l.Effect.String(); text != "" {
		line.Effective = &text
	}
	if l.Fields == 0 {
		return
	}
	// A row that names no type wants the one that its record has.
	m := masks{mask, have.Of(reconcile.TypeID), cmp.Or(want.Of(reconcile.TypeID), have.Of(reconcile.TypeID))}
	changedFields(l.Fields, have, want, func(col *reconcile.Column, before, after reconcile.Cell) {
		line.Fields = append(line.Fields, newField(m, col, before, after))
	})
}

// sourceIn is the place of a row, nil where the roster does not tell it.
func sourceIn(roster *reconcile.Roster, row int32) *reconcile.Source {
	if row < 0 || roster == nil {
		return nil
	}
	source := roster.Source(int(row))
	return &source
}

// numbered is the number of a chain, nil for none.
func numbered(chain int32) *int {
	if chain < 0 {
		return nil
	}
	n := int(chain)
	return &n
}

// named is a column that is no secret, of the record or else of the row.
func named(have, want reconcile.Record, m reconcile.Meaning) string {
	for _, r := range []reconcile.Record{have, want} {
		if !r.Valid() {
			continue
		}
		if n := r.Schema().At(m); n >= 0 && !r.Schema().Columns[n].Secret() {
			if text := r.Cell(n).Text(); text != "" {
				return strings.Clone(text)
			}
		}
	}
	return ""
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
