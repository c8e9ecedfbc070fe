// Package inverse undoes runs: it keeps how each changed record was before the run and how
// it was left, and makes of that and of a listing the roster that restores the account. It
// is pure.
//
// Invariants:
//
//   - A record that is no longer as the run left it is never written to: its row ends in
//     conflict.
//   - Only what the run created is deleted.
//   - What the provider never showed is not restored: the row says so.
package inverse

import (
	"errors"
	"maps"
	"slices"

	"keyroster/reconcile"
)

// metaRun is the member of a [Kept]'s Meta that names the run.
const metaRun = "run_id"

// Kept is what a run did, as a snapshot for a sealed file. Line n of its plan is a change
// that was to be sent: row n is how the run left the record, and record n how it was
// before; the place of the row is the line of the run's own plan, from 1. A line's outcome
// is [reconcile.Applied] or [reconcile.Unknown], or [reconcile.Planned] as long as the run
// goes on. Its situation is [reconcile.InSync] if the listing after the run showed exactly
// this record.
//
// It holds values.
type Kept struct{ *reconcile.Snapshot }

// Begin keeps the records that a plan changes as they are now. whole has, by line, the
// records as they were read with the columns that no listing holds; other lines are kept as
// listed. file is the name of the file it will be kept in, which rows name as their place.
func Begin(plan *reconcile.Plan, whole map[int]reconcile.Record, run, file string) Kept {
	schema := plan.Have.Schema()
	roster, before := reconcile.NewRoster(schema), reconcile.NewSet(schema, 0)
	roster.Files = []reconcile.File{{Name: file, Sheets: []string{""}, Partial: true}}
	kept := &reconcile.Plan{Want: roster.Rows, Have: before}
	var cells []reconcile.Cell
	var deleted []reconcile.Record
	for i := range plan.Lines {
		l := &plan.Lines[i]
		if !l.Sends() {
			continue
		}
		n := int32(len(kept.Lines))
		kept.Lines = append(kept.Lines, reconcile.Line{
			Row: n, Record: n, Chain: -1, Action: l.Action, Fields: l.Fields,
			Situation: reconcile.Drifted, Outcome: reconcile.Planned,
		})
		have, read := whole[i]
		if !read {
			have = plan.HaveRecord(i)
		}
		cells = cellsOf(have, schema, cells[:0])
		before.Add(cells)
		if l.Action == reconcile.Delete {
			deleted = append(deleted, plan.HaveRecord(i))
		}
		if want := plan.WantRow(i); want.Valid() && l.Action != reconcile.Delete {
			cells = cellsAfter(schema, cells, want, l)
		}
		roster.Add(0, 0, i+1, cells)
	}
	roster.Files[0].Rows = len(kept.Lines)
	return Kept{&reconcile.Snapshot{Plan: kept, Roster: roster, Meta: map[string]string{
		metaRun: run, metaSameKey: withSameKey(plan.Have, deleted),
	}}}
}

// Open returns what was kept, from an unsealed snapshot. It fails if that is something
// else.
func Open(s *reconcile.Snapshot) (Kept, error) {
	if s.Plan == nil || s.Roster == nil || len(s.Roster.Files) != 1 || s.Meta[metaRun] == "" ||
		s.Roster.Rows.Len() != len(s.Plan.Lines) {
		return Kept{}, errors.New("it holds no run's old values")
	}
	for i := range s.Plan.Lines {
		if l := &s.Plan.Lines[i]; int(l.Row) != i || int(l.Record) != i {
			return Kept{}, errors.New("its lines are not those of its rows and records")
		}
	}
	return Kept{s}, nil
}

// cellsOf returns the cells of a record, unset if it is not valid.
func cellsOf(r reconcile.Record, schema *reconcile.Schema, dst []reconcile.Cell) []reconcile.Cell {
	if !r.Valid() {
		return schema.Blank(dst)
	}
	return r.Cells(dst)
}

// cellsAfter returns the cells of a record after a change to what a row wants.
func cellsAfter(
	schema *reconcile.Schema, before []reconcile.Cell, want reconcile.Record, l *reconcile.Line,
) []reconcile.Cell {
	after := slices.Clone(before)
	for col := range schema.Columns {
		cell := want.Cell(col)
		paired := schema.Columns[col].Pairs && l.Action == reconcile.Create && cell.Filled()
		if l.Fields.Has(col) || paired {
			after[col] = cell
		}
	}
	return after
}

