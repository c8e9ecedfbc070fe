package providertest

import (
	"time"

	"keyroster/reconcile"
)

// servesLateReads: with late reads, the sandbox shows a write neither in a listing nor by
// its id, although it took effect.
func servesLateReads(t prover, s *Suite) {
	forEachAction(t, s, func(x *changeTest) {
		x.gate.api.Lag(time.Hour)
		if _, err := x.client.Write(t.Context(), x.change); err != nil {
			t.Fatalf("%s: %v", x.action, err)
		}
		have := x.change.Have
		asBefore := func(now reconcile.Record, where string) {
			if now.Valid() != have.Valid() || have.Valid() && !equal(have, now) {
				t.Errorf("%s: a %s shows what was written", x.action, where)
			}
		}
		now, err := x.client.Read(t.Context(), x.change)
		if err != nil {
			t.Fatalf("%s: %v", x.action, err)
		}
		asBefore(now, "read")
		listed := x.list(x.client)
		if now = (reconcile.Record{}); have.Valid() {
			now = find(listed, have.ID())
		}
		asBefore(now, "listing")
		if listed.Records.Len() != x.only.Have.Len() {
			t.Errorf("%s: a listing shows what was written", x.action)
		}
		x.gate.api.Lag(0)
		if done := x.gate.applied(); len(done) != 1 {
			t.Errorf("%s: %v was applied", x.action, done)
		}
	})
}

func equal(a, b reconcile.Record) bool {
	for n := range a.Schema().Columns {
		if a.Cell(n).State() != b.Cell(n).State() || a.Cell(n).Text() != b.Cell(n).Text() {
			return false
		}
	}
	return true
}
