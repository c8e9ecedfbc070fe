package draft

import (
	"fmt"

	"keyroster/reconcile"
)

// strangersFact reports how many absent rows name people unknown to the account, empty for
// none. Such rows are in sync, but a mistyped name would look the same and leave a card in use.
// A known person without the credential is not counted.
func (d *Draft) strangersFact() string {
	if d.Plan == nil || d.against != nil || d.Options.Additive || d.undoes() != "" {
		return ""
	}
	state, holder := d.Plan.Want.Schema().State(), d.Plan.Want.Schema().At(reconcile.HolderID)
	n := 0
	for i := range d.Plan.Lines {
		l := &d.Plan.Lines[i]
		if l.Row < 0 || l.Record >= 0 || l.Situation != reconcile.InSync {
			continue
		}
		row := d.Plan.WantRow(i)
		resolved := holder >= 0 && row.Cell(holder).Filled()
		if state >= 0 && row.Cell(state).Text() == reconcile.StateAbsent && !resolved {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	noun, what := "absent rows name", "their spelling"
	if n == 1 {
		noun, what = "absent row names", "its spelling"
	}
	return fmt.Sprintf("%d %s what %s does not know: check %s", n, noun, d.Account.Spec.Title, what)
}
