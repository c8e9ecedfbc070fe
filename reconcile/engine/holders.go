package engine

import (
	"fmt"
	"slices"

	"keyroster/reconcile"
)

// holders makes sure that no one has fewer credentials than planned along the way: a person
// who gets a credential and loses another gets the new one first, and keeps the old one if
// the new one could not be made.
//
// If that is impossible, since the new credential takes a value which only the deletion
// frees, the person is in transit: the intent of the deletion says so in the journal, with
// its time, and the line's result in a warning.
type holders struct {
	// of has those who get a credential and lose one.
	of map[string]*balance
	// transit are the lines of deletions that run before a creation of the same holder.
	transit map[int32]bool
}

// balance counts what is still to happen to a holder: deletions that were not sent, and
// creations that failed for good.
type balance struct{ deletions, lost int }

// planWaves finds the holders who get a credential and lose one, and puts the chains into
// waves: a chain deletes a person's credential only after the chains of earlier waves made
// the new one.
func (a *applier) planWaves() {
	col := a.plan.Have.Schema().At(reconcile.HolderID)
	made, lost := map[string][]int{}, map[string]bool{}
	a.eachSent(col, func(line int32, holder string) {
		switch l := &a.plan.Lines[line]; l.Action {
		case reconcile.Create:
			made[holder] = append(made[holder], int(l.Chain))
		case reconcile.Delete:
			lost[holder] = true
		}
	})
	a.holders = holders{of: map[string]*balance{}, transit: map[int32]bool{}}
	for holder := range lost {
		if made[holder] != nil {
			a.holders.of[holder] = &balance{}
		}
	}
	waits := map[int][]int{}
	a.eachSent(col, func(line int32, holder string) {
		l := &a.plan.Lines[line]
		b := a.holders.of[holder]
		if b == nil {
			return
		}
		if l.Action == reconcile.Delete {
			waits[int(l.Chain)] = append(waits[int(l.Chain)], made[holder]...)
		}
		a.count(b, line)
	})
	waveOf := a.assignWaves(waits)
	a.eachSent(col, func(line int32, holder string) {
		l := &a.plan.Lines[line]
		if l.Action == reconcile.Delete &&
			slices.ContainsFunc(made[holder], func(chain int) bool { return waveOf[chain] >= waveOf[int(l.Chain)] }) {
			a.holders.transit[line] = true
		}
	})
}

// eachSent visits the creations and deletions of holders, in the plan's order.
func (a *applier) eachSent(col int, visit func(line int32, holder string)) {
	if col < 0 {
		return
	}
	for i := range a.plan.Lines {
		l := &a.plan.Lines[i]
		if !l.Sends() {
			continue
		}
		var who reconcile.Record
		switch l.Action {
		case reconcile.Create:
			who = a.plan.WantRow(i)
		case reconcile.Delete:
			who = a.plan.HaveRecord(i)
		default:
			continue
		}
		if holder := who.Cell(col).Text(); holder != "" {
			visit(int32(i), holder)
		}
	}
}

// count adds a line to its holder's balance, as an earlier attempt left it.
func (a *applier) count(b *balance, line int32) {
	prior := a.prior(line)
	outcome := reconcile.NoOutcome
	if prior.Recorded {
		outcome = prior.Result.Outcome
	}
	switch a.plan.Lines[line].Action {
	case reconcile.Delete:
		if !prior.Recorded || !mayHaveDeleted(outcome) {
			b.deletions++
		}
	default:
		if prior.Recorded && outcome != reconcile.Applied {
			b.lost++
		}
	}
}

// mayHaveDeleted reports whether a deletion with that outcome may have taken effect.
func mayHaveDeleted(o reconcile.Outcome) bool {
	return o == reconcile.Applied || o == reconcile.Unknown
}

// assignWaves puts every chain into the first wave after those that it waits for. Chains that
// wait for each other go last, together.
func (a *applier) assignWaves(waits map[int][]int) map[int]int {
	waveOf := map[int]int{}
	var left []int
	for n := range a.plan.Chains {
		left = append(left, n)
	}
	for wave := 0; len(left) > 0; wave++ {
		var now, later []int
		for _, n := range left {
			ready := !slices.ContainsFunc(waits[n], func(on int) bool {
				_, done := waveOf[on]
				return on != n && !done
			})
			if ready {
				now = append(now, n)
			} else {
				later = append(later, n)
			}
		}
		if len(now) == 0 {
			now, later = later, nil
		}
		for _, n := range now {
			waveOf[n] = wave
		}
		a.waves, left = append(a.waves, now), later
	}
	return waveOf
}

// balanceOf returns the balance that a change counts in, nil for none.
func (a *applier) balanceOf(c reconcile.Change) *balance {
	if len(a.holders.of) == 0 || c.Action != reconcile.Create && c.Action != reconcile.Delete {
		return nil
	}
	who := c.Have
	if c.Action == reconcile.Create {
		who = c.Want
	}
	return a.holders.of[who.Of(reconcile.HolderID)]
}

// reasonToKeep reports whether a deletion must not be sent, and why: with it, the holder
// would have fewer credentials than planned. Otherwise it counts as sent.
func (a *applier) reasonToKeep(c reconcile.Change) (why string, kept bool) {
	if c.Action != reconcile.Delete {
		return "", false
	}
	b := a.balanceOf(c)
	if b == nil {
		return "", false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if b.deletions <= b.lost {
		schema := c.Have.Schema()
		holder := c.Have.Of(reconcile.HolderID)
		return fmt.Sprintf("not sent, because the new %s of %s %s was not created", schema.Noun, schema.Holder, holder), true
	}
	b.deletions--
	return "", false
}

// updateBalance updates the holder's balance with the result of a change. sent: it is a
// deletion that reasonToKeep let pass.
func (a *applier) updateBalance(c reconcile.Change, res *Result, sent bool) {
	b := a.balanceOf(c)
	if b == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case c.Action == reconcile.Create && res.Outcome != reconcile.Applied:
		b.lost++
	case c.Action == reconcile.Delete && sent && !mayHaveDeleted(res.Outcome):
		b.deletions++
	}
}

// inTransit warns of a deletion that had to run before the creation.
func (a *applier) inTransit(line int32, res *Result) {
	if a.holders.transit[line] && res.Outcome == reconcile.Applied {
		res.Warnings = append(
			res.Warnings,
			"it was deleted first, because the new one takes a value that it held",
		)
	}
}
