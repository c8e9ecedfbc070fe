package providertest

import (
	"fmt"
	"strings"

	"keyroster/reconcile"
)

// coverage are the columns that the rosters of a suite created, updated and cleared: the
// client might never send a column that no roster names.
type coverage struct {
	schema *reconcile.Schema
	did    map[reconcile.Ability]reconcile.Columns
}

func newCoverage(schema *reconcile.Schema) *coverage {
	return &coverage{schema: schema, did: map[reconcile.Ability]reconcile.Columns{}}
}

// add records what an applied plan asked for.
func (a *coverage) add(plan *reconcile.Plan) {
	for line := range plan.Lines {
		if plan.Lines[line].Sends() {
			a.note(plan.Change(line))
		}
	}
}

func (a *coverage) note(change reconcile.Change) {
	for n := range a.schema.Columns {
		if !change.Want.Valid() {
			return
		}
		cell := change.Want.Cell(n)
		switch {
		case change.Action == reconcile.Create && cell.Filled():
			a.did[reconcile.CanCreate] = a.did[reconcile.CanCreate].With(n)
		case change.Action != reconcile.Update || !change.Fields.Has(n):
		case cell.State() == reconcile.Empty:
			a.did[reconcile.CanClear] = a.did[reconcile.CanClear].With(n)
		default:
			a.did[reconcile.CanUpdate] = a.did[reconcile.CanUpdate].With(n)
		}
	}
}

// missing lists, in sentences, what the schema promises for a column but no roster asked
// for.
func (a *coverage) missing() (missing []string) {
	for _, one := range []struct {
		can  reconcile.Ability
		does string
	}{
		{reconcile.CanCreate, "gives a new record"},
		{reconcile.CanUpdate, "updates"},
		{reconcile.CanClear, "clears"},
	} {
		var names []string
		for n, c := range a.schema.Columns {
			if c.Role == reconcile.RoleManaged && c.Can&one.can != 0 && !a.did[one.can].Has(n) {
				names = append(names, c.Name)
			}
		}
		if len(names) > 0 {
			missing = append(missing, fmt.Sprintf(
				"no roster of the suite that converges %s %s", one.does, strings.Join(names, ", "),
			))
		}
	}
	return missing
}
