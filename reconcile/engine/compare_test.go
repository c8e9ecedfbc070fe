package engine

import (
	"testing"

	"keyroster/reconcile"
)

type document struct {
	ID      string `csv:"document_id" roster:"key"`
	Title   string `csv:"title" roster:"managed,create,update,pairs,title"`
	Note    string `csv:"note" roster:"info"`
	Version string `csv:"version" roster:"info,version"`
}

// TestDiffersByVersion: a version tells that a record moved although no column of the roster did; a
// version that one side does not know tells nothing.
func TestDiffersByVersion(t *testing.T) {
	schema := reconcile.NewSchema("documents", document{})
	record := func(title, note, version string) reconcile.Record {
		set := reconcile.NewSet(schema, 1)
		return set.Record(set.Add([]reconcile.Cell{
			reconcile.TextCell("d1"), reconcile.TextCell(title), reconcile.TextCell(note), reconcile.TextCell(version),
		}))
	}
	before := record("A", "x", "4")
	for _, c := range []struct {
		now  reconcile.Record
		want string
	}{
		{record("A", "x", "4"), ""},
		{record("A", "other", "4"), ""},
		{record("A", "x", "5"), "version"},
		{record("A", "x", ""), ""},
		{record("B", "x", "4"), "title"},
	} {
		if got := differs(before, c.now); got != c.want {
			t.Errorf("differs: %q, want %q", got, c.want)
		}
	}
}
