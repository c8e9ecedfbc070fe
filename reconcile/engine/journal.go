package engine

import "keyroster/reconcile"

// Journal is told of every write before it is sent and after it was answered.
// It is the one place where a run becomes durable: the engine sends no request
// before Intent has returned, and takes no outcome for known before Outcome
// has. Methods are called by many goroutines at once.
type Journal interface {
	// Intent announces a write (attempt counts from 1 for each line). An
	// error stops the run before the request.
	Intent(change reconcile.Change, attempt int) error
	// ReadBack records that a lost answer was looked into, and what was found.
	ReadBack(change reconcile.Change, found string) error
	// Outcome records what a line ended in.
	Outcome(result Result) error
	// Finish records what Provider.Finish answered.
	Finish(finish reconcile.Finish, err error) error
}

// NoJournal forgets everything: for dry runs and tests.
type NoJournal struct{}

// Intent implements [Journal].
func (NoJournal) Intent(reconcile.Change, int) error { return nil }

// ReadBack implements [Journal].
func (NoJournal) ReadBack(reconcile.Change, string) error { return nil }

// Outcome implements [Journal].
func (NoJournal) Outcome(Result) error { return nil }

// Finish implements [Journal].
func (NoJournal) Finish(reconcile.Finish, error) error { return nil }
