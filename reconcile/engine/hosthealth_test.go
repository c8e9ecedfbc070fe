package engine

import (
	"testing"
	"testing/synctest"

	"keyroster/reconcile"
)

// TestServerErrorOfOneRecord: a record on which the provider stumbles at every read stops nothing;
// a host that does so on every record stops the run.
func TestServerErrorOfOneRecord(t *testing.T) {
	stumble := &reconcile.Failure{Class: reconcile.Unreachable, Reason: "answered 500", HTTPStatus: 500}
	for name, c := range map[string]struct {
		bad                  []string
		lost                 bool
		applied, left, doubt int
		stops                bool
	}{
		"one":                           {bad: []string{"c1"}, applied: 5, left: 1},
		"some, not in a row":            {bad: []string{"c0", "c1", "c3", "c5"}, applied: 2, left: 4},
		"all":                           {bad: []string{"c0", "c1", "c2", "c3", "c4", "c5"}, left: 6, stops: true},
		"the only one":                  {bad: []string{"c0"}, left: 1, stops: true},
		"one after its answer was lost": {bad: []string{"c1"}, lost: true, applied: 5, doubt: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newProvider(6)
				options := Options{Provider: p, Concurrency: 1}
				for _, id := range c.bad {
					p.reads[id] = stumble
					if c.lost {
						options.Freshness = FreshListing
						p.script[id] = []fault{{class: reconcile.Lost, applied: true}}
					}
				}
				rows := []map[string]string{update(0, "a"), update(1, "b"), update(2, "c"), update(3, "d"), update(4, "e"), update(5, "f")}
				run := Apply(t.Context(), p.plan(t, false, rows[:c.applied+c.left+c.doubt]...), options)
				s := run.Plan.Summarize(run.Outcome)
				if s.Applied != c.applied || s.NotAttempted != c.left || s.Unknown != c.doubt || (run.Stop != nil) != c.stops {
					t.Errorf("%+v, stop %v", s, run.Stop)
				}
			})
		})
	}
}
