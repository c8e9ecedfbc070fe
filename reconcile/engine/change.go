package engine

import (
	"time"

	"keyroster/reconcile"
)

// how says what is special about sending a change.
type how struct {
	// inDoubt: an earlier attempt announced it, and its effect is not known.
	inDoubt bool
	// announced: its first intent is written already.
	announced bool
	// circle: somebody is on a temporary value meanwhile.
	circle bool
	// kept, if not empty, is why the write must not be sent; one in doubt is
	// read back nevertheless.
	kept string
}

// change sends one change, with its freshness check and its lane.
func (a *applier) change(s Step, res *Result, h how) {
	unlock := a.lane(s.Change)
	defer unlock()
	res.Started = time.Now()
	defer func() { res.Finished = time.Now() }()
	if h.inDoubt {
		if a.doubt(s, res) {
			return
		}
		if a.opts.SettleOnly {
			res.Outcome, res.Reason = reconcile.NotAttempted, superseded
			return
		}
		h.announced = false
	}
	if reason := a.exhausted(s.Change); reason != "" {
		res.Outcome, res.Reason = reconcile.NotAttempted, reason
		return
	}
	if h.kept != "" {
		res.Outcome, res.Reason = reconcile.Blocked, h.kept
		return
	}
	if !h.inDoubt && a.opts.Freshness != FreshListing && !a.fresh(s, res, false) {
		return
	}
	if cause := a.stopped(); cause != nil { // while the record was read
		res.Outcome, res.Reason = reconcile.NotAttempted, "the run stopped before: "+stopWords(cause)
		return
	}
	a.write(s, res, h)
}

func (a *applier) exhausted(c reconcile.Change) string {
	if c.Action != reconcile.Create {
		return ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.full[c.Want.Text("type")]
}
