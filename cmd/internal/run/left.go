package run

import (
	"slices"
	"strings"

	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// leftover is a record on a temporary value of a run that cannot be resumed.
type leftover struct {
	run    string
	record reconcile.Record
	col    int
	// line is its line in the plan, -1 for none.
	line int
}

// String identifies the record and its holder.
func (l leftover) String() string { return l.record.Describe() }

// leftovers are the records found on temporary values; looked: a search was made.
type leftovers struct {
	found  []leftover
	looked bool
}

// LeftoversOf returns the ids of the records that hold temporary values of runs, each with its run: the
// open run, and those remembered to have left some. key is the key of the tenant's fingerprints.
func LeftoversOf(known *store.State, key []byte, have *reconcile.Set) map[string]string {
	runs := known.LeftParked
	if known.OpenRun != "" {
		runs = append([]string{known.OpenRun}, runs...)
	}
	found, _ := leftoversOf(runs, known, key, have, nil)
	out := map[string]string{}
	for _, l := range found {
		out[l.record.ID()] = l.run
	}
	return out
}

// leftoversOf finds the records that hold temporary values of runs, and counts masked values,
// which may be temporary too. want are the rows of a plan, or nil. A short value set by the
// operator may equal one that a run would have made, so only records that the run may have
// parked are checked.
func leftoversOf(
	runs []string, known *store.State, key []byte, have, want *reconcile.Set,
) (found []leftover, masked int) {
	schema := have.Schema()
	may := mayParkOf(runs, known.MayPark)
	for _, u := range schema.Unique {
		col := schema.Index(u.Column)
		for n := range have.Len() {
			r := have.Record(n)
			if r.Cell(col).State() == reconcile.Masked &&
				slices.ContainsFunc(runs, func(run string) bool { return may[run].parks(r) }) {
				masked++
			}
		}
		for _, run := range runs {
			parking := &engine.Parking{Key: key, RunID: run}
			for _, n := range parking.Left(have, want, col) {
				if r := have.Record(n); may[run].parks(r) {
					found = append(found, leftover{run: run, record: r, col: col, line: -1})
				}
			}
		}
	}
	return found, masked
}

// parkable are the ids of the records that a run may have parked; nil for any record.
type parkable map[string]bool

func (p parkable) parks(r reconcile.Record) bool { return p == nil || p[r.ID()] }

func mayParkOf(runs []string, kept map[string][]string) map[string]parkable {
	may := map[string]parkable{}
	for _, run := range runs {
		if ids, said := kept[run]; said {
			may[run] = parkable{}
			for _, id := range ids {
				may[run][id] = true
			}
		}
	}
	return may
}

// findLines fills in the plan's lines for the records found. A record whose row asks for that very
// value is not left over, and dropped; note is called for each of the others that has a line.
func (l *leftovers) findLines(plan *reconcile.Plan, note func(line int, run string)) {
	lines := map[string]int{}
	for i := range plan.Lines {
		if plan.Lines[i].Record >= 0 {
			lines[plan.HaveRecord(i).ID()] = i
		}
	}
	kept := l.found[:0]
	for _, one := range l.found {
		if line, planned := lines[one.record.ID()]; planned {
			one.line = line
			want := plan.WantRow(line)
			if want.Valid() && want.Cell(one.col).Text() == one.record.Cell(one.col).Text() {
				continue
			}
			note(line, one.run)
		}
		kept = append(kept, one)
	}
	l.found = kept
}

// stillParked returns the found records that a run has not given another value; done is nil if
// nothing was carried out.
func (l *leftovers) stillParked(plan *reconcile.Plan, done *engine.Run) []leftover {
	var out []leftover
	for _, one := range l.found {
		if one.line < 0 || done == nil || done.Outcome(one.line) != reconcile.Applied ||
			!overwrites(&plan.Lines[one.line], one.col) {
			out = append(out, one)
		}
	}
	return out
}

// overwrites reports whether a line changes what its record holds in a column.
func overwrites(l *reconcile.Line, col int) bool {
	return l.Action == reconcile.Delete || l.Action == reconcile.Replace || l.Fields.Has(col)
}

// runsOf returns the runs that left records on temporary values, each once.
func runsOf(left []leftover) []string {
	var runs []string
	for _, l := range left {
		if !slices.Contains(runs, l.run) {
			runs = append(runs, l.run)
		}
	}
	return runs
}

// stillParkedText names the people, and stillParkedHint is what to do.
func stillParkedText(left []leftover) string {
	var words []string
	for _, l := range left {
		words = append(words, l.String()+" is on a temporary value left by run "+l.run)
	}
	return strings.Join(words, "; ")
}

func stillParkedHint(left []leftover) string {
	return "give each a row with its own value and apply; until then the doors are not synced. To give the run up: " +
		"keyroster resume " + left[0].run + " --abandon"
}