// Run returns the id of the run.
func (k Kept) Run() string { return k.Meta[metaRun] }

// Result is the result of a line of the run's own plan.
type Result struct {
	Outcome reconcile.Outcome
	// NewID is the id of a record that the line created; empty if there is none, or it is
	// not known.
	NewID string
}

// End returns what is kept once the run is over: the lines that changed something, or may
// have. result returns the result of each line of the run's plan, and proved, which may be
// nil, is the listing after it. The returned value has no line if nothing was changed.
func (k Kept) End(result func(line int) Result, proved *reconcile.Listing) Kept {
	schema := k.Plan.Have.Schema()
	end := Kept{&reconcile.Snapshot{
		Roster: reconcile.NewRoster(schema), Meta: maps.Clone(k.Meta),
		Plan: &reconcile.Plan{Have: reconcile.NewSet(schema, 0)},
	}}
	end.Roster.Files, end.Plan.Want = slices.Clone(k.Roster.Files), end.Roster.Rows
	seen := index(proved)
	for i := range k.Plan.Lines {
		line := k.Roster.Source(i).Line
		l, res := k.Plan.Lines[i], result(line-1)
		switch {
		case res.Outcome == reconcile.Applied, res.Outcome == reconcile.Unknown:
			l.Outcome = res.Outcome
		case l.Action == reconcile.Replace && res.Outcome != reconcile.NotAttempted:
			// The old record may be gone although the new one was refused.
			l.Outcome = reconcile.Unknown
		default:
			continue
		}
		after := k.Plan.WantRow(i).Cells(nil)
		if res.NewID != "" {
			after[schema.Key()] = reconcile.TextCell(res.NewID)
		} else if l.Action == reconcile.Create || l.Action == reconcile.Replace {
			after[schema.Key()] = reconcile.Cell{}
		}
		if r, listed := seen[after[schema.Key()].Text()]; listed && l.Action != reconcile.Delete {
			after = confirmed(schema, after, r, l.Fields)
			l.Situation = reconcile.InSync
		}
		n := int32(len(end.Plan.Lines))
		l.Row, l.Record = n, n
		end.Plan.Lines = append(end.Plan.Lines, l)
		end.Plan.Have.Add(k.Plan.HaveRecord(i).Cells(nil))
		end.Roster.Add(0, 0, line, after)
	}
	end.Roster.Files[0].Rows = len(end.Plan.Lines)
	return end
}

// confirmed returns the cells of a record as a listing shows it, except those of fields
// that are not what the run wrote: another client has changed them since.
func confirmed(
	schema *reconcile.Schema, written []reconcile.Cell, shown reconcile.Record, fields reconcile.Columns,
) []reconcile.Cell {
	after := shown.Cells(nil)
	for col := range schema.Columns {
		column := &schema.Columns[col]
		switch like := column.Compare(written[col], after[col]); {
		case fields.Has(col) && (like == reconcile.Differs || like == reconcile.Apart):
			after[col] = written[col]
		case after[col].State() == reconcile.Unset:
			after[col] = written[col] // read apart
		}
	}
	return after
}

// index returns the records of a listing by their ids, except those that are ending.
func index(l *reconcile.Listing) map[string]reconcile.Record {
	if l == nil {
		return nil
	}
	out := make(map[string]reconcile.Record, l.Records.Len())
	for n := range l.Records.Len() {
		if _, ending := l.Ending[n]; !ending {
			r := l.Records.Record(n)
			out[r.ID()] = r
		}
	}
	return out
}

// Limits returns how much the inverse may do: as much as the run did.
func (k Kept) Limits() reconcile.Limits {
	n := map[reconcile.Action]int{}
	for i := range k.Plan.Lines {
		n[k.Plan.Lines[i].Action]++
	}
	changed := reconcile.Limit{Count: n[reconcile.Update] + n[reconcile.Replace]}
	return reconcile.Limits{
		reconcile.LimitCreate: {Count: n[reconcile.Delete] + n[reconcile.Replace]},
		reconcile.LimitUpdate: changed, reconcile.LimitMove: changed,
		reconcile.LimitDelete: {Count: n[reconcile.Create]},
	}
}
