package draft

import (
	"fmt"

	"keyroster/reconcile"
)

// misaligned returns breaches for a plan whose rows contradict their records so often that one
// column was probably sorted apart from the others: the rest of such rows cannot be trusted
// either. No option lifts them. breached: the plan is already refused for another reason;
// otherwise swapped values are only noted in its report.
func (d *Draft) misaligned(breached bool) []reconcile.Breach {
	found := d.Plan.Misalignment(d.Wanted)
	noun := d.Plan.Want.Schema().Noun
	var out []reconcile.Breach
	add := func(format string, args ...any) {
		out = append(out, reconcile.Breach{
			Name: reconcile.LimitUpdate, Rule: true, Why: fmt.Sprintf(format, args...),
		})
	}
	if found.HoldersMisaligned() {
		add("%d of the %d rows name two different people: was one column sorted apart from the others?",
			found.HoldersDiffer, found.Rows)
	}
	if found.RecordsMisaligned() {
		add("%d of the %d rows that name a listed %s contradict it: was one column sorted apart from the others?",
			found.Contradicting, found.Named, noun)
	}
	d.swapped = ""
	if !found.ValuesMisaligned() {
		return out
	}
	swapped := fmt.Sprintf("%d of the %d rows that name a listed %s ask for the value of another one: "+
		"was the column of values sorted apart from the others?", found.Swapped, found.Named, noun)
	if breached || len(out) > 0 {
		add("%s", swapped)
	} else {
		d.swapped = swapped
	}
	return out
}
