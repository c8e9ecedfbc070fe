package inverse_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"keyroster/reconcile"
	"keyroster/reconcile/inverse"

	_ "keyroster/reconcile/fixedseed"
)

// badge is a row struct like a provider's.
type badge struct {
	ID     string           `csv:"credential_id" roster:"key"`
	Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
	Type   string           `csv:"type" roster:"match,pairs,type"`
	Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	Ends   string           `csv:"ends_at" roster:"managed,time,create,update,clear,end"`
	State  string           `csv:"state" roster:"state"`
	Status string           `csv:"status" roster:"info,status"`
}

const (
	colID = iota
	colHolder
	colType
	colValue
	colEnds
	colState
	colStatus
)

var schema = func() *reconcile.Schema {
	s := reconcile.NewSchema("badges", badge{})
	s.Unique = []reconcile.Unique{{Column: "value"}}
	return s
}()

// site is an account in memory: its records by id, each as the cells of a row.
type site struct {
	records map[string][]string
	made    int
}

func (s *site) clone() *site {
	return &site{records: maps.Clone(s.records), made: s.made}
}

// cells returns the cells of a record.
func cells(texts []string) []reconcile.Cell {
	out := make([]reconcile.Cell, len(schema.Columns))
	for col, text := range texts {
		out[col] = reconcile.RecordCell(text, col == colValue)
	}
	out[colState] = reconcile.Cell{}
	return out
}

func (s *site) listing() *reconcile.Listing {
	set := reconcile.NewSet(schema, len(s.records))
	for _, id := range slices.Sorted(maps.Keys(s.records)) {
		set.Add(cells(s.records[id]))
	}
	return &reconcile.Listing{Records: set, Total: set.Len(), Evidence: reconcile.EvidenceDeclared}
}

// apply carries out the lines of a plan that go well.
func (s *site) apply(plan *reconcile.Plan, well func(line int) bool) map[int]inverse.Result {
	results := map[int]inverse.Result{}
	for i := range plan.Lines {
		if !plan.Lines[i].Sends() {
			continue
		}
		if !well(i) {
			results[i] = inverse.Result{Outcome: reconcile.Failed}
			continue
		}
		results[i] = inverse.Result{Outcome: reconcile.Applied, NewID: s.change(plan.Change(i))}
	}
	return results
}

func (s *site) change(c reconcile.Change) (newID string) {
	switch c.Action {
	case reconcile.Delete:
		delete(s.records, c.Have.ID())
		return ""
	case reconcile.Create:
		s.made++
		newID = fmt.Sprint("new", s.made)
		record := make([]string, len(schema.Columns))
		for _, col := range []int{colHolder, colType, colValue, colEnds} {
			record[col] = c.Want.Cell(col).Text()
		}
		record[colID], record[colStatus] = newID, "active"
		s.records[newID] = record
		return newID
	}
	record := slices.Clone(s.records[c.Have.ID()])
	for col := range schema.Columns {
		if c.Fields.Has(col) {
			record[col] = c.Want.Cell(col).Text()
		}
	}
	record[colStatus] += "+" // what the provider writes by itself
	s.records[c.Have.ID()] = record
	return ""
}

// drawSite draws an account whose values all differ.
func drawSite(t *rapid.T) *site {
	s := &site{records: map[string][]string{}}
	for n := range rapid.IntRange(1, 10).Draw(t, "records") {
		id := fmt.Sprint("c", n)
		ends := rapid.SampledFrom([]string{"", "2030", "2031"}).Draw(t, "ends")
		s.records[id] = []string{id, fmt.Sprint("h", n/2), []string{"pin", "card"}[n%2], fmt.Sprint("v", n), ends, "", "active"}
	}
	return s
}

