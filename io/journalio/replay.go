package journalio

import (
	"iter"
	"maps"
	"slices"
	"time"
)

// Replay is what a journal says, read from its beginning to its last good line.
type Replay struct {
	// Entries counts the good lines; LastHash is the hash of the last one,
	// empty for an empty journal.
	Entries  int
	LastHash string
	// Ended: the last line is of kind end. A journal that goes on after such
	// a line is open again.
	Ended bool
	// Torn is the number of bytes after the last good line that a killed
	// process left of the next; 0 for none.
	Torn int64
	// Last is when the last good line was written, zero for an empty journal.
	Last time.Time
	// Run is the first line of kind run, the zero Entry if there is none.
	Run Entry
	// Lines has the state of every line of the plan that the journal names.
	Lines map[int]LineState
	// Parked has, by line of the plan, the last park that no unpark follows.
	Parked map[int]Entry
	// SyncAnswered: a sync was answered and nothing was announced after it.
	SyncAnswered bool
}

// LineState is what a journal says about one line of the plan. Entries in it are without Prev
// and Hash.
type LineState struct {
	// Intents counts the announcements, LastAttempt is the attempt of the
	// last one.
	Intents     int
	LastAttempt int
	// Outcome is that of the last outcome entry, which is Final; empty when there is none.
	Outcome string
	Final   Entry
	// InDoubt: a write was announced and no outcome follows, so that the journal
	// does not show whether it was sent.
	InDoubt bool
}

// RunID is the id of the journal's run, from its first line of kind run; empty without such a line.
func (r *Replay) RunID() string { return r.Run.Note }

func newReplay() *Replay { return &Replay{Lines: map[int]LineState{}, Parked: map[int]Entry{}} }

// FinalOutcomes are the last outcome entries, in the order of the plan's lines.
func (r *Replay) FinalOutcomes() iter.Seq2[int, Entry] {
	return func(yield func(int, Entry) bool) {
		for _, line := range slices.Sorted(maps.Keys(r.Lines)) {
			if s := r.Lines[line]; s.Outcome != "" && !yield(line, s.Final) {
				return
			}
		}
	}
}

// InDoubt are the lines of the plan for which a write was announced and no outcome
// recorded since, in order.
func (r *Replay) InDoubt() []int {
	var lines []int
	for line, s := range r.Lines {
		if s.InDoubt {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// add takes the next good line into account.
func (r *Replay) add(e Entry) {
	r.Entries++
	r.LastHash = e.Hash
	r.Last = e.At
	r.Ended = e.Kind == KindEnd
	e.Prev, e.Hash = "", "" // 128 bytes that are no longer needed
	switch e.Kind {
	case KindRun:
		if r.Run.Kind == "" {
			r.Run = e
		}
	case KindSync:
		r.SyncAnswered = e.Outcome == Answered
	case KindIntent:
		r.SyncAnswered = false
	case KindPark:
		r.Parked[e.Line] = e
	case KindUnpark:
		delete(r.Parked, e.Line)
	}
	if e.Line >= 0 {
		r.addLine(e)
	}
}

func (r *Replay) addLine(e Entry) {
	s := r.Lines[e.Line]
	switch e.Kind {
	case KindIntent:
		s.Intents++
		s.LastAttempt, s.InDoubt = e.Attempt, true
	case KindOutcome:
		s.Outcome, s.Final, s.InDoubt = e.Outcome, e, false
	}
	r.Lines[e.Line] = s
}
