package inverse_test

import (
	"fmt"

	"keyroster/reconcile"
	"keyroster/reconcile/inverse"
)

// A run gave a holder another card. The undo gives the old one back, since the record is still as
// the run left it.
func Example() {
	before := site{records: map[string][]string{"b1": {"b1", "mira", "card", "0071111111", "", "", ""}}}
	roster := reconcile.NewRoster(schema)
	roster.Files = []reconcile.File{{Name: "badges.csv", Sheets: []string{""}}}
	roster.Add(0, 0, 2, cells([]string{"", "mira", "card", "0071234567"}))
	plan := reconcile.Diff(roster, reconcile.NewWanted(roster.Rows), before.listing(), reconcile.Policy{})

	kept := inverse.Begin(plan, nil, "20260131T020001Z-hq-5eed01", "undo.age") // before the first write
	after := before.clone()
	results := after.apply(plan, func(int) bool { return true })
	kept = kept.End(func(line int) inverse.Result { return results[line] }, after.listing())

	back := inverse.Build(kept, after.listing(), inverse.Rules{}) // a day later
	again := reconcile.NewWanted(back.Roster.Rows)
	undo := reconcile.Diff(back.Roster, again, after.listing(), reconcile.Policy{Exact: true})
	for n := range undo.Lines {
		fmt.Println(undo.Lines[n].Action, undo.WantRow(n).ID())
		fmt.Println("the old card again:", undo.WantRow(n).Text("value") == before.records["b1"][3])
	}
	fmt.Println("at most", kept.Limits()[reconcile.LimitUpdate], "update")
	// Output:
	// update b1
	// the old card again: true
	// at most 1 update
}
