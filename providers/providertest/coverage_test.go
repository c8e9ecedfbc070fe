package providertest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/reconcile"
)

type pass struct {
	ID     string           `csv:"credential_id" roster:"key"`
	Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
	Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	Floor  string           `csv:"floor" roster:"managed,create,update,clear"`
	Label  string           `csv:"label" roster:"info"`
	State  string           `csv:"state" roster:"state"`
}

// TestCoverageFindsWhatNoRosterAsks: a managed column that no roster of a suite gives, updates or
// clears is found; a column that is not managed, or cannot do so, is not asked for.
func TestCoverageFindsWhatNoRosterAsks(t *testing.T) {
	schema := reconcile.NewSchema("example", pass{})
	floor, value := schema.Index("floor"), schema.Index("value")
	row := func(at int, cell reconcile.Cell) reconcile.Record {
		cells := schema.Blank(nil)
		cells[at] = cell
		return schema.Record(cells)
	}
	filled, cleared := reconcile.TextCell("3"), reconcile.EmptyCell()
	tried := newCoverage(schema)
	for _, step := range []struct {
		does   reconcile.Change
		leaves []string
	}{
		{reconcile.Change{Action: reconcile.Delete, Want: row(floor, filled)}, []string{
			"no roster of the suite that converges gives a new record value, floor",
			"no roster of the suite that converges updates value, floor",
			"no roster of the suite that converges clears floor",
		}},
		{reconcile.Change{Action: reconcile.Create, Want: row(floor, filled)}, []string{
			"no roster of the suite that converges gives a new record value",
			"no roster of the suite that converges updates value, floor",
			"no roster of the suite that converges clears floor",
		}},
		{reconcile.Change{Action: reconcile.Update, Want: row(floor, filled)}, []string{
			"no roster of the suite that converges gives a new record value",
			"no roster of the suite that converges updates value, floor",
			"no roster of the suite that converges clears floor",
		}},
		{reconcile.Change{
			Action: reconcile.Update, Want: row(floor, filled), Fields: reconcile.Columns(0).With(floor),
		}, []string{
			"no roster of the suite that converges gives a new record value",
			"no roster of the suite that converges updates value",
			"no roster of the suite that converges clears floor",
		}},
		{reconcile.Change{
			Action: reconcile.Update, Want: row(floor, cleared), Fields: reconcile.Columns(0).With(floor),
		}, []string{
			"no roster of the suite that converges gives a new record value",
			"no roster of the suite that converges updates value",
		}},
		{reconcile.Change{Action: reconcile.Create, Want: row(value, filled)}, []string{
			"no roster of the suite that converges updates value",
		}},
		{reconcile.Change{Action: reconcile.Update, Want: row(value, filled), Fields: reconcile.Columns(0).With(value)}, nil},
	} {
		tried.note(step.does)
		if diff := cmp.Diff(step.leaves, tried.missing()); diff != "" {
			t.Errorf("after %s: %s", step.does.Action, diff)
		}
	}
}
