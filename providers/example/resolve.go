package example

import (
	"context"

	"keyroster/providers"
	"keyroster/reconcile"
)

// Resolve implements [reconcile.Provider]. Rows are already in Gatewright's own terms; a
// holder who does not exist is only noticed by the creation.
func (c *Client) Resolve(_ context.Context, roster *reconcile.Roster, _ *reconcile.Listing) (*reconcile.Wanted, error) {
	wanted := reconcile.NewWanted(roster.Rows)
	checkValues(wanted)
	return wanted, nil
}

// checkValues checks the values of rows that have no verdict yet.
func checkValues(wanted *reconcile.Wanted) {
	for n := range wanted.Rows.Len() {
		row := wanted.Rows.Record(n)
		value := row.Cell(col.value)
		if _, decided := wanted.Verdicts[n]; decided || value.Filled() || row.Cell(col.state).Text() == reconcile.StateAbsent {
			continue
		}
		verdict := reconcile.Invalid.Because("a new credential needs the value itself").If(reconcile.IfCreate)
		if value.State() == reconcile.Empty {
			verdict = reconcile.Invalid.Because("a value cannot be cleared; state=absent deletes the credential")
		}
		wanted.Verdicts[n] = *verdict
	}
}

// offline checks rows without asking Gatewright.
func offline(in providers.Offline) *reconcile.Wanted {
	checkValues(in.Wanted)
	return in.Wanted
}
