package reconcile

import (
	"errors"
	"fmt"
	"slices"
)

// Snapshot is what must outlive a process so that a run can go on without its roster: the
// plan with its rows and records, the roster's places and problems, and the facts of the
// listing. Any of the three may be nil.
//
// It holds values. It cannot be encoded by accident: [Pack] makes it plain data, and what
// is written of that belongs in an encrypted file.
type Snapshot struct {
	Plan    *Plan
	Roster  *Roster
	Listing *Listing
	// Meta is whatever else the run must remember; it holds no secret.
	Meta map[string]string
}

// check finds what would make the parts panic when they are used.
func (s *Snapshot) check() error {
	return errors.Join(s.Plan.check(), s.Roster.check(), s.Listing.check())
}

func (p *Plan) check() error {
	if p == nil {
		return nil
	}
	if p.Want == nil || p.Have == nil {
		return errors.New("a plan has no rows or no records")
	}
	for i := range p.Lines {
		if !p.linesValid(&p.Lines[i]) {
			return fmt.Errorf("plan line %d contradicts the plan", i)
		}
	}
	for n, chain := range p.Chains {
		for _, line := range chain {
			if !within(line, len(p.Lines)) {
				return fmt.Errorf("chain %d has a line that the plan has not", n)
			}
		}
	}
	for _, n := range p.cycles {
		if !within(n, len(p.Chains)) {
			return errors.New("a cycle is no chain of the plan")
		}
	}
	for line, texts := range p.notes {
		if !within(line, len(p.Lines)) || !p.hasTexts(texts...) {
			return fmt.Errorf("a note on line %d is not in the plan", line)
		}
	}
	for line, rows := range p.joined {
		if !within(line, len(p.Lines)) ||
			slices.ContainsFunc(rows, func(row int32) bool { return !within(row, p.Want.Len()) }) {
			return fmt.Errorf("a row joined to line %d is not in the plan", line)
		}
	}
	for record, line := range p.kept {
		if !within(record, p.Have.Len()) || !within(line, len(p.Lines)) {
			return errors.New("a value is kept for a line that the plan has not")
		}
	}
	for line := range p.issued {
		if !within(line, len(p.Lines)) {
			return fmt.Errorf("line %d was issued and is not in the plan", line)
		}
	}
	return nil
}

func (p *Plan) linesValid(l *Line) bool {
	columns := min(len(p.Want.schema.Columns), len(p.Have.schema.Columns))
	return withinOrNone(l.Row, p.Want.Len()) && withinOrNone(l.Record, p.Have.Len()) && withinOrNone(l.Chain, len(p.Chains)) &&
		l.Fields>>columns == 0 && p.hasTexts(l.Reason) &&
		within(l.Situation, len(situationNames)) &&
		within(l.Action, len(actionNames)) &&
		within(l.Outcome, len(outcomeNames)) &&
		within(l.Effect, len(effectNames))
}

// hasTexts reports whether the plan has the texts with these numbers.
func (p *Plan) hasTexts(texts ...Text) bool {
	return !slices.ContainsFunc(texts, func(t Text) bool { return int64(t) > int64(len(p.texts)) })
}

func (r *Roster) check() error {
	if r == nil {
		return nil
	}
	if r.Rows == nil || len(r.places) != r.Rows.Len() {
		return errors.New("the roster's rows and their places do not agree")
	}
	for n, at := range r.places {
		// A roster that was not read from files has places in none.
		if len(r.Files) > 0 && (int(at.File) >= len(r.Files) || int(at.Sheet) >= len(r.Files[at.File].Sheets) ||
			int(at.Wide) > len(r.Files[at.File].Wide)) {
			return fmt.Errorf("row %d stands in no file of the roster", n)
		}
	}
	for row, problem := range r.Invalid {
		if !within(row, r.Rows.Len()) || !within(problem, len(r.Problems)) {
			return fmt.Errorf("row %d is invalid without a problem", row)
		}
	}
	for row, cells := range r.refused {
		if !within(row, r.Rows.Len()) ||
			slices.ContainsFunc(
				cells,
				func(c refusedCell) bool { return !within(c.column, len(r.Rows.schema.Columns)) },
			) {
			return fmt.Errorf("a refused cell of row %d is not in the roster", row)
		}
	}
	for _, problem := range slices.Concat(r.FileErrors, r.Unread) {
		if !within(problem, len(r.Problems)) {
			return errors.New("an error of a file is no problem of the roster")
		}
	}
	if slices.ContainsFunc(r.notes, func(n note) bool { return !within(n.problem, len(r.Problems)) }) {
		return errors.New("text that is no row is no problem of the roster")
	}
	return nil
}

func (l *Listing) check() error {
	if l == nil {
		return nil
	}
	for n := range l.Untouchable {
		if l.Records == nil || !within(n, l.Records.Len()) {
			return fmt.Errorf("record %d is untouchable, but not listed", n)
		}
	}
	for n, state := range l.Effects {
		if l.Records == nil || !within(n, l.Records.Len()) || !within(state.Effect, len(effectNames)) {
			return fmt.Errorf("record %d stands for nothing that is listed", n)
		}
	}
	if !within(l.Effect, len(effectNames)) {
		return errors.New("the records stand as this program does not know it")
	}
	return nil
}

// check finds what would make a schema's sets panic.
func (s *Schema) check() error {
	if len(s.Columns) == 0 || len(s.Columns) > 64 || s.key < 0 {
		return errors.New("a schema has no key, or too many columns")
	}
	for i := range s.Columns {
		if !within(s.Columns[i].Kind, len(kindNames)) || !within(s.Columns[i].Means, int(meanings)) {
			return errors.New("a column is of a kind that this program does not know")
		}
	}
	for _, u := range s.Unique {
		if s.Index(u.Column) < 0 {
			return errors.New("a column that a schema lacks is unique in it")
		}
	}
	return nil
}

type integer interface {
	~int | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

func within[T integer](n T, length int) bool { return n >= 0 && uint64(n) < uint64(length) }

func withinOrNone(n int32, length int) bool { return n == -1 || within(n, length) }
