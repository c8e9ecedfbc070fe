package engine

import (
	"time"

	"keyroster/reconcile"
)

// sendOptions says what is special about sending a change.
type sendOptions struct {
	// inDoubt: an earlier attempt announced it, and its effect is not known.
	inDoubt bool
	// announced: its first intent is already written.
	announced bool
	// cycle: a person is on a temporary value meanwhile.
	cycle bool
	// withheld: the write must not be sent, for the reason why; one in doubt is read back
	// nevertheless.
	withheld bool
	why      string
}

// runChange sends one change, with its freshness check and its lane.
func (a *applier) runChange(s Step, res *Result, h sendOptions) {
	unlock := a.lane(s.Change)
	defer unlock()
	res.Started = time.Now()
	defer func() { res.Finished = time.Now() }()
	if h.inDoubt {
		if a.resolveDoubt(s, res) {
			return
		}
		if a.opts.SettleOnly {
			res.end(reconcile.NotAttempted, supersededReason)
			return
		}
		h.announced = false
	}
	if reason, full := a.exhausted(s.Change); full {
		res.end(reconcile.NotAttempted, reason)
		return
	}
	if h.withheld {
		res.end(reconcile.Blocked, h.why)
		return
	}
	if !h.inDoubt && a.opts.Freshness != FreshListing && !a.fresh(s, res, false) {
		return
	}
	if cause := a.stopped(); cause != nil { // while the record was read
		res.end(reconcile.NotAttempted, "the run stopped before: "+stopWords(cause))
		return
	}
	a.write(s, res, h)
}

// exhausted reports whether the provider refused another record of the type that a change
// creates, and why.
func (a *applier) exhausted(c reconcile.Change) (reason string, full bool) {
	if c.Action != reconcile.Create {
		return "", false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	reason, full = a.full[c.Want.Of(reconcile.TypeID)]
	return reason, full
}
