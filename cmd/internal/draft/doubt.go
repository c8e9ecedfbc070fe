package draft

import (
	"fmt"

	"keyroster/reconcile"
)

// doubtful are the breaches of a plan whose rows contradict their records so often that
// a column must have come apart from the others: what such rows do not contradict is as
// wrong. No option lifts them. breached: the plan is refused for something else
// already.
func (d *Draft) doubtful(breached bool) []reconcile.Breach {
	doubt := d.Plan.Doubt(d.Wanted)
	noun := d.Plan.Want.Schema().Noun
	var out []reconcile.Breach
	add := func(format string, args ...any) {
		out = append(out, reconcile.Breach{
			Name: reconcile.LimitUpdate, Rule: true, Why: fmt.Sprintf(format, args...),
		})
	}
	if doubt.HoldersSortedApart() {
		add("%d of the %d rows name two different people: was one column sorted apart from the others?",
			doubt.Parted, doubt.Rows)
	}
	if doubt.SortedApart() {
		add("%d of the %d rows that name a listed %s contradict it: was one column sorted apart from the others?",
			doubt.Contradicting, doubt.Named, noun)
	}
	if (breached || len(out) > 0) && doubt.ValuesSortedApart() {
		add("%d of the %d rows that name a listed %s ask for the value of another: "+
			"was the column of values sorted apart from the others?", doubt.Swapped, doubt.Named, noun)
	}
	return out
}
