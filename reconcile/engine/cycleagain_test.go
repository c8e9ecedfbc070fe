package engine

import (
	"fmt"
	"testing"
	"testing/synctest"

	"keyroster/reconcile"
)

// killed applies a swap of n records in a process that dies with its journal after so many
// boundaries, and returns what is left.
func killed(t *testing.T, n, left int) (*provider, *reconcile.Plan, *memoryJournal) {
	p, rows := swap(n)
	plan := p.plan(t, true, rows...)
	j := newMemoryJournal(left)
	Apply(t.Context(), plan, Options{Provider: &dying{p, j}, Journal: j, Concurrency: 1, Park: parking})
	j.left, j.dead = 1<<30, false
	return p, plan, j
}

// TestAResumedCycleKeepsWhatSomebodyWrote: whatever the boundary at which the process died, and
// whichever record somebody changed before the run resumes, the change stays and nobody is left on
// a temporary value.
func TestAResumedCycleKeepsWhatSomebodyWrote(t *testing.T) {
	const n = 4
	for left := range 24 {
		for edited := range n {
			for _, settle := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					p, plan, j := killed(t, n, left)
					id := fmt.Sprint("c", edited)
					over := len(j.results) == n // verification notices it, not the cycle
					p.put(id, fmt.Sprint("h", edited), "card", "99999999")
					run := Apply(t.Context(), plan, Options{Provider: p, Journal: j, Prior: j.replay(), Concurrency: 1, Park: parking, SettleOnly: settle})
					at := fmt.Sprintf("died after %d lines, c%d changed, settle %v", left, edited, settle)
					if got := p.records[id][2]; got != "99999999" {
						t.Errorf("%s: the change was overwritten with %s: %v", at, got, p.log)
					}
					for i := range n {
						now := p.records[fmt.Sprint("c", i)][2]
						if now != cardNumber(i) && now != cardNumber((i+1)%n) && now != "99999999" {
							t.Errorf("%s: c%d is left on %s (parked %v): %v", at, i, now, run.Parked, p.log)
						}
						res := run.Result(i)
						if !over && (res.Outcome == reconcile.Applied) != (now == cardNumber((i+1)%n)) {
							t.Errorf("%s: c%d holds %s and is said to be %v (%s)", at, i, now, res.Outcome, res.Reason)
						}
						if res.Outcome != reconcile.Applied && res.Reason == "" {
							t.Errorf("%s: c%d is %v for no reason", at, i, res.Outcome)
						}
					}
					if len(run.Parked) > 0 || p.clashes > 0 {
						t.Errorf("%s: parked %v, %d clashes", at, run.Parked, p.clashes)
					}
				})
			}
		}
	}
}

// TestARecordLeftParkedIsNotForgotten: a later attempt at the run brings it home, and until then
// the doors are told nothing.
func TestARecordLeftParkedIsNotForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, rows := swap(3)
		plan := p.plan(t, true, rows...)
		j := newMemoryJournal(1 << 30)
		refused := fault{class: reconcile.Refused}
		p.script["c1"] = []fault{refused}
		p.script["c0"] = []fault{{}, refused, {}, refused}
		options := Options{Provider: p, Journal: j, Concurrency: 1, Park: parking}
		run := Apply(t.Context(), plan, options)
		if len(run.Parked) != 1 {
			t.Fatalf("parked %v: %v", run.Parked, p.log)
		}
		// The records cannot be read, so it is unknown whether it is still parked.
		options.Prior = j.replay()
		p.reads["c2"] = &reconcile.Failure{Class: reconcile.Lost, Reason: "no answer"}
		run = Apply(t.Context(), plan, options)
		if Deliver(t.Context(), run, p, nil); run.FinishErr != ErrParked {
			t.Errorf("a sync was sent while a record is parked: %v", p.log)
		}
		delete(p.reads, "c2")
		options.Prior = j.replay()
		run = Apply(t.Context(), plan, options)
		if s := plan.Summarize(run.Outcome); s.Applied != 3 || len(run.Parked) != 0 {
			t.Errorf("%+v, parked %v: %v", s, run.Parked, p.log)
		}
	})
}
