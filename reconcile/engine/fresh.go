package engine

import (
	"fmt"
	"time"

	"keyroster/reconcile"
)

// fresh reads the record of a step and reports whether the write may go on; otherwise it
// has set the result. respelled: the record may be shown in the provider's spelling.
func (a *applier) fresh(s Step, res *Result, respelled bool) bool {
	now, stale, err := a.recent.read(a.ctx, a.opts.Provider, s.Change, nil, time.Time{})
	if err != nil {
		a.refuse(s, res, err, false)
		return false
	}
	a.answered()
	if stale {
		return true // an accepted write counts more than a stale read
	}
	if s.Action == reconcile.Create {
		if now.Valid() {
			res.end(
				reconcile.Conflict,
				fmt.Sprintf("since the listing, %s %s was created", now.Schema().Noun, now.ID()),
			)
			return false
		}
		return true
	}
	if !now.Valid() {
		endGone(s, res)
		return false
	}
	if moved := differs(s.Before, now); moved != "" && !(respelled && mayBeRespelled(s.Before, now)) {
		res.end(reconcile.Conflict, moved+" changed at the provider since the listing")
		return false
	}
	return true
}

// endGone ends a change whose record no longer exists: a deletion has what it wants.
func endGone(s Step, res *Result) {
	if s.Action == reconcile.Delete {
		res.end(reconcile.Applied, res.Reason)
		res.Warnings = append(res.Warnings, "it was already gone")
		return
	}
	res.end(reconcile.Conflict, "it was deleted at the provider since the listing")
}

// resolveDoubt reads back a line that an earlier attempt announced and never recorded, and
// reports whether it is decided now; if not, it had no effect.
func (a *applier) resolveDoubt(s Step, res *Result) (decided bool) {
	return a.readBack(
		s, res, &reconcile.Failure{Class: reconcile.Lost, Reason: "the run was interrupted"},
		a.opts.Since, true,
	)
}

// noteEarlierWrites records what an earlier attempt wrote a short while ago.
func (a *applier) noteEarlierWrites() {
	for i := range a.run.results {
		line := int32(a.run.results[i].Line)
		prior := a.prior(line)
		if res := prior.Result; prior.Recorded && res.Outcome == reconcile.Applied &&
			time.Since(res.Finished) < a.recent.bound {
			c := a.plan.Change(int(line))
			id := res.NewID
			if id == "" {
				id = c.Have.ID()
			}
			if !a.recent.hasRecent(id) {
				a.recent.wrote(
					c, id, res.Finished,
					a.plan.Lines[line].Chain >= 0 && a.plan.IsCycle(int(a.plan.Lines[line].Chain)),
				)
			}
		}
	}
}
