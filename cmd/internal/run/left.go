package run

import (
	"slices"
	"strings"

	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// leftover is a record on a temporary value of a run that nothing can resume.
type leftover struct {
	run    string
	record reconcile.Record
	col    int
	// line is that of the plan, -1 when the plan does not name the record.
	line int
}

// String names the record and its holder.
func (l leftover) String() string { return l.record.Whose() }

// leftovers are the records on temporary values that were found; looked: they were
// looked for.
type leftovers struct {
	found  []leftover
	looked bool
}

// LeftoversOf are the ids of the records of a set that hold temporary values of runs,
// each with its run. key is the key of the tenant's fingerprints.
func LeftoversOf(runs []string, key []byte, have *reconcile.Set) map[string]string {
	found, _ := leftoversOf(runs, key, have, nil)
	out := map[string]string{}
	for _, l := range found {
		out[l.record.ID()] = l.run
	}
	return out
}

// leftoversOf finds the records of a set that hold temporary values of runs, and
// counts the values that the provider masks, which may be such ones too. want are the
// rows of a plan, or nil.
func leftoversOf(runs []string, key []byte, have, want *reconcile.Set) (found []leftover, masked int) {
	schema := have.Schema()
	for _, u := range schema.Unique {
		col := schema.Index(u.Column)
		for n := range have.Len() {
			if have.Record(n).Cell(col).State() == reconcile.Masked {
				masked++
			}
		}
		for _, run := range runs {
			parking := &engine.Parking{Key: key, RunID: run}
			for _, n := range parking.Left(have, want, col) {
				found = append(found, leftover{run: run, record: have.Record(n), col: col, line: -1})
			}
		}
	}
	return found, masked
}

// place fills in the lines of a plan that the found records are of. Records whose rows
// ask for that very value are none; note is called for each of the others that has a
// line.
func (l *leftovers) place(plan *reconcile.Plan, note func(line int, run string)) {
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

// unhealed are the found records to which a run did not give another value; done is
// nil for a run that carried nothing out.
func (l *leftovers) unhealed(plan *reconcile.Plan, done *engine.Run) []leftover {
	var out []leftover
	for _, one := range l.found {
		if one.line < 0 || done == nil || done.Outcome(one.line) != reconcile.Applied ||
			!gives(&plan.Lines[one.line], one.col) {
			out = append(out, one)
		}
	}
	return out
}

// gives reports whether a line ends what a record holds in a column.
func gives(l *reconcile.Line, col int) bool {
	return l.Action == reconcile.Delete || l.Action == reconcile.Replace || l.Fields.Has(col)
}

// runsOf are the runs that left records on temporary values, each once.
func runsOf(left []leftover) []string {
	var runs []string
	for _, l := range left {
		if !slices.Contains(runs, l.run) {
			runs = append(runs, l.run)
		}
	}
	return runs
}

// unhealedWords names the people, and unhealedHint says what to do.
func unhealedWords(left []leftover) string {
	var words []string
	for _, l := range left {
		words = append(words, l.String()+" is on a temporary value that run "+l.run+" left it on")
	}
	return strings.Join(words, "; ")
}

func unhealedHint(left []leftover) string {
	return "give each a row with its own value and apply; until then nothing is told to the doors. To go on without: keyroster resume " + left[0].run + " --abandon"
}
