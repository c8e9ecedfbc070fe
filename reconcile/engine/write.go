package engine

import (
	"errors"

	"keyroster/reconcile"
)

// write sends a step until its effect is known, or cannot be. What an earlier
// attempt sent may still arrive, which is an answer lost too.
func (a *applier) write(s Step, res *Result, h how) {
	lost := h.inDoubt
	for try := 1; ; try++ {
		if cause := a.journalIntent(s, try, h.announced); cause != nil {
			a.halt(cause)
			if lost {
				res.Outcome, res.Reason = reconcile.Unknown, "the journal failed while the answer was in doubt"
			} else {
				res.Outcome, res.Reason = reconcile.NotAttempted, "the journal could not be written"
			}
			return
		}
		a.markWrote()
		receipt, err := a.opts.Provider.Write(a.ctx, s.Change)
		if err == nil {
			a.answered()
			res.take(s.Change, receipt)
			return
		}
		f := res.note(err)
		if f != nil {
			res.Attempts += max(f.Attempts, 1)
		}
		// After a lost answer, a refusal may be the echo of our own write: a
		// creation that stands in its own way. Only reading back tells.
		if f == nil || !lost && f.Class != reconcile.Lost || !maybeOurs(f.Class) {
			a.refuse(s, res, err, true)
			return
		}
		lost = true
		if settled := a.readBack(s, res, f); settled || try == writeTries {
			return
		}
		if cause := a.stopped(); cause != nil && s.Op != OpUndo && s.Op != OpUnpark {
			res.Outcome, res.Reason = reconcile.NotAttempted, "its answer was lost, it was read back as not done, and the run stopped"
			return
		}
	}
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

// readBack looks at a record after a lost answer, and tells whether the line
// is settled; if not, the write had no effect and may be sent again.
func (a *applier) readBack(s Step, res *Result, f *reconcile.Failure) (settled bool) {
	now, err := a.opts.Provider.Read(a.ctx, s.Change)
	if err != nil {
		res.Outcome, res.Reason = reconcile.Unknown, "the answer was lost and the record could not be read back: "+stopWords(err)
		a.found(s, "unreadable")
		if !a.alone(err) {
			a.haltIfFatal(err)
		}
		return true
	}
	a.answered()
	switch {
	case s.Action == reconcile.Replace:
		// Neither the old record nor its absence says whether the new one is
		// there; a provider that can tell settles its own lost answers.
		res.Outcome, res.Reason = reconcile.Unknown, "the answer to a replacement was lost"
		a.found(s, "cannot tell")
	case s.Action == reconcile.Delete && !now.Valid():
		res.Outcome, res.Reason, res.Warnings = reconcile.Applied, "", append(res.Warnings, "the answer was lost; read back as gone")
		a.found(s, "done")
	case s.Action == reconcile.Create && !now.Valid(), s.Action == reconcile.Delete && f.Class == reconcile.Lost && differs(s.Before, now) == "":
		a.noEffect(s, res, f)
		return f.Class == reconcile.Refused
	case !now.Valid():
		res.Outcome, res.Reason = reconcile.Conflict, "the answer was lost, and the record is gone"
		a.found(s, "gone")
	case s.Action != reconcile.Delete && reads(s.Change, now) == equalToWant:
		res.Outcome, res.Reason, res.NewID = reconcile.Applied, "", ""
		if s.Action == reconcile.Create {
			res.NewID = now.ID()
		}
		res.Warnings = append(res.Warnings, "the answer was lost; read back as done")
		a.found(s, "done")
	case s.Action != reconcile.Delete && reads(s.Change, now) == cannotTell:
		res.Outcome, res.Reason = reconcile.Unknown, "the answer was lost, and the provider masks the value, so reading back cannot tell"
		a.found(s, "masked")
	case s.Action != reconcile.Create && differs(s.Before, now) == "":
		a.noEffect(s, res, f)
		return f.Class == reconcile.Refused
	default:
		res.Outcome, res.Reason = reconcile.Conflict, "the answer was lost, and the record holds neither the old nor the new value"
		a.found(s, "other")
	}
	return true
}

// noEffect sets the outcome that stands if the write is not sent again.
func (a *applier) noEffect(s Step, res *Result, f *reconcile.Failure) {
	a.found(s, "not done")
	res.Outcome, res.Reason = reconcile.Failed, "the answer was lost each time, and reading back showed no effect: "+f.Reason
	if f.Class == reconcile.Refused {
		res.Reason = f.Reason
	}
}

func (a *applier) found(s Step, what string) {
	if err := a.journal.ReadBack(s, what); err != nil {
		a.halt(&journalError{err})
	}
}

func (a *applier) markWrote() {
	a.mu.Lock()
	a.run.Wrote = true
	a.mu.Unlock()
}

// refuse settles a line whose call failed with a known effect, and stops the
// run when the cause is fatal. wrote: the call was the write itself.
func (a *applier) refuse(s Step, res *Result, err error, wrote bool) {
	f := res.note(err)
	if f == nil {
		// Not a provider's failure: the grace period ended, or a bug.
		a.halt(err)
		if wrote {
			res.Outcome, res.Reason = reconcile.Unknown, "the write was cut off: "+stopWords(err)
		} else {
			res.Outcome, res.Reason = reconcile.NotAttempted, stopWords(err)
		}
		return
	}
	res.Reason = f.Reason
	switch f.Class {
	case reconcile.Moved:
		res.Outcome = reconcile.Conflict
	case reconcile.Gone:
		gone(s, res)
	case reconcile.Lost: // only a read reports its own loss here
		res.Outcome = reconcile.NotAttempted
	case reconcile.Exhausted:
		res.Outcome = reconcile.Failed
		a.mu.Lock()
		a.full[s.Want.Text("type")] = "not sent, since the provider refused another of this type: " + f.Reason
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
		if wrote || !a.alone(err) {
			a.halt(err)
		}
	default:
		res.Outcome = reconcile.Failed
	}
}

func (a *applier) haltIfFatal(err error) {
	if isFatal(err) {
		a.halt(err)
	}
}

// isFatal tells whether a cause makes every further call useless.
func isFatal(err error) bool {
	class := reconcile.ClassOf(err)
	_, journal := errors.AsType[*journalError](err)
	return class == reconcile.Denied || class == reconcile.Unreachable || journal
}

// take copies an accepted write's receipt.
func (r *Result) take(c reconcile.Change, receipt reconcile.Receipt) {
	r.Outcome, r.Reason = reconcile.Applied, ""
	if c.Action == reconcile.Create || c.Action == reconcile.Replace {
		r.NewID = receipt.ID
	}
	r.HTTPStatus, r.RequestID = receipt.HTTPStatus, receipt.RequestID
	r.Attempts += max(receipt.Attempts, 1)
	r.Warnings = append(r.Warnings, receipt.Warnings...)
}

// note copies the facts of a failed call, be it a read or a write, and returns
// its failure, if it is one.
func (r *Result) note(err error) *reconcile.Failure {
	f, ok := errors.AsType[*reconcile.Failure](err)
	if !ok {
		return nil
	}
	r.HTTPStatus, r.RequestID = f.HTTPStatus, f.RequestID
	return f
}