// drawRoster draws rows that change, swap, remove and create.
func drawRoster(t *rapid.T, s *site) *reconcile.Roster {
	r := reconcile.NewRoster(schema)
	r.Files = []reconcile.File{{Name: "roster.csv", Sheets: []string{""}}}
	ids := slices.Sorted(maps.Keys(s.records))
	values := make([]string, len(ids))
	for n, id := range ids {
		values[n] = s.records[id][colValue]
	}
	values = rapid.Permutation(values).Draw(t, "values")
	for n, id := range ids {
		row := make([]reconcile.Cell, len(schema.Columns))
		row[colID] = reconcile.TextCell(id)
		switch rapid.IntRange(0, 5).Draw(t, "wish") {
		case 0:
			continue // in no row
		case 1:
			row[colState] = reconcile.TextCell(reconcile.StateAbsent)
		case 2:
			row[colEnds] = reconcile.EmptyCell()
		case 3:
			row[colValue] = reconcile.TextCell(values[n])
		default:
			row[colValue], row[colEnds] = reconcile.TextCell("w"+values[n]), reconcile.TextCell("2035")
		}
		r.Add(0, 0, n+2, row)
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "created") {
		row := make([]reconcile.Cell, len(schema.Columns))
		row[colHolder], row[colType] = reconcile.TextCell(fmt.Sprint("joiner", n)), reconcile.TextCell("pin")
		row[colValue] = reconcile.TextCell(fmt.Sprint("j", n))
		r.Add(0, 0, 100+n, row)
	}
	return r
}

// undo returns the plan that takes back what was kept; its lines correspond to those of the plan
// that is taken back.
func undo(kept inverse.Kept, listing *reconcile.Listing) *reconcile.Plan {
	out := inverse.Build(kept, listing, inverse.Rules{})
	wanted := &reconcile.Wanted{Rows: out.Roster.Rows, Verdicts: out.Verdicts, Notes: out.Notes}
	return reconcile.Diff(out.Roster, wanted, listing, reconcile.Policy{Exact: true, Park: true})
}

// TestLawUndoBringsBackWhatNobodyChanged: whatever a run did, and whoever changed what since, each
// record that no other client changed is as before, but for its id and what the provider writes by
// itself. Each record that another client changed is as that client left it, and in conflict. The
// undo does not look at what the run did not change.
func TestLawUndoBringsBackWhatNobodyChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSite(t)
		before, listing := s.clone(), s.listing()
		roster := drawRoster(t, s)
		plan := reconcile.Diff(roster, &reconcile.Wanted{Rows: roster.Rows}, listing, reconcile.Policy{Park: true})
		kept := inverse.Begin(plan, nil, "run 1", "run 1/undo.age")
		// A change in a chain whose first one fails would not be sent: here all goes well, or a
		// change that stands alone fails.
		alone := func(line int) bool { return len(plan.Chains[plan.Lines[line].Chain]) == 1 }
		results := s.apply(plan, func(line int) bool {
			return !alone(line) || rapid.IntRange(0, 5).Draw(t, "well") > 0
		})
		var proved *reconcile.Listing
		if rapid.Bool().Draw(t, "proved") {
			proved = s.listing()
		}
		end := kept.End(func(line int) inverse.Result { return results[line] }, proved)

		foreign := map[string]bool{}
		for _, id := range slices.Sorted(maps.Keys(s.records)) {
			if rapid.IntRange(0, 4).Draw(t, "foreign") > 0 {
				continue
			}
			foreign[id] = true
			record := slices.Clone(s.records[id])
			switch rapid.IntRange(0, 2).Draw(t, "edit") {
			case 0:
				record[colValue] = "foreign" + id
			case 1:
				record[colEnds] = "2040"
			case 2:
				delete(s.records, id)
				continue
			}
			s.records[id] = record
		}
		edited := s.clone()
		back := undo(end, s.listing())
		if breaches := back.Check(end.Limits(), len(s.records), false); len(breaches) > 0 {
			t.Fatalf("the undo exceeds what the run did: %v", breaches)
		}
		undone := s.apply(back, func(int) bool { return true })
		for i := range end.Plan.Lines {
			checkUndone(t, back, i, end, before, edited, s, foreign, undone)
		}
		for id, record := range edited.records {
			if now, ok := s.records[id]; !changedBy(end, id) && (!ok || !slices.Equal(now, record)) {
				t.Fatalf("record %s was none of the run's, and is %q now, not %q", id, now, record)
			}
		}
	})
}

