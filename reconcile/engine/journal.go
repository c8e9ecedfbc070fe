package engine

import "keyroster/reconcile"

// The operations of a step besides the plan's own actions.
const (
	// OpPark puts a record on a temporary value, so that others can take its old one;
	// OpUnpark ends that, forward or back.
	OpPark   = "park"
	OpUnpark = "unpark"
	// OpUndo restores a record's old value after its cycle broke.
	OpUndo = "undo"
)

// Found is what reading a record back after a lost answer showed about the write.
type Found string

// The findings, as in journals.
const (
	FoundDone       Found = "done"
	FoundNotDone    Found = "not done"
	FoundGone       Found = "gone"        // the record no longer exists
	FoundOther      Found = "other"       // it holds neither the old nor the new value
	FoundStale      Found = "stale"       // the read is older than what the run wrote before
	FoundMasked     Found = "masked"      // the provider does not show the value
	FoundNothing    Found = "cannot tell" // no read shows whether the write took effect
	FoundUnreadable Found = "unreadable"  // the record could not be read
)

// Step is one write: the change to send, the operation that it is part of, and
// what the record holds before it (not valid for a creation).
type Step struct {
	reconcile.Change
	Op     string
	Before reconcile.Record
	// Transit: the step deletes a person's credential before the new one is made, since
	// that takes a value which only this step frees.
	Transit bool
}

// planned returns the step that a line asks for.
func (a *applier) planned(line int32) Step {
	s := planned(a.plan.Change(int(line)))
	s.Transit = a.holders.transit[line]
	return s
}

// planned returns the step that a change of the plan asks for.
func planned(c reconcile.Change) Step {
	return Step{Change: c, Op: c.Action.String(), Before: c.Have}
}

// Journal receives every write before it is sent and after it was answered. It is what
// makes a run durable: the engine sends no request before its intent was written, and takes
// no outcome for known before Outcome has returned. Many goroutines call its methods at
// once; any error stops the run before the next request.
type Journal interface {
	// Announce writes the first intents of several lines in advance, durable when it
	// returns, so that slow disks cost one wait for many writes.
	Announce(steps []Step) error
	// Intent announces one write, durable when it returns; attempt counts from 1 for each
	// step.
	Intent(step Step, attempt int) error
	// ReadBack records that a record was read back after a lost answer, and what was found.
	ReadBack(step Step, found Found) error
	// Done records that a step took effect which is not a line's own change: a record was
	// parked, left its temporary value, or got its old one back.
	Done(step Step, result Result) error
	// Outcome records the outcome of a line. It need not be durable: a line whose outcome
	// is lost is read back.
	Outcome(result Result) error
	// Finish records what Provider.Finish returned.
	Finish(finish reconcile.Finish, err error) error
}

// NoJournal discards everything: for dry runs and tests.
type NoJournal struct{}

// Announce implements [Journal].
func (NoJournal) Announce([]Step) error { return nil }

// Intent implements [Journal].
func (NoJournal) Intent(Step, int) error { return nil }

// ReadBack implements [Journal].
func (NoJournal) ReadBack(Step, Found) error { return nil }

// Done implements [Journal].
func (NoJournal) Done(Step, Result) error { return nil }

// Outcome implements [Journal].
func (NoJournal) Outcome(Result) error { return nil }

// Finish implements [Journal].
func (NoJournal) Finish(reconcile.Finish, error) error { return nil }
