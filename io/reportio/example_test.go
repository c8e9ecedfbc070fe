package reportio_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// A plan becomes a report, and the report a table for a terminal and a file for a spreadsheet:
// every form is made from the same lines, and none shows a value.
func Example() {
	type row struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
		Type   string           `csv:"type" roster:"match,pairs,type"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	}
	schema := reconcile.NewSchema("latchkeep", row{})
	roster := reconcile.NewRoster(schema)
	roster.Files = []reconcile.File{{Name: "badges.csv", Sheets: []string{""}}}
	roster.Add(0, 0, 2, cells("", "mira", "card", "0071234567"))
	records := reconcile.NewSet(schema, 1)
	records.Add(cells("b1", "mira", "card", "0071111111"))
	listing := &reconcile.Listing{Records: records, Total: 1, Evidence: reconcile.EvidenceDeclared}
	plan := reconcile.Diff(roster, reconcile.NewWanted(roster.Rows), listing, reconcile.Policy{})

	report := &reportio.Report{
		Account: "hq", Provider: "latchkeep", Command: "plan", Tool: "keyroster", Listing: reportio.ListingOf(listing),
		StartedAt: time.Date(2026, 1, 31, 2, 0, 0, 0, time.UTC), Summary: plan.Summarize(nil),
	}
	report.Show(plan, roster, reconcile.NewMasker(reconcile.ShowLast2, []string{"card"}), nil)
	if err := reportio.WritePlanTable(os.Stdout, report, reportio.TableOptions{}); err != nil {
		fmt.Println(err)
	}
	var file strings.Builder
	err := reportio.WriteCSV(&file, report, reportio.CSVOptions{})
	fmt.Println("a value in the file:", strings.Contains(file.String(), "00712345"), err)
	// Output:
	// drifted  1 (1 to update)
	//   ~ badges.csv:2  mira  card b1  value: ••••11 -> ••••67
	// 1 change would be made (1 update), 0 already correct; nothing was written
	// a value in the file: false <nil>
}

func cells(texts ...string) []reconcile.Cell {
	var out []reconcile.Cell
	for _, text := range texts {
		out = append(out, reconcile.TextCell(text))
	}
	return out
}
