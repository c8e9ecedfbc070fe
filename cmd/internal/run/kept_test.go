package run_test

import (
	"testing"

	"keyroster/io/store"
	"keyroster/io/store/storetest"
)

// TestDamagedValuesStopNoNight: a run whose old values were damaged while it was open still comes
// to its end.
func TestDamagedValuesStopNoNight(t *testing.T) {
	lines, _ := changes()
	for call := range 200 {
		s := newSite(t)
		faulty := storetest.Faulty(s.kept.Process(), call, storetest.After)
		_, _ = s.applyIn(faulty, s.roster(lines...))
		must(t, faulty.Bury(func(store.Tenant, store.Lock) { s.dies() }))
		open := s.state().OpenRun
		if open == "" || !s.runOf(open).Has(store.SealedFile) {
			continue
		}
		s.damage(s.runOf(open))
		_, err := s.apply(s.roster(lines...))
		must(t, err)
		if done := s.runOf(open); done.Assess().Status != store.RunClosed || done.Has(store.UndoFile) {
			t.Errorf("the run stands %s", done.Assess().Status)
		}
		return
	}
	t.Fatal("no death leaves a run open")
}
