package reconcile_test

import (
	"fmt"

	"keyroster/reconcile"
)

// badge is a row as a provider declares it: its tags make the schema.
type badge struct {
	ID     string           `csv:"credential_id" roster:"key"`
	Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
	Type   string           `csv:"type" roster:"match,pairs,type"`
	Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	State  string           `csv:"state" roster:"state"`
}

// From a schema to a plan: one person gets another card, one a first card, and a card that no row
// names stays, since the operator did not ask to prune.
func Example() {
	schema := reconcile.NewSchema("badges", badge{})
	schema.Noun, schema.OneEach = "badge", true

	roster := reconcile.NewRoster(schema) // what is asked for, with its places
	roster.Files = []reconcile.File{{Name: "badges.csv", Sheets: []string{""}}}
	roster.Add(0, 0, 2, cells("", "mira", "card", "0071234567"))
	roster.Add(0, 0, 3, cells("", "odo", "card", "0081726354"))
	wanted := reconcile.NewWanted(roster.Rows) // as the provider resolves it

	records := reconcile.NewSet(schema, 2) // what the provider holds
	records.Add(cells("b1", "mira", "card", "0071111111"))
	records.Add(cells("b2", "tess", "card", "0099999999"))
	listing := &reconcile.Listing{Records: records, Total: 2, Evidence: reconcile.EvidenceDeclared}

	plan := reconcile.Diff(roster, wanted, listing, reconcile.Policy{})
	for n := range plan.Lines {
		line := &plan.Lines[n]
		fmt.Printf("row %d, record %d: %s, so %s (%s)\n", line.Row, line.Record, line.Situation, line.Action, line.Outcome)
	}
	fmt.Println("a cell prints as", plan.WantRow(0).Cell(schema.Value()))
	// Output:
	// row 0, record 0: drifted, so update (planned)
	// row 1, record -1: missing, so create (planned)
	// row -1, record 1: unlisted, so none (unlisted)
	// a cell prints as ••••
}

// cells returns the cells of a badge; a blank text says nothing.
func cells(texts ...string) []reconcile.Cell {
	out := make([]reconcile.Cell, 5)
	for n, text := range texts {
		out[n] = reconcile.TextCell(text)
	}
	return out
}
