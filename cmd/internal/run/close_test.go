package run_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/io/journalio"
	"keyroster/io/store"
)

// closed checks that a journal was closed.
func closed(t *testing.T, journal *journalio.Journal) {
	t.Helper()
	if err := journal.Append(false); !errors.Is(err, journalio.ErrClosed) {
		t.Errorf("the journal is still open: %v", err)
	}
}

// TestNoRoomForTheEnd: a journal that does not take its last line is closed, and its run stays
// open.
func TestNoRoomForTheEnd(t *testing.T) {
	s := newSite(t)
	var kept atomic.Pointer[journalio.Journal]
	s.options.Append = func(journal *journalio.Journal, sync bool, entries ...journalio.Entry) error {
		kept.Store(journal)
		if len(entries) > 0 && entries[0].Kind == journalio.KindEnd {
			return errFull
		}
		return journal.Append(sync, entries...)
	}
	lines, after := changes()
	s.watch.may(columnBefore(), after)
	out, err := s.apply(s.roster(lines...))
	must(t, err)
	closed(t, kept.Load())
	if s.state().OpenRun != out.Run.ID() || out.Run.Assess().Status != store.RunOpen {
		t.Errorf("the state says %+v, the run %+v", s.state(), out.Run.Assess())
	}
	s.options.Append = nil
	must(t, s.resume(out.Run.ID()))
	s.inOrder(after)
}

// TestPanicAtTheEnd: a run that panics while its end is written closes its journal, and says where
// it is and what is owed.
func TestPanicAtTheEnd(t *testing.T) {
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	var kept atomic.Pointer[journalio.Journal]
	s.options.Append = func(journal *journalio.Journal, sync bool, entries ...journalio.Entry) error {
		kept.Store(journal)
		if entries[0].Kind == journalio.KindOutcome {
			cancel()
		}
		return journal.Append(sync, entries...)
	}
	s.options.ExitCode = func(failure.Kind) int { panic("value 0010000002") }
	lines, after := changes()
	s.watch.may(columnBefore(), after)
	out, err := run.Apply(ctx, s.open(), s.kept.Process(), s.roster(lines...), time.Now(), s.options)
	wants(t, err, failure.Stopped, "close_test.go:", "keyroster resume")
	closed(t, kept.Load())
	if out.Run == nil || out.SyncOwed == nil || failure.Of(err).Run != out.Run.Place() {
		t.Errorf("outcome %+v, error %+v", out, err)
	}
	s.options.ExitCode, s.options.Append = nil, nil
	must(t, s.resume(out.Run.ID()))
	s.inOrder(after)
}

// leavesOpen leaves a run of this roster whose process died after its commit, and returns its id.
func (s *site) leavesOpen(lines ...string) string {
	s.Helper()
	planned, err := s.lock().Plan(s.Context(), s.roster(lines...), time.Now())
	must(s, err)
	_, err = planned.Commit(s.Context())
	must(s, err)
	s.dies()
	return s.state().OpenRun
}

// TestExpiryBehindARunThatCannotBeSettled: old runs are deleted even on a night whose run is held
// up by an earlier one.
func TestExpiryBehindARunThatCannotBeSettled(t *testing.T) {
	s := newSite(t)
	lines, _ := changes()
	roster := s.roster(lines...)
	old, err := run.Apply(t.Context(), s.open(), s.kept.Process(), roster, time.Now().Add(-48*time.Hour), s.options)
	must(t, err)
	good, err := s.apply(roster)
	must(t, err)
	s.config.KeepRuns = 24 * time.Hour
	lines[4] = "K5,505,card,0010000056,"
	open := s.leavesOpen(lines...)
	must(t, s.runOf(open).Remove(store.JournalFile))
	_, err = s.apply(roster)
	wants(t, err, failure.Stopped, "journal", "--abandon")
	for id, want := range map[string]bool{old.Run.ID(): false, good.Run.ID(): true, open: true} {
		if _, err := s.kept.Process().Run(id); (err == nil) != want {
			t.Errorf("run %s: %v, want it kept %v", id, err, want)
		}
	}
}
