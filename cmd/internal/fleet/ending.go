package fleet

import (
	"errors"
	"math/rand/v2"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

// Result is the result of working on an account.
type Result struct {
	// Err is nil if all is as desired.
	Err error
	// RunID is empty if no run was begun.
	RunID string
	// Verdict is the run's result in a sentence; used unless Err has a message of its own.
	Verdict string
}

// retries are the pauses before further attempts, by kind of failure; after the last, or for
// any other failure, the night needs a person. An account locked by another run is waited for
// longer, since it has no fault of its own.
var retries = map[failure.Kind][]time.Duration{
	failure.Stopped:     {30 * time.Second, 2 * time.Minute, 8 * time.Minute},
	failure.Interrupted: {30 * time.Second, 2 * time.Minute, 8 * time.Minute},
	failure.Locked: {
		15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute,
		8 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	},
}

// fenced reports whether an attempt lost its account to another.
func fenced(err error) bool { return errors.Is(err, store.ErrNotLocked) }

// endingOf is how an attempt at a night ended. handed: the worker was asked to stop.
func (w *Worker) endingOf(night *store.Night, r Result, handed bool) store.Ending {
	e := store.Ending{RunID: r.RunID, Reason: r.Verdict}
	if r.Err == nil {
		return e
	}
	f := failure.Of(r.Err)
	e.ExitCode, e.Hint, e.Fenced = w.ExitCode(f.Kind), f.Hint, fenced(r.Err)
	if e.RunID == "" {
		e.RunID = f.RunID
	}
	if !f.Shown {
		e.Reason = f.Error()
	}
	if handed && f.Kind == failure.Interrupted {
		e.Again, e.Handed = true, true
		return e
	}
	pauses, tries := retries[f.Kind], night.Tries
	if last := night.Last; last != nil && f.Kind != failure.Locked && last.ExitCode == w.ExitCode(failure.Locked) {
		tries = 0 // the earlier attempts only waited for another run
	}
	if e.Again = tries < len(pauses); e.Again {
		pause := pauses[tries]
		e.After = pause + rand.N(pause/4) //nolint:gosec // it spreads attempts; no security depends on it
	}
	return e
}
