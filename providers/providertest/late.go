package providertest

import (
	"time"

	"keyroster/reconcile"
)

// playsLateReads: where reads lie behind, the sandbox shows neither in a listing
// nor by its id what was written, although it was.
func playsLateReads(t prover, s *Suite) {
	for _, action := range actions {
		w := newWorld(t, s, options{})
		w.gate.api.Lag(time.Hour)
		client := w.open()
		plan := w.planned(client, action)
		if _, err := client.Write(t.Context(), plan.Change(0)); err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		have := plan.Change(0).Have
		now, err := client.Read(t.Context(), plan.Change(0))
		if err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		if now.Valid() != have.Valid() || have.Valid() && !equal(have, now) {
			t.Errorf("%s: a read shows what was written", action)
		}
		listed := w.list(client)
		if now = (reconcile.Record{}); have.Valid() {
			now = find(listed, have.ID())
		}
		if listed.Records.Len() != plan.Have.Len() || now.Valid() != have.Valid() || have.Valid() && !equal(have, now) {
			t.Errorf("%s: a listing shows what was written", action)
		}
		w.gate.api.Lag(0)
		done := w.gate.applied()
		if len(done) != 1 {
			t.Errorf("%s: %v was applied", action, done)
		}
	}
}

func equal(a, b reconcile.Record) bool {
	for n := range a.Schema().Columns {
		if a.Cell(n).State() != b.Cell(n).State() || a.Cell(n).Text() != b.Cell(n).Text() {
			return false
		}
	}
	return true
}
