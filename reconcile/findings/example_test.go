package findings_test

import (
	"fmt"
	"time"

	"keyroster/reconcile"
	"keyroster/reconcile/findings"
)

// What an auditor asks about: two people with the same card, and a person whose PIN is weak and
// never expires. The values themselves appear nowhere.
func Example() {
	type row struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
		Type   string           `csv:"type" roster:"match,pairs,type"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
		Ends   string           `csv:"ends_at" roster:"managed,time,create,update,end"`
	}
	records := reconcile.NewSet(reconcile.NewSchema("badges", row{}), 3)
	for _, r := range [][]string{
		{"b1", "mira", "card", "0071234567", "2027-01-01T00:00:00Z"},
		{"b2", "odo", "card", "0071234567", "2027-01-01T00:00:00Z"},
		{"b3", "tess", "pin", "123456", ""},
	} {
		var cells []reconcile.Cell
		for _, text := range r {
			cells = append(cells, reconcile.TextCell(text))
		}
		records.Add(cells)
	}

	for _, f := range findings.Find(records, findings.Options{
		Now:  time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC),
		Mask: reconcile.NewMasker(reconcile.ShowNone, nil),
	}) {
		fmt.Println(f.Rule, f.Credentials, f.Values)
	}
	// Output:
	// duplicate_value [b1 b2] [••••]
	// weak_pin [b3] [••••]
	// never_expires [b3] [••••]
}
