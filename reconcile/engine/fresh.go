package engine

import (
	"fmt"

	"keyroster/reconcile"
)

// fresh reads the record of a step and tells whether the write may go on;
// otherwise it has set the result.
func (a *applier) fresh(s Step, res *Result) bool {
	now, err := a.opts.Provider.Read(a.ctx, s.Change)
	if err != nil {
		a.refuse(s, res, err, false)
		return false
	}
	a.answered()
	if s.Action == reconcile.Create {
		if now.Valid() {
			res.Outcome = reconcile.Conflict
			res.Reason = fmt.Sprintf("since the listing, %s %s was created", now.Schema().Noun, now.ID())
			return false
		}
		return true
	}
	if !now.Valid() {
		gone(s, res)
		return false
	}
	if moved := differs(s.Before, now); moved != "" {
		res.Outcome, res.Reason = reconcile.Conflict, moved+" changed at the provider since the listing"
		return false
	}
	return true
}

// gone settles a change whose record is no more: a deletion has what it wants.
func gone(s Step, res *Result) {
	if s.Action == reconcile.Delete {
		res.Outcome, res.Warnings = reconcile.Applied, append(res.Warnings, "it was already gone")
		return
	}
	res.Outcome, res.Reason = reconcile.Conflict, "it was deleted at the provider since the listing"
}

// doubt reads back a line that an earlier attempt announced and never settled,
// and tells whether it is settled now; if not, it had no effect.
func (a *applier) doubt(s Step, res *Result) (settled bool) {
	return a.readBack(s, res, &reconcile.Failure{Class: reconcile.Lost, Reason: "the run was interrupted"})
}
