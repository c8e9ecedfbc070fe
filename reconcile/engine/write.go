package engine

import (
	"errors"
	"time"

	"keyroster/reconcile"
)

// write sends a step until its effect is known, or cannot be. What an earlier attempt sent
// may still arrive, so its answer counts as lost, too.
func (a *applier) write(s Step, res *Result, h sendOptions) {
	lost := h.inDoubt
	for try := 1; ; try++ {
		if cause := a.journalIntent(s, try, h.announced); cause != nil {
			a.halt(cause)
			if lost {
				res.end(reconcile.Unknown, "the journal failed before the answer was known")
			} else {
				res.end(reconcile.NotAttempted, "could not write the journal")
			}
			return
		}
		a.markWrote()
		receipt, err := a.opts.Provider.Write(a.ctx, s.Change)
		if err == nil {
			a.answered()
			res.take(s.Change, receipt)
			a.recent.wrote(s.Change, receipt.ID, time.Now(), h.cycle)
			return
		}
		f := res.note(err)
		if f != nil {
			res.Attempts += attempts(f)
		}
		// After a lost answer, a refusal may be caused by our own write: a creation that is
		// in its own way. Only reading back shows it.
		if f == nil || !lost && f.Class != reconcile.Lost || !maybeOurs(f.Class) ||
			f.Class == reconcile.Gone && s.Action == reconcile.Delete {
			a.refuse(s, res, err, true)
			return
		}
		lost = true
		patient := !repeats(s.Action) || try == writeTries || a.stopped() != nil
		if decided := a.readBack(s, res, f, time.Now(), patient); decided || try == writeTries {
			return
		}
		if cause := a.stopped(); cause != nil && s.Op != OpUndo && s.Op != OpUnpark {
			res.end(reconcile.NotAttempted, "no answer; read back: not done; then the run stopped")
			return
		}
	}
}

// attempts returns how often a failed write was sent. A failure that does not say counts as
// sent once, unless it was fenced.
func attempts(f *reconcile.Failure) int {
	if f.Class == reconcile.Fenced {
		return f.Attempts
	}
	return max(f.Attempts, 1)
}

// repeats reports whether a write may be sent again although it may have taken effect: then
// a stale read does no harm.
func repeats(action reconcile.Action) bool {
	return action == reconcile.Update || action == reconcile.Delete
}

func maybeOurs(c reconcile.Class) bool {
	switch c {
	case reconcile.Lost, reconcile.Moved, reconcile.Gone, reconcile.Refused:
		return true
	}
	return false
}

// journalIntent writes a step's intent, or returns why nothing may be sent.
func (a *applier) journalIntent(s Step, try int, announced bool) error {
	if try == 1 && announced {
		return nil
	}
	if err := a.journal.Intent(s, try); err != nil {
		return &journalError{err}
	}
	return nil
}

// journalError is a stop caused by the journal itself, which says so.
type journalError struct{ err error }

func (e *journalError) Error() string { return e.err.Error() }
func (e *journalError) Unwrap() error { return e.err }

// readBack reads a record after an answer that was lost at a time, and reports whether the
// line is decided; if not, the write had no effect and may be sent again. patient: a read
// that shows the record unchanged is repeated, since it may be stale.
func (a *applier) readBack(s Step, res *Result, f *reconcile.Failure, lost time.Time, patient bool) (decided bool) {
	var old func(reconcile.Record) bool
	if patient && s.Action != reconcile.Replace {
		old = func(now reconcile.Record) bool { return mayBeStale(s, now) }
	}
	now, stale, err := a.recent.read(a.ctx, a.opts.Provider, s.Change, old, lost.Add(a.recent.bound))
	if err != nil {
		res.end(reconcile.Unknown, "no answer, and the record could not be read back: "+stopWords(err))
		a.journalReadBack(s, FoundUnreadable)
		if !a.isRecordFault(err) {
			a.haltIfFatal(err)
		}
		return true
	}
	a.answered()
	switch {
	case stale && !mayBe(s.Before, now):
		// It shows a state from before the one that the write began with.
		res.end(
			reconcile.Unknown,
			"no answer, and the provider still shows the value from before an earlier write of this run",
		)
		a.journalReadBack(s, FoundStale)
	case s.Action == reconcile.Replace:
		// Neither the old record nor its absence shows whether the new one exists; a
		// provider that can tell resolves its own lost answers.
		res.end(reconcile.Unknown, "no answer to a replacement")
		a.journalReadBack(s, FoundNothing)
	case s.Action == reconcile.Delete && !now.Valid():
		res.end(reconcile.Applied, "")
		res.Warnings = append(res.Warnings, "no answer; read back: deleted")
		a.journalReadBack(s, FoundDone)
	case s.Action == reconcile.Create && !now.Valid(),
		s.Action == reconcile.Delete && f.Class == reconcile.Lost && differs(s.Before, now) == "":
		a.noEffect(s, res, f)
		return f.Class == reconcile.Refused
	case !now.Valid():
		res.end(reconcile.Conflict, "no answer, and the record is gone")
		a.journalReadBack(s, FoundGone)
	case s.Action != reconcile.Delete && compareToWant(s.Change, now) == equalToWant:
		a.readBackDone(s, res, now, lost)
	case s.Action != reconcile.Delete && compareToWant(s.Change, now) == cannotTell:
		res.end(reconcile.Unknown, "no answer, and the provider masks the value, so it cannot be read back")
		a.journalReadBack(s, FoundMasked)
	case s.Action != reconcile.Create && s.untouched(now):
		a.noEffect(s, res, f)
		return f.Class == reconcile.Refused
	case s.Action != reconcile.Delete && a.holds(s.Change, now):
		a.readBackDone(s, res, now, lost)
	default:
		res.end(reconcile.Conflict, "no answer, and the record holds neither the old nor the new value")
		a.journalReadBack(s, FoundOther)
	}
	return true
}

