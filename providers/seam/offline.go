package seam

import (
	"context"

	"keyroster/providers"
	"keyroster/reconcile"
)

// unchecked is what cannot be checked about a roster's rows without the workspace.
var unchecked = []string{
	"whether users who are not in the export exist",
	"the rules of the access systems themselves (codes that they generate, ranges, time zones)",
}

// kindUnknown is a system of which an export only shows the id.
const kindUnknown = "unknown"

// offline checks rows against the records of an export; the words of its column status give
// the listing its effects.
func offline(in providers.Offline) *reconcile.Wanted {
	r := newResolver(in.Roster, in.Listing, in.Now)
	r.offline, r.verdicts, r.notes = true, in.Wanted.Verdicts, in.Wanted.Notes
	for n := range in.Listing.Records.Len() {
		record := in.Listing.Records.Record(n)
		id := record.Cell(col.system).Text()
		if id != "" && r.systems[id] == nil {
			r.systems[id] = &system{ID: id, Kind: kindUnknown}
		}
		r.seen.methods[record.Cell(col.kind).Text()] = true
		if state := effectOfStatus(record); state.Effect != reconcile.EffectUnknown {
			if in.Listing.Effects == nil {
				in.Listing.Effects = map[int]reconcile.EffectState{}
			}
			in.Listing.Effects[n] = state
		}
	}
	var cells []reconcile.Cell
	for n := range in.Wanted.Rows.Len() {
		cells = in.Wanted.Rows.Record(n).Cells(cells[:0])
		if verdict := r.method(cells); verdict != nil {
			r.verdicts[n] = *verdict
		}
	}
	wanted, _ := r.checkRows(context.Background(), in.Wanted.Rows) // it sends nothing, so it cannot fail
	return wanted
}
