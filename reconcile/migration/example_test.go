package migration_test

import (
	"fmt"
	"time"

	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// Two people move to another provider, whose ids differ from those of the old one. There is no type
// for a key on a phone there, so it stays behind, with the reason.
func Example() {
	type row struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
		Email  string           `csv:"holder_email" roster:"match,email,holder-email"`
		Type   string           `csv:"type" roster:"match,pairs,type"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	}
	old := reconcile.NewSchema("old", row{})
	records := reconcile.NewSet(old, 2)
	for _, r := range [][]string{
		{"b1", "u1", "", "badge", "0071234567"},
		{"b2", "u2", "", "phone", "5e11f0ad"},
	} {
		cells := make([]reconcile.Cell, len(r))
		for n, text := range r {
			cells[n] = reconcile.TextCell(text)
		}
		records.Add(cells)
	}

	move := migration.Build(migration.Input{
		From: migration.Side{
			Account: "hq-old", Title: "Gatewright", Schema: old,
			Holders: reconcile.NewHolders(
				reconcile.Holder{ID: "u1", Email: "mira@example.com"},
				reconcile.Holder{ID: "u2", Email: "odo@example.com"},
			),
		},
		To: migration.Side{
			Account: "hq", Title: "Latchkeep", Schema: reconcile.NewSchema("new", row{}),
			Holders: reconcile.NewHolders(
				reconcile.Holder{ID: "71", Email: "Mira@Example.com"},
				reconcile.Holder{ID: "72", Email: "odo@example.com"},
			),
		},
		Listing: &reconcile.Listing{Records: records, Evidence: reconcile.EvidenceDeclared},
		Rules:   migration.Rules{Types: map[string]string{"badge": "card", "phone": migration.LeaveBehind}},
		Now:     time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC),
	})
	for n, row := range move.RowOf {
		if row >= 0 {
			r := move.Roster.Rows.Record(row)
			fmt.Println(records.Record(n).ID(), "goes to", move.HolderOf[n], "as a", r.Text("type"))
		}
	}
	for _, loss := range move.Losses {
		fmt.Println(records.Record(loss.Record).ID(), "stays:", loss.Reason)
	}
	// Output:
	// b1 goes to 71 as a card
	// b2 stays: type "phone" is left behind by the configuration (migrate.types)
}