// untouched reports whether a record is as it was before a step. What an earlier step of
// the run wrote may be shown in the provider's spelling.
func (s Step) untouched(now reconcile.Record) bool {
	return differs(s.Before, now) == "" || s.Op != s.Action.String() && mayBeRespelled(s.Before, now)
}

// holds reports whether a record holds what the provider stored in place of what was
// wanted.
func (a *applier) holds(c reconcile.Change, now reconcile.Record) bool {
	answer, _ := compareToWantKept(c, now, a.run.storedAs)
	return answer == equalToWant || answer == respelled
}

func (a *applier) readBackDone(s Step, res *Result, now reconcile.Record, lost time.Time) {
	res.end(reconcile.Applied, "")
	res.NewID = ""
	if s.Action == reconcile.Create {
		res.NewID = now.ID()
	}
	res.Warnings = append(res.Warnings, "no answer; read back: done")
	a.journalReadBack(s, FoundDone)
	a.recent.wrote(s.Change, now.ID(), lost, true)
}

// mayBeStale reports whether a record is as it was before a write, which a stale read
// would show, too.
func mayBeStale(s Step, now reconcile.Record) bool {
	if s.Action == reconcile.Create {
		return !now.Valid()
	}
	return now.Valid() && mayBe(s.Before, now) &&
		(s.Action == reconcile.Delete || compareToWant(s.Change, now) == unlikeWant ||
			compareToWant(s.Change, now) == respelled)
}

// noEffect sets the outcome that is final unless the write is sent again.
func (a *applier) noEffect(s Step, res *Result, f *reconcile.Failure) {
	a.journalReadBack(s, FoundNotDone)
	res.end(reconcile.Failed, "no answer to any attempt, and reading back showed no change: "+f.Reason)
	if f.Class == reconcile.Refused {
		res.Reason = f.Reason
	}
}

func (a *applier) journalReadBack(s Step, what Found) {
	if err := a.journal.ReadBack(s, what); err != nil {
		a.halt(&journalError{err})
	}
}

func (a *applier) markWrote() {
	a.mu.Lock()
	a.run.Wrote = true
	a.mu.Unlock()
}

// refuse ends a line whose call failed with a known effect, and stops the run if the cause
// is fatal. wrote: the call was the write itself.
func (a *applier) refuse(s Step, res *Result, err error, wrote bool) {
	f := res.note(err)
	if f == nil {
		// Not a provider's failure: the grace period ended, or a bug.
		a.halt(err)
		if wrote {
			res.end(reconcile.Unknown, "the write was interrupted: "+stopWords(err))
		} else {
			res.end(reconcile.NotAttempted, stopWords(err))
		}
		return
	}
	res.Reason, res.Undecided = f.Reason, false
	switch f.Class {
	case reconcile.Moved:
		res.Outcome = reconcile.Conflict
	case reconcile.Gone:
		endGone(s, res)
	case reconcile.Lost: // of a read; a lost write does not get here
		res.Outcome = reconcile.NotAttempted
	case reconcile.Exhausted:
		res.Outcome = reconcile.Failed
		a.mu.Lock()
		a.full[s.Want.Of(reconcile.TypeID)] = "not sent, because the provider rejected another of this type: " + f.Reason
		a.mu.Unlock()
	case reconcile.Unsafe:
		res.Outcome = reconcile.Blocked
	case reconcile.Denied:
		res.Outcome = reconcile.Failed
		if !wrote {
			res.Outcome = reconcile.NotAttempted
		}
		a.halt(err)
	case reconcile.Unreachable:
		res.Outcome = reconcile.NotAttempted
		if wrote || !a.isRecordFault(err) {
			a.halt(err)
		}
	case reconcile.Fenced:
		res.Outcome = reconcile.NotAttempted
	default:
		res.Outcome = reconcile.Failed
	}
	if reconcile.IsFenced(err) {
		a.halt(err)
	}
}

func (a *applier) haltIfFatal(err error) {
	if isFatal(err) {
		a.halt(err)
	}
}

// isFatal reports whether a cause makes every further call useless.
func isFatal(err error) bool {
	class := reconcile.ClassOf(err)
	_, journal := errors.AsType[*journalError](err)
	return class == reconcile.Denied || class == reconcile.Unreachable || journal || reconcile.IsFenced(err)
}

// take copies an accepted write's receipt.
func (r *Result) take(c reconcile.Change, receipt reconcile.Receipt) {
	r.end(reconcile.Applied, "")
	if c.Action == reconcile.Create || c.Action == reconcile.Replace {
		r.NewID = receipt.ID
	}
	r.HTTPStatus, r.RequestID = receipt.HTTPStatus, receipt.RequestID
	r.Attempts += max(receipt.Attempts, 1)
	r.Warnings = append(r.Warnings, receipt.Warnings...)
}

// note copies the facts of a failed read or write, and returns its failure, if it is one.
func (r *Result) note(err error) *reconcile.Failure {
	f, ok := errors.AsType[*reconcile.Failure](err)
	if !ok {
		return nil
	}
	r.HTTPStatus, r.RequestID = f.HTTPStatus, f.RequestID
	return f
}
