package run_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/run"
	"keyroster/io/store"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// TestAShortValueIsNotTakenForATemporaryOne: one PIN in a few thousand equals what a run would have
// made for it; it is its owner's own unless the run may have parked it.
func TestAShortValueIsNotTakenForATemporaryOne(t *testing.T) {
	schema := all.Lookup("doorflow").Schema
	have := reconcile.NewSet(schema, 2)
	for id, value := range map[string]string{"K1": "5037", "K2": "8108"} {
		cells := make([]reconcile.Cell, len(schema.Columns))
		cells[schema.Index("credential_id")] = reconcile.TextCell(id)
		cells[schema.Value()] = reconcile.TextCell(value)
		have.Add(cells)
	}
	key := []byte("a key of thirty-two bytes or so..")
	known, held := store.State{}, map[string]string{}
	for n := 0; len(held) == 0; n++ {
		known.OpenRun = fmt.Sprintf("R%d", n)
		held = run.LeftoversOf(&known, key, have)
	}
	found := ""
	for id := range held {
		found = id
	}
	for _, c := range []struct {
		name string
		may  map[string][]string
		want map[string]string
	}{
		{"of a run that did not say", nil, held},
		{"of one that parks it", map[string][]string{known.OpenRun: {"K0", found}}, held},
		{"of one that parks another", map[string][]string{known.OpenRun: {"K0"}}, map[string]string{}},
		{"of one without cycles", map[string][]string{known.OpenRun: {}}, map[string]string{}},
		{"of another run", map[string][]string{"other": {}}, held},
	} {
		known.MayPark = c.may
		if diff := cmp.Diff(c.want, run.LeftoversOf(&known, key, have)); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}
