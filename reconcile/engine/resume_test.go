package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"keyroster/reconcile"
)

// memoryJournal keeps what a journal on disk would, and dies at its nth call: nothing more is
// written, and the goroutine that called it ends, as the process would.
type memoryJournal struct {
	mu      sync.Mutex
	left    int
	dead    bool
	intents map[int]bool
	results map[int]Result
	parked  map[int]bool
}

var errDead = errors.New("the process died")

func newMemoryJournal(left int) *memoryJournal {
	return &memoryJournal{left: left, intents: map[int]bool{}, results: map[int]Result{}, parked: map[int]bool{}}
}

// live counts a boundary down; there is one on both sides of a line.
func (j *memoryJournal) live(write func()) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for range 2 {
		if j.dead {
			return errDead
		}
		if j.left--; j.left < 0 {
			j.dead = true
			return errDead
		}
		write()
		write = func() {}
	}
	return nil
}

func (j *memoryJournal) Announce(steps []Step) error {
	return j.live(func() {
		for _, s := range steps {
			j.intents[s.Line] = true
		}
	})
}

func (j *memoryJournal) Intent(s Step, _ int) error {
	return j.live(func() {
		j.intents[s.Line] = true
		delete(j.results, s.Line)
	})
}
func (j *memoryJournal) ReadBack(Step, Found) error { return j.live(func() {}) }

func (j *memoryJournal) Done(s Step, _ Result) error {
	return j.live(func() {
		if s.Op == OpPark || s.Op == OpUnpark {
			j.parked[s.Line] = s.Op == OpPark
		}
	})
}
func (j *memoryJournal) Finish(reconcile.Finish, error) error { return nil }

func (j *memoryJournal) Outcome(r Result) error {
	return j.live(func() { j.results[r.Line] = r })
}

// replay returns what the journal says now, as a later process reads it.
func (j *memoryJournal) replay() func(line int) Prior {
	intents, results, parked := maps.Clone(j.intents), maps.Clone(j.results), maps.Clone(j.parked)
	return func(line int) Prior {
		res, known := results[line]
		switch {
		case known && res.Outcome == reconcile.NotAttempted:
			return Prior{}
		case known && res.Outcome != reconcile.Unknown:
			return Prior{Recorded: true, Result: res, Parked: parked[line]}
		}
		return Prior{InDoubt: intents[line]}
	}
}

// dying is a provider whose process dies with the journal: no call is answered any more, and those
// in flight may have taken effect.
type dying struct {
	*provider
	journal *memoryJournal
}

func (d *dying) Write(ctx context.Context, c reconcile.Change) (reconcile.Receipt, error) {
	receipt, err := d.provider.Write(ctx, c)
	d.journal.mu.Lock()
	dead := d.journal.dead
	d.journal.mu.Unlock()
	if dead {
		runtime.Gosched()
		return reconcile.Receipt{}, errDead
	}
	return receipt, err
}

// TestLawResume: a run that dies at any boundary of its journal and is resumed ends like one that
// did not die: no record is created twice, no taken value is tried, and nobody stays parked. A run
// that is settled instead leaves nobody parked either.
func TestLawResume(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hands := drawHands(rt, 8)
		deaths := rapid.SliceOfN(rapid.IntRange(0, 30), 1, 3).Draw(rt, "deaths")
		settle := rapid.Bool().Draw(rt, "settle")
		workers := rapid.IntRange(1, 3).Draw(rt, "workers")
		freshness := rapid.SampledFrom([]Freshness{FreshRead, FreshListing}).Draw(rt, "freshness")
		problem := ""
		synctest.Test(t, func(t *testing.T) {
			p, rows := hands.rows()
			plan := p.plan(t, true, rows...)
			j := newMemoryJournal(0)
			options := Options{Concurrency: workers, Park: parking, Freshness: freshness}
			for _, left := range deaths {
				j.left, j.dead = left, false
				options.Provider, options.Journal = &dying{p, j}, j
				options.Prior = j.replay()
				Apply(t.Context(), plan, options)
			}
			j.left, j.dead = 1<<30, false
			options.SettleOnly, options.Prior = settle, j.replay()
			run := Apply(t.Context(), plan, options)
			problem = judge(p, plan, run)
			if s := plan.Summarize(run.Outcome); problem == "" && !settle && s.Applied+s.Unchanged+s.Unlisted != len(plan.Lines) {
				problem = fmt.Sprintf("%+v: %v", s, p.log)
			}
			if problem == "" && p.made > hands.created {
				problem = fmt.Sprintf("%d creations for %d rows: %v", p.made, hands.created, p.log)
			}
		})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

// TestLateArrival: what a killed process sent last may take effect after a resumed run has read its
// record back. The creation that is sent again is then in its own way, which is not a conflict.
func TestLateArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(0)
		plan := p.plan(t, false, map[string]string{"holder_id": "new", "type": "card", "value": cardNumber(1)})
		p.script["new"] = []fault{{class: reconcile.Moved, applied: true}}
		run := Apply(t.Context(), plan, Options{
			Provider: p, Concurrency: 1,
			Prior: func(int) Prior { return Prior{InDoubt: true} },
		})
		if res := run.Result(0); res.Outcome != reconcile.Applied || res.NewID != "new1" {
			t.Errorf("the creation ends %v (%s), made %q", res.Outcome, res.Reason, res.NewID)
		}
	})
}
