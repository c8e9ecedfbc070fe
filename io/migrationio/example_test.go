package migrationio_test

import (
	"fmt"
	"os"
	"path/filepath"

	"keyroster/io/migrationio"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// The result of a move, as files: the roster of the target, and the ids on either side. A second
// migration does not overwrite the files of the first.
func Example() {
	schema := reconcile.NewSchema("latchkeep", struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
		Type   string           `csv:"type" roster:"match,pairs,type"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	}{})
	records := reconcile.NewSet(schema, 1)
	records.Add([]reconcile.Cell{
		reconcile.TextCell("b1"), reconcile.TextCell("u1"),
		reconcile.TextCell("card"), reconcile.TextCell("0071234567"),
	})
	from := migration.Side{
		Account: "old", Title: "Gatewright", Schema: schema,
		Holders: reconcile.NewHolders(reconcile.Holder{ID: "u1", Email: "mira@example.com"}),
	}
	to := migration.Side{
		Account: "new", Title: "Latchkeep", Schema: schema,
		Holders: reconcile.NewHolders(reconcile.Holder{ID: "71", Email: "mira@example.com"}),
	}
	move := migration.Build(migration.Input{
		From: from, To: to,
		Listing: &reconcile.Listing{Records: records, Evidence: reconcile.EvidenceDeclared},
	})

	base, err := os.MkdirTemp("", "keyroster")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(base) }()
	path := filepath.Join(base, "move")
	folder, err := migrationio.Open(path, migrationio.Identity{From: "old", To: "new"})
	if err != nil {
		fmt.Println(err)
		return
	}
	files := &migrationio.Files{Move: move, Source: records, Holders: from.Holders}
	names, err := folder.Write(files, migrationio.Options{})
	fmt.Println(names, err)

	_, err = migrationio.Open(path, migrationio.Identity{From: "annex", To: "new"})
	fmt.Println("another migration is refused:", err != nil)
	// Output:
	// [roster.csv crosswalk.csv missing-holders.csv loss.csv] <nil>
	// another migration is refused: true
}
