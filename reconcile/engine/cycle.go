package engine

import (
	"time"

	"keyroster/reconcile"
)

// cycle runs changes that wait for each other: its first record is parked on a temporary
// value, the others follow in order, and the first goes last. When a step is refused,
// everything is undone in reverse, each step restoring the state before it; undoing only
// the parking would not do, since the record's old value is taken by then. A step of
// unknown effect ends the cycle and undoes nothing.
//
// Once a record is parked, an interrupt no longer stops the cycle: it is finished or rolled
// back.
func (a *applier) cycle(lines []int32) {
	c := &cycle{applier: a, lines: lines, col: a.valueColumn(lines[0])}
	defer c.recordAll()
	if c.recordedBefore() {
		return
	}
	if cause := a.stopped(); cause != nil && (!c.inDoubt() || isFatal(cause)) {
		outcome := reconcile.NotAttempted
		if c.inDoubt() {
			outcome = reconcile.Unknown
			c.noteParked(0)
		}
		c.blockRest(0, outcome, "the run stopped before: "+stopWords(cause))
		return
	}
	at, ok := c.findPosition()
	if !ok {
		return
	}
	switch {
	case c.opts.SettleOnly && at == 0:
		c.blockRest(0, reconcile.NotAttempted, supersededReason)
	case at == 0 && a.stopped() != nil:
		c.blockRest(0, reconcile.NotAttempted, "the run stopped before: "+stopWords(a.stopped()))
	case c.opts.SettleOnly:
		c.rollBack(at, supersededReason)
	case at > 0 || c.park():
		c.forward(max(at, 1))
	}
}

// valueColumn is the column whose value changes hands.
func (a *applier) valueColumn(line int32) int {
	schema := a.plan.Have.Schema()
	for _, u := range schema.Unique {
		if col := schema.Index(u.Column); a.plan.Lines[line].Fields.Has(col) {
			return col
		}
	}
	return schema.Value()
}

type cycle struct {
	*applier
	lines []int32
	col   int
	// parked is the first record on its temporary value, once that is known.
	parked reconcile.Record
	known  bool
}

func (c *cycle) result(n int) *Result          { return c.run.Result(int(c.lines[n])) }
func (c *cycle) change(n int) reconcile.Change { return c.plan.Change(int(c.lines[n])) }

// leftParked begins the reason of a line whose record stays on a temporary value.
const leftParked = "left on a temporary value"

func (c *cycle) recordedBefore() bool {
	for n, line := range c.lines {
		p := c.prior(line)
		if !p.Recorded || n == 0 && p.Parked {
			return false
		}
	}
	for n, line := range c.lines {
		*c.result(n) = c.prior(line).Result
	}
	c.known = true
	return true
}

func (c *cycle) inDoubt() bool {
	for _, line := range c.lines {
		if p := c.prior(line); p.InDoubt || p.Recorded {
			return true
		}
	}
	return false
}

func (c *cycle) recordAll() {
	for n := range c.lines {
		c.record(c.result(n), c.known)
	}
}

// park puts the first record on a temporary value.
func (c *cycle) park() bool {
	if c.opts.Park == nil {
		c.blockRest(0, reconcile.Blocked, "values change hands in a cycle, and parking is not set up")
		return false
	}
	have := c.change(0).Have
	parked, ok := c.opts.Park.free(c.plan, have, c.col)
	if !ok {
		c.blockRest(0, reconcile.Blocked, "values change hands in a cycle, and no temporary value is free")
		return false
	}
	s := Step{
		Change: reconcile.Change{
			Line:   int(c.lines[0]),
			Action: reconcile.Update,
			Want:   parked,
			Have:   have,
			Fields: reconcile.Columns(0).With(c.col),
		},
		Op:     OpPark,
		Before: have,
	}
	var res Result
	c.send(s, &res)
	if res.Outcome == reconcile.Applied {
		c.parked = parked
		return true
	}
	c.blockRest(0, reconcile.Blocked, "not sent, since the first record of its cycle could not be parked")
	first := c.result(0)
	first.end(res.Outcome, res.Reason)
	first.HTTPStatus = res.HTTPStatus
	if res.Outcome == reconcile.Unknown {
		c.noteParked(0)
	}
	return false
}

