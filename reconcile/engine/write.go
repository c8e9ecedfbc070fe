package engine

import (
	"errors"
	"fmt"

	"keyroster/reconcile"
)

// write sends a change until its effect is known, or cannot be.
func (a *applier) write(c reconcile.Change, res *Result) {
	lost := false
	for try := 1; ; try++ {
		if err := a.journal.Intent(c, try); err != nil {
			a.halt(fmt.Errorf("write journal: %w", err))
			if lost {
				res.Outcome, res.Reason = reconcile.Unknown, "the journal failed while the answer was in doubt"
			} else {
				res.Outcome, res.Reason = reconcile.NotAttempted, "the journal could not be written"
			}
			return
		}
		a.markWrote()
		receipt, err := a.opts.Provider.Write(a.ctx, c)
		if err == nil {
			res.take(c, receipt)
			return
		}
		f := res.note(err)
		// Our own creation may stand behind a conflict once an answer was lost.
		if !lost && reconcile.ClassOf(err) != reconcile.Lost || f == nil {
			a.refuse(c, res, err, "write")
			return
		}
		if f.Class != reconcile.Lost && f.Class != reconcile.Moved && f.Class != reconcile.Gone && f.Class != reconcile.Refused {
			a.refuse(c, res, err, "write")
			return
		}
		lost = true
		if done := a.readBack(c, res, f); done || try == writeTries {
			return
		}
		if cause := a.stopped(); cause != nil {
			res.Outcome, res.Reason = reconcile.NotAttempted, "its answer was lost, it was read back as not done, and the run stopped"
			return
		}
	}
}

// readBack looks at a record after a lost answer, and tells whether the line
// is settled; if not, the write had no effect and may be sent again.
func (a *applier) readBack(c reconcile.Change, res *Result, f *reconcile.Failure) (settled bool) {
	now, err := a.opts.Provider.Read(a.ctx, c)
	if err != nil {
		res.Outcome, res.Reason = reconcile.Unknown, "the answer was lost and the record could not be read back: "+stopWords(err)
		a.found(c, "unreadable")
		a.haltIfFatal(err)
		return true
	}
	switch {
	case c.Action == reconcile.Delete && !now.Valid():
		res.Outcome, res.Warnings = reconcile.Applied, append(res.Warnings, "the answer was lost; read back as gone")
		a.found(c, "done")
	case c.Action == reconcile.Create && !now.Valid(), c.Action == reconcile.Delete && f.Class == reconcile.Lost && differs(c.Have, now) == "":
		a.noEffect(c, res, f)
		return f.Class == reconcile.Refused
	case !now.Valid():
		res.Outcome, res.Reason = reconcile.Conflict, "the answer was lost, and the record is gone"
		a.found(c, "gone")
	case reads(c, now) == equalToWant:
		res.Outcome, res.NewID = reconcile.Applied, ""
		if c.Action == reconcile.Create {
			res.NewID = now.ID()
		}
		res.Warnings = append(res.Warnings, "the answer was lost; read back as done")
		a.found(c, "done")
	case reads(c, now) == cannotTell:
		res.Outcome, res.Reason = reconcile.Unknown, "the answer was lost, and the provider masks the value, so reading back cannot tell"
		a.found(c, "masked")
	case c.Action != reconcile.Create && differs(c.Have, now) == "":
		a.noEffect(c, res, f)
		return f.Class == reconcile.Refused
	default:
		res.Outcome, res.Reason = reconcile.Conflict, "the answer was lost, and the record holds neither the old nor the new value"
		a.found(c, "other")
	}
	return true
}

// noEffect sets the outcome that stands if the write is not sent again.
func (a *applier) noEffect(c reconcile.Change, res *Result, f *reconcile.Failure) {
	a.found(c, "not done")
	res.Outcome, res.Reason = reconcile.Failed, "the answer was lost each time, and reading back showed no effect: "+f.Reason
	if f.Class == reconcile.Refused {
		res.Reason = f.Reason
	}
}

func (a *applier) found(c reconcile.Change, what string) {
	if err := a.journal.ReadBack(c, what); err != nil {
		a.halt(fmt.Errorf("write journal: %w", err))
	}
}

func (a *applier) markWrote() {
	a.mu.Lock()
	a.run.Wrote = true
	a.mu.Unlock()
}

// refuse settles a line whose call failed with a known effect, and stops the
// run when the cause is fatal.
func (a *applier) refuse(c reconcile.Change, res *Result, err error, during string) {
	f := res.note(err)
	if f == nil {
		// Not a provider's failure: the grace period ended, or a bug.
		a.halt(err)
		if during == "write" {
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
		gone(c, res)
	case reconcile.Lost: // only a read reports its own loss here
		res.Outcome = reconcile.NotAttempted
	case reconcile.Exhausted:
		res.Outcome = reconcile.Failed
		a.mu.Lock()
		a.full[c.Want.Text("type")] = "not sent, since the provider refused another of this type: " + f.Reason
		a.mu.Unlock()
	case reconcile.Unsafe:
		res.Outcome = reconcile.Blocked
	case reconcile.Denied:
		res.Outcome = reconcile.Failed
		if during != "write" {
			res.Outcome = reconcile.NotAttempted
		}
		a.halt(err)
	case reconcile.Unreachable:
		res.Outcome = reconcile.NotAttempted
		a.halt(err)
	default:
		res.Outcome = reconcile.Failed
	}
}

func (a *applier) haltIfFatal(err error) {
	switch reconcile.ClassOf(err) {
	case reconcile.Denied, reconcile.Unreachable:
		a.halt(err)
	}
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

// note copies the facts of a failed call, and returns its failure, if it is one.
func (r *Result) note(err error) *reconcile.Failure {
	f, ok := errors.AsType[*reconcile.Failure](err)
	if !ok {
		return nil
	}
	r.HTTPStatus, r.RequestID = f.HTTPStatus, f.RequestID
	r.Attempts += max(f.Attempts, 1)
	return f
}
