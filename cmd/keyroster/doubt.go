package main

import (
	"fmt"

	"keyroster/reconcile"
)

// checkDoubt refuses a plan whose rows contradict their records so often that a
// column must have come apart from the others: what such rows do not contradict
// is as wrong. There is no flag that lifts it.
func (d *draft) checkDoubt() {
	doubt := d.plan.Doubt(d.wanted)
	noun := d.plan.Want.Schema().Noun
	if doubt.HoldersSortedApart() {
		d.breaches = append(d.breaches, reconcile.Breach{Name: reconcile.LimitUpdate, Rule: true, Why: fmt.Sprintf(
			"%d of the %d rows name two different people: was one column sorted apart from the others?", doubt.Parted, doubt.Rows)})
	}
	if doubt.SortedApart() {
		d.breaches = append(d.breaches, reconcile.Breach{Name: reconcile.LimitUpdate, Rule: true, Why: fmt.Sprintf(
			"%d of the %d rows that name a listed %s contradict it: was one column sorted apart from the others?", doubt.Contradicting, doubt.Named, noun)})
	}
	if len(d.breaches) > 0 && doubt.ValuesSortedApart() {
		d.breaches = append(d.breaches, reconcile.Breach{Name: reconcile.LimitUpdate, Rule: true, Why: fmt.Sprintf(
			"%d of the %d rows that name a listed %s ask for the value of another: was the column of values sorted apart from the others?", doubt.Swapped, doubt.Named, noun)})
	}
}