// changedBy reports whether a run changed or made the record with an id.
func changedBy(kept inverse.Kept, id string) bool {
	for i := range kept.Plan.Lines {
		if kept.Plan.WantRow(i).ID() == id || kept.Plan.HaveRecord(i).ID() == id {
			return true
		}
	}
	return false
}

// checkUndone compares a line of the undo with the record that it is about.
func checkUndone(
	t *rapid.T, back *reconcile.Plan, i int, kept inverse.Kept, before, edited, now *site,
	foreign map[string]bool, undone map[int]inverse.Result,
) {
	l, action := &back.Lines[i], kept.Plan.Lines[i].Action
	was, id := kept.Plan.HaveRecord(i).ID(), kept.Plan.WantRow(i).ID()
	switch {
	case foreign[id]:
		gone := action == reconcile.Create && edited.records[id] == nil
		same := slices.Equal(inColumns(edited.records[id]), inColumns(before.records[was]))
		if want := reconcile.Conflict; l.Outcome != want && !gone && !same {
			t.Fatalf("record %s was edited to %q: the line ends as %s, not %s", id, edited.records[id], l.Outcome, want)
		}
		if !slices.Equal(now.records[id], edited.records[id]) && !same {
			t.Fatalf("record %s was edited to %q, and the undo made %q of it", id, edited.records[id], now.records[id])
		}
	case action == reconcile.Create:
		if now.records[id] != nil {
			t.Fatalf("record %s was created, and is still there: %s", id, back.TextOf(l.Reason))
		}
	case !l.Sends():
		// Its value is held by a record that another client has changed since.
		if l.Outcome != reconcile.Blocked || len(foreign) == 0 {
			t.Fatalf("record %s is not undone: %s %s", was, l.Outcome, back.TextOf(l.Reason))
		}
	default:
		if action == reconcile.Delete {
			id = undone[i].NewID
		}
		if got, want := inColumns(now.records[id]), inColumns(before.records[was]); !slices.Equal(got, want) {
			t.Fatalf("record %s is %q, and was %q before the run", was, got, want)
		}
	}
}

// inColumns returns what a client can write of a record.
func inColumns(record []string) []string {
	if record == nil {
		return nil
	}
	return []string{record[colHolder], record[colType], record[colValue], record[colEnds]}
}

// TestLawUndoOfAnUndo: the undo of an undo brings back what the run made, and a second undo changes
// nothing.
func TestLawUndoOfAnUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSite(t)
		roster := drawRoster(t, s)
		plan := reconcile.Diff(roster, &reconcile.Wanted{Rows: roster.Rows}, s.listing(), reconcile.Policy{Park: true})
		first := kept(plan, s)
		after := s.contents()
		back := undo(first, s.listing())
		second := kept(back, s)
		for i := range undo(first, s.listing()).Lines {
			if l := &undo(first, s.listing()).Lines[i]; l.Row >= 0 && l.Outcome != reconcile.Unchanged {
				t.Fatalf("undone twice, line %d is %s %s", i, l.Action, l.Outcome)
			}
		}
		s.apply(undo(second, s.listing()), func(int) bool { return true })
		if got := s.contents(); !maps.Equal(got, after) {
			t.Fatalf("after the undo of the undo there is %v, not %v", got, after)
		}
	})
}

// kept returns what a run that carries out a plan keeps.
func kept(plan *reconcile.Plan, s *site) inverse.Kept {
	begun := inverse.Begin(plan, nil, "run", "run/undo.age")
	results := s.apply(plan, func(int) bool { return true })
	return begun.End(func(line int) inverse.Result { return results[line] }, s.listing())
}

// contents counts the records by all that a client can write.
func (s *site) contents() map[string]int {
	out := map[string]int{}
	for _, record := range s.records {
		out[fmt.Sprintf("%q", inColumns(record))]++
	}
	return out
}
