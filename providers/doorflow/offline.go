package doorflow

import (
	"keyroster/providers"
	"keyroster/reconcile"
)

// unchecked is what only the account tells about a roster's rows.
var unchecked = []string{
	"whether the people and types exist that the export does not show",
	"whether a PIN consists of digits, since an export does not say which types are PINs",
}

// offline judges the values of rows whose type the export shows.
func offline(in providers.Offline) *reconcile.Wanted {
	settings := providers.SettingsOf[Settings](in.Settings)
	r := &resolver{client: &Client{invite: settings.Invite}, types: &types{}, seen: newSeen(), wanted: in.Wanted}
	r.survey(in.Roster.Rows, in.Listing.Records)
	end(in.Listing)
	var cells []reconcile.Cell
	for n := range in.Wanted.Rows.Len() {
		cells = in.Wanted.Rows.Record(n).Cells(cells[:0])
		if _, judged := in.Wanted.Verdicts[n]; judged {
			continue
		}
		kind := cells[col.kind].Text()
		if kind == "" {
			kind = r.seen.typeOf[cells[col.id].Text()]
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
