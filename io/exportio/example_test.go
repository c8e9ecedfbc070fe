package exportio_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"keyroster/io/exportio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// An account is exported without its values, and read back to plan against: the export shows who
// has which badge, and a fingerprint for each value by which equal ones are recognized.
func Example() {
	schema := reconcile.NewSchema("latchkeep", struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
		Type   string           `csv:"type" roster:"match,pairs,type"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
		Mark   string           `csv:"fingerprint" roster:"info,fingerprint"`
	}{})
	records := reconcile.NewSet(schema, 1)
	records.Add([]reconcile.Cell{
		reconcile.TextCell("b1"),
		reconcile.TextCell("mira"),
		reconcile.TextCell("card"),
		reconcile.TextCell("0071234567"),
		{},
	})
	at := time.Date(2026, 1, 31, 2, 0, 0, 0, time.UTC)
	marks, err := reportio.NewHMAC(bytes.Repeat([]byte("k"), 32)) // a store keeps the key
	check(err)
	account := exportio.New(exportio.Source{
		Account: "hq", Title: "Latchkeep", Tenant: reconcile.Tenant{ID: "site-7"}, Marks: marks,
		Listing: &reconcile.Listing{Records: records, Total: 1, Evidence: reconcile.EvidenceDeclared, At: at},
	})

	folder, err := os.MkdirTemp("", "keyroster")
	check(err)
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "badges.csv")
	check(exportio.Save(path, exportio.FormatOf(path), &exportio.Export{
		Tool: "keyroster", CreatedAt: at, Accounts: []*exportio.Account{account},
	}, exportio.Recipients{}))

	read, err := exportio.Read(path, func(string) *reconcile.Schema { return schema })
	check(err)
	badge := read.Accounts[0].Records.Record(0)
	fmt.Println(badge.ID(), badge.Text("holder_id"), "masked:", badge.Cell(schema.Value()).State() == reconcile.Masked)
	equal, known := read.Accounts[0].Remembered(marks)("b1", reconcile.TextCell("0071234567"))
	fmt.Println("equal:", equal, "known:", known)
	// Output:
	// b1 mira masked: true
	// equal: true known: true
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
