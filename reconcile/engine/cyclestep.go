package engine

import (
	"time"

	"keyroster/reconcile"
)

// A cycle reads all its records at its start, and each once more right before its write: a
// long cycle takes time, and what another client wrote meanwhile must stay.

// asListed reads the record of a forward step, and reports whether the write may go on;
// otherwise it has set the result. An earlier attempt may have restored the record's old
// value, in the provider's spelling.
func (c *cycle) asListed(s Step, res *Result) bool {
	return c.opts.Freshness == FreshListing || c.fresh(s, res, c.inDoubt())
}

// changedElsewhere reports whether the record of a line no longer holds what the run gave it: another
// client has written to it since. It is not written again then, and is in no record's way,
// since its value is not one that the cycle needs. A record that cannot be read, or shows
// its state from before one of our writes, counts as untouched: leaving a person on a
// temporary value would be worse.
func (c *cycle) changedElsewhere(n int, given reconcile.Record) bool {
	if c.opts.Freshness == FreshListing {
		return false
	}
	now, stale, err := c.recent.read(c.ctx, c.opts.Provider, c.change(n), nil, time.Time{})
	if err != nil || stale {
		return false
	}
	reason := "it was deleted at the provider during the run"
	if now.Valid() {
		held := now.Cell(c.col)
		if like := now.Schema().Columns[c.col].Compare(given.Cell(c.col), held); like != reconcile.Differs {
			return false
		}
		reason = c.plan.Have.Schema().Columns[c.col].Name + " changed at the provider during the run"
	}
	res := c.result(n)
	res.end(reconcile.Conflict, reason)
	return true
}

// undo restores a record's old value; it is a write like any other.
func (c *cycle) undo(s Step, res *Result, reason string) bool {
	var undone Result
	c.send(s, &undone)
	if undone.Outcome != reconcile.Applied {
		return false
	}
	res.end(reconcile.Blocked, reason)
	res.Finished = undone.Finished
	return true
}

// checkUnparked checks whether the first record is seen to have left its temporary value.
// If the provider still shows that, although it accepted the other, the record may still
// have it: the doors must not be synced.
func (c *cycle) checkUnparked() {
	_, stale, err := c.recent.read(c.ctx, c.opts.Provider, c.change(0), nil, time.Time{})
	if err != nil || !stale {
		return // an accepted write needs no read
	}
	res := c.result(0)
	res.end(
		reconcile.Unknown,
		"it may be left on a temporary value: its own value was accepted, but the provider does not show it",
	)
	c.noteParked(0)
}