// send sends one step within its lane.
func (c *cycle) send(s Step, res *Result) {
	unlock := c.lane(s.Change)
	defer unlock()
	if res.Started.IsZero() {
		res.Started = time.Now()
	}
	c.write(s, res, sendOptions{inDoubt: c.inDoubt(), cycle: true})
	res.Finished = time.Now()
	if res.Outcome == reconcile.Applied && s.Op != s.Action.String() {
		if err := c.journal.Done(s, *res); err != nil {
			c.halt(&journalError{err})
		}
	}
}

// forward runs the steps from next on, the parked record last.
func (c *cycle) forward(next int) {
	for n := next; n < len(c.lines); n++ {
		res := c.result(n)
		if s := planned(c.change(n)); c.asListed(s, res) {
			c.send(s, res)
		}
		if res.Outcome != reconcile.Applied {
			c.handleBreak(n)
			return
		}
	}
	if c.changedElsewhere(0, c.parked) {
		return // another client changed the first record's value: no record is parked, and all others have theirs
	}
	first := c.change(0)
	s := Step{Change: first, Op: OpUnpark, Before: c.parked}
	s.Have = c.parked
	res := c.result(0)
	c.send(s, res)
	if res.Outcome != reconcile.Applied {
		c.handleBreak(len(c.lines))
		return
	}
	c.checkUnparked()
}

// handleBreak ends a cycle whose step n was not applied; len means the last.
func (c *cycle) handleBreak(n int) {
	cause := c.result(n % len(c.lines))
	if cause.Outcome == reconcile.Unknown {
		// It is not known what the record holds: undoing might take its value.
		c.blockRest(n+1, reconcile.Blocked, "not sent, since a step of its cycle is in doubt")
		if n < len(c.lines) {
			c.result(0).end(reconcile.Failed, leftParked+": a step of its cycle is in doubt")
		}
		c.noteParked(0)
		return
	}
	failed := *cause
	c.blockRest(n+1, reconcile.Blocked, "not sent, since its cycle broke: "+cause.Reason)
	if c.rollBack(n, "undone, since its cycle broke: "+cause.Reason) && n == len(c.lines) &&
		c.result(0).Outcome == reconcile.Blocked {
		c.result(0).end(failed.Outcome, failed.Reason)
	}
}

// rollBack undoes the steps before n in reverse, and the parking last. If that is not
// possible, the record is left on its temporary value, and the run reports it.
func (c *cycle) rollBack(n int, reason string) bool {
	for m := n - 1; m >= 1; m-- {
		change := c.change(m)
		s := Step{Change: change, Op: OpUndo, Before: after(change)}
		s.Want, s.Have = change.Have, after(change)
		if c.changedElsewhere(m, s.Have) {
			continue
		}
		if !c.undo(s, c.result(m), reason) {
			return c.cannotUndo()
		}
	}
	first := c.change(0)
	s := Step{Change: first, Op: OpUnpark, Before: c.parked}
	s.Want, s.Have = first.Have, c.parked
	if !c.changedElsewhere(0, c.parked) {
		if !c.undo(s, c.result(0), reason) {
			return c.cannotUndo()
		}
		c.checkUnparked()
	}
	c.blockRest(1, reconcile.Blocked, reason)
	return true
}

func (c *cycle) cannotUndo() bool {
	c.result(0).end(reconcile.Failed, leftParked+": its cycle broke and could not be undone")
	c.noteParked(0)
	c.blockRest(1, reconcile.Blocked, "not sent, since its cycle broke and could not be undone")
	return false
}

// blockRest ends the lines from n on that are undecided.
func (c *cycle) blockRest(n int, outcome reconcile.Outcome, reason string) {
	for ; n < len(c.lines); n++ {
		if res := c.result(n); res.Undecided {
			res.end(outcome, reason)
		}
	}
}

// noteParked records that a line's record stays on a temporary value, or may.
func (c *cycle) noteParked(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.run.Parked = append(c.run.Parked, int(c.lines[n]))
}
