package run

import (
	"testing"

	"keyroster/providers/all"
	"keyroster/reconcile"
)

// TestBackupSaysWhatWasEmpty: a backup clears again what a change filled, even if the provider
// cannot clear it: applying the backup then says so instead of calling a record right that the run
// left different.
func TestBackupSaysWhatWasEmpty(t *testing.T) {
	schema := all.Lookup("seam").Schema
	record := func(texts map[string]string) reconcile.Record {
		cells := make([]reconcile.Cell, len(schema.Columns))
		for i := range cells {
			cells[i] = reconcile.EmptyCell()
			if text := texts[schema.Columns[i].Name]; text != "" {
				cells[i] = reconcile.TextCell(text)
			}
		}
		set := reconcile.NewSet(schema, 1)
		return set.Record(set.Add(cells))
	}
	have := record(map[string]string{"credential_id": "c1", "value": "4711"})
	want := record(map[string]string{"credential_id": "c1", "value": "4711", "ends_at": "2037-01-01T00:00:00Z"})
	ends, starts := schema.Index("ends_at"), schema.Index("starts_at")
	change := reconcile.Change{Action: reconcile.Update, Have: have, Want: want, Fields: reconcile.Columns(0).With(ends)}
	if got := columnBefore(change, ends); got != reconcile.EmptyMarker {
		t.Errorf("the end that the run gave is %q in the backup", got)
	}
	if got := columnBefore(change, starts); got != "" {
		t.Errorf("the start that nobody touched is %q in the backup", got)
	}
	change.Action = reconcile.Delete
	if got := columnBefore(change, ends); got != "" {
		t.Errorf("the end of a deleted credential is %q in the backup", got)
	}
}
