package history

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/reportio"
	"keyroster/io/store"
)

// TestRecall: what the memory lacks about a tenant is taken from its runs.
func TestRecall(t *testing.T) {
	lastGood := func(run *store.Run) *store.LastGood {
		at, _ := store.Began(run.ID())
		return &store.LastGood{RunID: run.ID(), Records: 100, Rows: 90, At: at.Add(60e9)}
	}
	for name, c := range map[string]struct {
		// make sets up the site and returns what should be known, and from where.
		make func(s *site) (store.State, reportio.MemoryFrom)
		warn string
	}{
		"nothing": {func(*site) (store.State, reportio.MemoryFrom) {
			return store.State{}, reportio.MemoryNone
		}, ""},
		"the state": {func(s *site) (store.State, reportio.MemoryFrom) {
			s.closed(1, nil)
			state := store.State{LastGood: &store.LastGood{RunID: "R0", Records: 5, Rows: 4, At: began}, SyncOwed: true}
			must(s.t, store.SaveState(s.tenant, s.lock, state))
			return state, reportio.MemoryState
		}, ""},
		"a state without a good run": {func(s *site) (store.State, reportio.MemoryFrom) {
			run := s.closed(0, nil)
			s.open(1) // what the state says of open runs and of doors still holds
			must(s.t, store.SaveState(s.tenant, s.lock, store.State{}))
			return store.State{LastGood: lastGood(run)}, reportio.MemoryRuns
		}, ""},
		"the last of two good runs": {func(s *site) (store.State, reportio.MemoryFrom) {
			s.closed(0, nil)
			return store.State{LastGood: lastGood(s.closed(1, nil))}, reportio.MemoryRuns
		}, ""},
		"a good run, and a refused one after it": {func(s *site) (store.State, reportio.MemoryFrom) {
			run := s.closed(0, nil)
			s.closed(1, func(r *reportio.Report) { r.ExitCode, r.Sizes = 4, nil })
			return store.State{LastGood: lastGood(run)}, reportio.MemoryRuns
		}, ""},
		"runs of other tenants": {func(s *site) (store.State, reportio.MemoryFrom) {
			s.closed(0, func(r *reportio.Report) { r.Tenant = "other" })
			s.closed(1, func(r *reportio.Report) { r.Provider = "seam" })
			s.closed(2, func(r *reportio.Report) { r.RunID = "another run's" })
			s.plan(s.open(3), func(p *reportio.PlanFile) { p.Tenant = "other" })
			return store.State{}, reportio.MemoryNone
		}, ""},
		"doors that were not told": {func(s *site) (store.State, reportio.MemoryFrom) {
			run := s.closed(0, func(r *reportio.Report) { r.Sync.Needed = true })
			return store.State{LastGood: lastGood(run), SyncOwed: true}, reportio.MemoryRuns
		}, ""},
		"an interrupted run after a good one": {func(s *site) (store.State, reportio.MemoryFrom) {
			good := s.closed(0, nil)
			return store.State{LastGood: lastGood(good), OpenRun: s.open(1).ID(), SyncOwed: true}, reportio.MemoryRuns
		}, "no state for this tenant: the last run in the runs folder was not finished; treating a sync as owed"},
		"an interrupted run before a good one": {func(s *site) (store.State, reportio.MemoryFrom) {
			s.open(0)
			return store.State{LastGood: lastGood(s.closed(1, nil))}, reportio.MemoryRuns
		}, ""},
		"a run that was given up": {func(s *site) (store.State, reportio.MemoryFrom) {
			run := s.open(0)
			must(s.t, run.Write(store.AbandonedFile, empty))
			return store.State{SyncOwed: true}, reportio.MemoryNone
		}, ""},
		"a run that was begun, and no state": {func(s *site) (store.State, reportio.MemoryFrom) {
			run := s.open(0)
			must(s.t, s.lock.Begin(run))
			return store.State{OpenRun: run.ID(), SyncOwed: true}, reportio.MemoryNone
		}, "state.json is missing from the state folder: treating the last run as open, and a sync as owed"},
		"a run that was begun and is gone": {func(s *site) (store.State, reportio.MemoryFrom) {
			run := s.open(0)
			must(s.t, s.lock.Begin(run))
			must(s.t, run.Discard())
			return store.State{OpenRun: run.ID(), SyncOwed: true}, reportio.MemoryNone
		}, "state.json is missing from the state folder: treating the last run as open, and a sync as owed"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			want, from := c.make(s)
			got, err := LoadMemory(s.store, s.tenant, "hq", s.logger())
			must(t, err)
			if diff := cmp.Diff(want, got.State); diff != "" {
				t.Error(diff)
			}
			basis := reportio.Memory{From: from}
			if last := want.LastGood; last != nil {
				basis.RunID, basis.Sizes = last.RunID, reportio.Sizes{Records: last.Records, Rows: last.Rows}
			}
			if diff := cmp.Diff(basis, got.Basis); diff != "" {
				t.Error(diff)
			}
			if !strings.Contains(s.log.String(), c.warn) || c.warn == "" && s.log.Len() > 0 {
				t.Errorf("logged: %s", &s.log)
			}
		})
	}
}

// TestRecallByAccount: a report from a version that did not name the tenant is found by the
// account's name, and the memory says so.
func TestRecallByAccount(t *testing.T) {
	s := newSite(t)
	s.closed(0, func(r *reportio.Report) { r.Tenant = "" })
	got, err := LoadMemory(s.store, s.tenant, "hq", s.logger())
	must(t, err)
	if lastRecords(&got) != 100 || !got.Basis.ByAccount {
		t.Errorf("%+v", got)
	}
	got, err = LoadMemory(s.store, s.tenant, "lab", s.logger())
	must(t, err)
	if lastRecords(&got) != 0 || got.Basis.ByAccount {
		t.Errorf("by another name: %+v", got)
	}
}

// TestRecallOfOneSecond: nothing says which of two runs within one second was the last; an open one
// counts.
func TestRecallOfOneSecond(t *testing.T) {
	for range 8 { // their ids are random
		s := newSite(t)
		s.closed(0, nil)
		open := s.open(0)
		got, err := LoadMemory(s.store, s.tenant, "hq", s.logger())
		must(t, err)
		if got.OpenRun != open.ID() || lastRecords(&got) != 100 {
			t.Fatalf("%+v", got)
		}
	}
}

func TestRecallOfADamagedState(t *testing.T) {
	s := newSite(t)
	must(t, s.lock.Save(store.StateDocument, []byte("{")))
	if _, err := LoadMemory(s.store, s.tenant, "hq", s.logger()); err == nil ||
		!strings.HasPrefix(err.Error(), "read state: ") {
		t.Errorf("%v", err)
	}
}

// lastRecords returns the number of records that the last good run left, or 0.
func lastRecords(m *Memory) int {
	if m.LastGood == nil {
		return 0
	}
	return m.LastGood.Records
}
