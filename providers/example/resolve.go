package example

import (
	"context"

	"keyroster/providers"
	"keyroster/reconcile"
)

// Resolve implements [reconcile.Provider]. Rows are in Gatewright's own terms as
// they are written: a holder who does not exist is found out by the creation.
func (c *Client) Resolve(_ context.Context, roster *reconcile.Roster, _ *reconcile.Listing) (*reconcile.Wanted, error) {
	wanted := &reconcile.Wanted{Rows: roster.Rows, Verdicts: map[int]reconcile.Verdict{}, Notes: map[int][]string{}}
	judge(wanted)
	return wanted, nil
}

// judge judges the values of rows, as far as they were not judged yet.
func judge(wanted *reconcile.Wanted) {
	for n := range wanted.Rows.Len() {
		row := wanted.Rows.Record(n)
		value := row.Cell(col.value)
		if _, judged := wanted.Verdicts[n]; judged || value.Filled() || row.Cell(col.state).Text() == reconcile.StateAbsent {
			continue
		}
		if value.State() == reconcile.Empty {
			wanted.Verdicts[n] = reconcile.Verdict{
				Situation: reconcile.Invalid, Reason: "a value cannot be cleared; state=absent deletes the credential",
			}
			continue
		}
		wanted.Verdicts[n] = reconcile.Verdict{
			When: reconcile.IfCreate, Situation: reconcile.Invalid, Reason: "a creation needs the value itself",
		}
	}
}

// offline judges rows where nobody can be asked.
func offline(in providers.Offline) *reconcile.Wanted {
	judge(in.Wanted)
	return in.Wanted
}
