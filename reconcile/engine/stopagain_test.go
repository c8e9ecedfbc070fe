package engine

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/reconcile"
)

// TestFailuresOfAnEarlierAttemptDoNotStopTheNext: otherwise a run that stop_after ended could never
// be finished.
func TestFailuresOfAnEarlierAttemptDoNotStopTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(6)
		var rows []map[string]string
		for i := range 6 {
			rows = append(rows, update(i, fmt.Sprint("w", i)))
		}
		for _, id := range []string{"c0", "c1"} {
			p.script[id] = []fault{{class: reconcile.Refused}}
		}
		plan, j := p.plan(t, false, rows...), newMemoryJournal(1<<30)
		options := Options{Provider: p, Journal: j, Concurrency: 1, StopAfter: 2}
		if run := Apply(t.Context(), plan, options); run.Stop != ErrTooManyFailures {
			t.Fatalf("stopped by %v", run.Stop)
		}
		options.Prior = j.replay()
		run := Apply(t.Context(), plan, options)
		if s := plan.Summarize(run.Outcome); run.Stop != nil || s.Applied != 4 || s.Failed != 2 {
			t.Errorf("resumed: %+v, stopped by %v", s, run.Stop)
		}
	})
}

// TestNothingIsWrittenAfterTheDeadline: a deadline that has passed before the run begins, or passes
// while a record is read, stops the write.
func TestNothingIsWrittenAfterTheDeadline(t *testing.T) {
	for _, after := range []time.Duration{-time.Hour, 0, 25 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			p := newProvider(3)
			plan := p.plan(t, false, update(0, "w0"), update(1, "w1"), update(2, "w2"))
			run := Apply(t.Context(), plan, Options{Provider: p, Concurrency: 3, Deadline: time.Now().Add(after)})
			if s := plan.Summarize(run.Outcome); s.NotAttempted != 3 || run.Wrote {
				t.Errorf("deadline in %v: %+v: %v", after, s, p.log)
			}
			for _, r := range run.Results() {
				if r.Reason != "the run stopped before: "+ErrDeadline.Error() {
					t.Errorf("line %d was not attempted: %q", r.Line, r.Reason)
				}
			}
		})
	}
}

// TestAResumedPathGoesOn: a change that waited for one that was not attempted is not attempted
// either, so that a resumed run sends it.
func TestAResumedPathGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(2)
		plan, j := p.plan(t, false, update(0, "w"), update(1, "v0")), newMemoryJournal(1<<30)
		p.reads["c0"] = &reconcile.Failure{Class: reconcile.Lost, Reason: "no answer"}
		options := Options{Provider: p, Journal: j, Concurrency: 1}
		Apply(t.Context(), plan, options)
		delete(p.reads, "c0")
		options.Prior = j.replay()
		run := Apply(t.Context(), plan, options)
		if s := plan.Summarize(run.Outcome); s.Applied != 2 {
			t.Errorf("resumed: %+v: %v", s, p.log)
		}
	})
}

// TestADoubtfulCreationIsReadBackFirst, even if no more of its type can be created: it may be
// there.
func TestADoubtfulCreationIsReadBackFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(0)
		p.script["h1"] = []fault{{class: reconcile.Exhausted}}
		row := func(holder string) map[string]string {
			return map[string]string{"holder_id": holder, "type": "pin", "value": "v" + holder}
		}
		plan := p.plan(t, false, row("h1"), row("h2"))
		p.put("c9", "h2", "pin", "vh2") // the answer was lost with the process
		prior := func(line int) Prior { return Prior{InDoubt: line == 1} }
		run := Apply(t.Context(), plan, Options{Provider: p, Concurrency: 1, Prior: prior})
		if got := run.Result(1); got.Outcome != reconcile.Applied || got.NewID != "c9" {
			t.Errorf("%v (%s): %v", got.Outcome, got.Reason, p.log)
		}
	})
}
