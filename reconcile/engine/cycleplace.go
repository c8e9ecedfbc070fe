package engine

import (
	"fmt"
	"time"

	"keyroster/reconcile"
)

// findPosition reads how far an earlier attempt came: the number of the next step (0 is the
// parking, len the last), or false if the cycle is decided or cannot go on. Without an
// earlier attempt it is the freshness check of all records.
func (c *cycle) findPosition() (next int, ok bool) {
	resumed := c.inDoubt()
	if !resumed && c.opts.Freshness == FreshListing {
		return 0, true
	}
	if resumed {
		c.awaitReads()
	}
	now := make([]reconcile.Record, len(c.lines))
	for i := range c.lines {
		n := (i + 1) % len(c.lines) // the first, which is parked next, is read last
		record, _, err := c.recent.read(c.ctx, c.opts.Provider, c.change(n), nil, time.Time{})
		if err != nil {
			c.cannotRead(n, err, resumed)
			return 0, false
		}
		now[n] = record
	}
	if !resumed {
		return 0, c.allFresh(now)
	}
	return c.locate(now)
}

func (c *cycle) cannotRead(n int, err error, resumed bool) {
	c.refuse(planned(c.change(n)), c.result(n), err, false)
	outcome := reconcile.NotAttempted
	if resumed {
		outcome = reconcile.Unknown
		c.noteParked(0)
	}
	c.blockRest(0, outcome, "the records of its cycle could not be read: "+stopWords(err))
}

func (c *cycle) allFresh(now []reconcile.Record) bool {
	for n := range c.lines {
		moved := "it was deleted"
		if now[n].Valid() {
			if moved = differs(c.change(n).Have, now[n]); moved == "" {
				continue
			}
			moved += " changed"
		}
		c.blockRest(0, reconcile.Blocked, fmt.Sprintf("not sent, since %s of its cycle moved", c.change(n).Have.ID()))
		c.result(n).end(reconcile.Conflict, moved+" at the provider since the listing")
		return false
	}
	return true
}

// locate returns how far an interrupted cycle came. Its steps run one after the other, so
// the records show which were done; one that another client changed meanwhile is not
// written again, and the cycle is undone as far as it came.
func (c *cycle) locate(now []reconcile.Record) (next int, ok bool) {
	first, done := c.change(0), 0
	for done+1 < len(c.lines) && c.holdsWant(done+1, now[done+1]) {
		done++
	}
	moved := false
	for n := done + 1; n < len(c.lines); n++ {
		moved = moved || !now[n].Valid() || !mayBeRespelled(c.change(n).Have, now[n])
	}
	parked := c.opts.Park != nil && now[0].Valid() && c.opts.Park.isParked(first.Have, now[0], c.col)
	switch {
	case parked && !moved:
		c.parked = now[0]
		for n := 1; n <= done; n++ {
			c.applied(n)
		}
		return done + 1, true
	case !moved && done == 0 && now[0].Valid() && mayBeRespelled(first.Have, now[0]):
		return 0, true
	}
	for n := range c.lines {
		c.recordFound(n, now[n])
	}
	switch {
	case parked:
		c.parked = now[0]
		c.result(0).reopen()
		c.rollBack(done+1, "undone, since a record of its cycle was changed while the run was interrupted")
	case now[0].Valid() && now[0].Cell(c.col).State() == reconcile.Masked:
		c.result(0).end(reconcile.Unknown, "may be left on a temporary value: the provider masks it")
		c.noteParked(0)
	}
	c.blockRest(0, reconcile.Blocked, "not sent, since a record of its cycle was changed while the run was interrupted")
	return 0, false
}

// holdsWant reports whether a record holds what the nth change wants.
func (c *cycle) holdsWant(n int, now reconcile.Record) bool {
	if !now.Valid() {
		return false
	}
	answer := compareToWant(c.change(n), now)
	return answer == equalToWant || answer == respelled && differs(c.change(n).Have, now) != ""
}

// recordFound sets the outcome of a line by what its record holds; one that holds what it
// did before stays undecided.
func (c *cycle) recordFound(n int, now reconcile.Record) {
	res := c.result(n)
	switch {
	case !now.Valid():
		res.end(reconcile.Conflict, "it was deleted at the provider since the listing")
	case c.holdsWant(n, now):
		c.applied(n)
	default:
		if moved := differs(c.change(n).Have, now); moved != "" && !mayBeRespelled(c.change(n).Have, now) {
			res.end(reconcile.Conflict, moved+" changed at the provider since the listing")
		}
	}
}

func (c *cycle) applied(n int) {
	res := c.result(n)
	res.end(reconcile.Applied, "")
	res.Warnings = append(res.Warnings, "the run was interrupted; read back: done")
}

// awaitReads waits until reads show everything that an earlier attempt wrote. The steps
// depend on each other, forward and back, so that stale reads of some would mislead.
func (c *cycle) awaitReads() {
	for n := 0; c.recent.pause(c.ctx, n, c.opts.Since.Add(c.recent.bound)); n++ {
	}
}
