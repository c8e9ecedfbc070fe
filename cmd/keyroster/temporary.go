package main

import (
	"context"
	"slices"
	"strings"
	"time"

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

// leftoversOf finds the records of a set that hold temporary values of runs,
// and counts the values that the provider masks, of which nobody can tell. want
// are the rows of a plan, or nil.
func leftoversOf(runs []string, key []byte, have, want *reconcile.Set) (found []leftover, masked int) {
	schema := have.Schema()
	for i := range schema.Unique {
		col := schema.Index(schema.Unique[i].Column)
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

// findLeft looks for the records that earlier runs left on temporary values and
// that nothing but a listing can tell of any more. note: the plan is new, and
// its lines are to say so.
func (s *session) findLeft(ctx context.Context, note bool) error {
	if len(s.memory.LeftParked) == 0 {
		return nil
	}
	key, err := s.app.fingerprintKey(ctx, s.acc, s.state)
	if err != nil {
		return err
	}
	plan, have := s.draft.plan, s.draft.plan.Have
	if s.wholeListing() == nil {
		// The plan is about some people; the temporary value may be anybody's.
		listing, err := s.acc.list(ctx, reconcile.Scope{}, func(int, int) {})
		if err != nil {
			return classify(err)
		}
		have = listing.Records
	}
	found, masked := leftoversOf(s.memory.LeftParked, key, have, plan.Want)
	lines := map[string]int{}
	for i := range plan.Lines {
		if plan.Lines[i].Record >= 0 {
			lines[plan.HaveRecord(i).ID()] = i
		}
	}
	s.left, s.leftKnown = nil, true
	for _, l := range found {
		if line, planned := lines[l.record.ID()]; planned {
			l.line = line
			if want := plan.WantRow(line); want.Valid() && want.Cell(l.col).Text() == l.record.Cell(l.col).Text() {
				continue // its row asks for that very value
			}
			if note {
				plan.Note(line, "it holds a temporary value that the interrupted run "+l.run+" left it on")
			}
		}
		s.left = append(s.left, l)
	}
	if len(s.left) > 0 {
		s.app.log.Warn().Strs("runs", s.memory.LeftParked).Int("records", len(s.left)).Msg("interrupted runs left records on temporary values")
	}
	if masked > 0 {
		s.app.log.Warn().Strs("runs", s.memory.LeftParked).Int("records", masked).Msg("values that the provider masks may be temporary ones of interrupted runs: nobody can tell")
	}
	return nil
}

// unhealed are the records that the run found on temporary values and did not
// give another one.
func (s *session) unhealed() []leftover {
	var out []leftover
	for _, l := range s.left {
		if l.line < 0 || s.run == nil || s.run.Outcome(l.line) != reconcile.Applied || !gives(&s.draft.plan.Lines[l.line], l.col) {
			out = append(out, l)
		}
	}
	return out
}

// gives reports whether a line ends what a record holds in a column.
func gives(l *reconcile.Line, col int) bool {
	return l.Action == reconcile.Delete || l.Action == reconcile.Replace || l.Fields.Has(col)
}

// lookUpLeft reads the names of those people where a listing leaves them out. A
// name that cannot be had is no reason to stop: the id says who it is.
func (s *session) lookUpLeft(ctx context.Context) {
	lookup, ok := s.acc.provider.(holderLookup)
	if !ok {
		return
	}
	var ids []string
	for _, line := range s.run.Parked {
		ids = append(ids, s.draft.plan.HaveRecord(line).Text("holder_id"))
	}
	for _, l := range s.unhealed() {
		ids = append(ids, l.record.Text("holder_id"))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookUpTime)
	defer cancel()
	if err := lookup.LookUpHolders(ctx, ids); err != nil {
		s.app.log.Debug().Err(err).Msg("the people on temporary values are named by their ids")
	}
}

// lookUpTime bounds the look for names.
const lookUpTime = 30 * time.Second

// onTemporaryValues names each person whose credential is on a temporary value, or
// may be, by name where one is known: nothing is more urgent.
func (s *session) onTemporaryValues() []string {
	var words []string
	say := func(record reconcile.Record, rest string) {
		who := record.Whose()
		if name, _ := s.acc.spoken(record.Text("holder_id")); name != "" {
			who = name + " (" + who + ")"
		}
		words = append(words, who+rest)
	}
	if s.run != nil {
		for _, line := range s.run.Parked {
			say(s.draft.plan.HaveRecord(line), " is left on a temporary value, or may be, and the doors are not told")
		}
	}
	for _, l := range s.unhealed() {
		say(l.record, " is on a temporary value that run "+l.run+" left it on, and the doors are not told")
	}
	return words
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
