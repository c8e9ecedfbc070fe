package doorflow

import (
	"keyroster/providers"
	"keyroster/reconcile"
)

// unchecked is what cannot be checked about a roster's rows without the account.
var unchecked = []string{
	"whether people and types that are not in the export exist",
	"whether a PIN is all digits, because an export does not say which types are PINs",
}

// offline checks the values of rows whose type the export shows.
func offline(in providers.Offline) *reconcile.Wanted {
	settings := providers.SettingsOf[Settings](in.Settings)
	r := &resolver{client: &Client{invite: settings.Invite}, types: &types{}, seen: newSeen(), wanted: in.Wanted}
	records := in.Listing.Records
	for n := range records.Len() {
		r.seen.add(records.Record(n), nil)
	}
	markEnding(in.Listing)
	listed := in.Wanted.Listed(records)
	var cells []reconcile.Cell
	for n := range in.Wanted.Rows.Len() {
		row, have := in.Wanted.Rows.Record(n), int(listed[n])
		if _, decided := in.Wanted.Verdicts[n]; decided {
			continue
		}
		_, ending := in.Listing.Ending[have]
		state := row.Cell(col.value).State()
		if have >= 0 && !ending && state != reconcile.Filled && state != reconcile.Empty {
			continue // a verdict could only be about a creation
		}
		cells = row.Cells(cells[:0])
		kind := cells[col.kind].Text()
		if kind == "" && have >= 0 && !in.Roster.Rows.Record(n).Cell(col.kind).Filled() {
			kind = records.Record(have).Cell(col.kind).Text()
		}
		if r.seen.types[kind] == nil {
			continue
		}
		if verdict := r.value(kind, cells); verdict != nil {
			in.Wanted.Verdicts[n] = *verdict
		}
	}
	return in.Wanted
}
