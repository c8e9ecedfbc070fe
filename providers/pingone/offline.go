package pingone

import (
	"strconv"

	"keyroster/providers"
	"keyroster/reconcile"
)

// unchecked is what cannot be checked about a roster's rows without the environment.
var unchecked = []string{"how many cards of the changed types are issued now"}

// offline resolves rows as [Client.Resolve] does: only the counts of issued cards need the
// environment.
func offline(in providers.Offline) *reconcile.Wanted {
	r, rows := newResolver(in.Roster, in.Listing)
	for n := range rows {
		rows[n].issued = issued{why: "the export does not tell"}
		if !rows[n].record.Valid() {
			continue
		}
		if cards, err := strconv.Atoi(rows[n].record.Cell(col.issued).Text()); err == nil {
			rows[n].issued = issued{known: true, cards: cards}
		}
	}
	return r.finish(rows)
}
