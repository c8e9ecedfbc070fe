package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/reconcile"
)

func TestApplyRunsChangesSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(10)
		var rows []map[string]string
		for i := range 10 {
			rows = append(rows, update(i, fmt.Sprint("w", i)))
		}
		start := time.Now()
		var settled atomic.Int32
		run := Apply(t.Context(), p.plan(t, false, rows...), Options{Provider: p, Concurrency: 4, Freshness: FreshListing, Progress: func(int) { settled.Add(1) }})
		if took := time.Since(start); took != 150*time.Millisecond {
			t.Errorf("10 writes of 50 ms, 4 at once, took %v", took)
		}
		if p.peak != 4 || settled.Load() != 10 {
			t.Errorf("peak %d, settled %d", p.peak, settled.Load())
		}
		for _, r := range run.Results() {
			if r.Outcome != reconcile.Applied || r.HTTPStatus != 200 || r.Attempts != 1 {
				t.Errorf("%+v", r)
			}
		}
	})
}

// TestOutcomesOfAWrite: each script is what happens to the one write; reads is the error, if any,
// of reading the record back.
func TestOutcomesOfAWrite(t *testing.T) {
	lostBefore, lostAfter := fault{class: reconcile.Lost}, fault{class: reconcile.Lost, applied: true}
	change := update(0, "new")
	create := map[string]string{"holder_id": "h9", "type": "pin", "value": "new"}
	remove := map[string]string{"credential_id": "c0", "state": "absent"}
	dead := &reconcile.Failure{Class: reconcile.Unreachable, Reason: "no answer"}
	cases := map[string]struct {
		row    map[string]string
		script []fault
		reads  error
		want   reconcile.Outcome
		writes int
		made   int
	}{
		"update":                           {change, nil, nil, reconcile.Applied, 1, 0},
		"update refused":                   {change, []fault{{class: reconcile.Refused}}, nil, reconcile.Failed, 1, 0},
		"update lost after it took effect": {change, []fault{lostAfter}, nil, reconcile.Applied, 1, 0},
		"update lost before":               {change, []fault{lostBefore}, nil, reconcile.Applied, 2, 0},
		"update lost before, then refused": {change, []fault{lostBefore, {class: reconcile.Refused}}, nil, reconcile.Failed, 2, 0},
		"update lost each time":            {change, []fault{lostBefore, lostBefore, lostBefore}, nil, reconcile.Failed, 3, 0},
		"update lost, not readable":        {change, []fault{lostAfter}, dead, reconcile.Unknown, 1, 0},
		"create":                           {create, nil, nil, reconcile.Applied, 1, 1},
		"create lost after it took effect": {create, []fault{lostAfter}, nil, reconcile.Applied, 1, 1},
		"create lost before":               {create, []fault{lostBefore}, nil, reconcile.Applied, 2, 1},
		"create lost, not readable":        {create, []fault{lostAfter}, dead, reconcile.Unknown, 1, 1},
		"create refused as moved":          {create, []fault{{class: reconcile.Moved}}, nil, reconcile.Conflict, 1, 0},
		"delete":                           {remove, nil, nil, reconcile.Applied, 1, 0},
		"delete lost after it took effect": {remove, []fault{lostAfter}, nil, reconcile.Applied, 1, 0},
		"delete lost before":               {remove, []fault{lostBefore}, nil, reconcile.Applied, 2, 0},
		"delete already gone":              {remove, []fault{{class: reconcile.Gone}}, nil, reconcile.Applied, 1, 0},
		"update of a record that is gone":  {change, []fault{{class: reconcile.Gone}}, nil, reconcile.Conflict, 1, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newProvider(2)
				plan := p.plan(t, false, c.row)
				who := p.name(plan.Change(0))
				p.script[who], p.reads[who] = c.script, c.reads
				run := Apply(t.Context(), plan, Options{Provider: p, Concurrency: 1, Freshness: FreshListing})
				res := run.Results()[0]
				writes := 0
				for _, call := range p.log {
					if !strings.HasPrefix(call, "read") {
						writes++
					}
				}
				if res.Outcome != c.want || writes != c.writes || p.made != c.made {
					t.Errorf("outcome %v (%s) after %d writes and %d creations, want %v, %d, %d", res.Outcome, res.Reason, writes, p.made, c.want, c.writes, c.made)
				}
				if res.Outcome != reconcile.Applied && res.Reason == "" {
					t.Error("no reason")
				}
				if res.Attempts != c.writes {
					t.Errorf("%d attempts are told, and %d were made", res.Attempts, c.writes)
				}
			})
		})
	}
}

func TestOneBadRecordDoesNotStopItsNeighbours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(5)
		p.script["c2"] = []fault{{class: reconcile.Refused}}
		run := Apply(t.Context(), p.plan(t, false, update(0, "a"), update(1, "b"), update(2, "c"), update(3, "d"), update(4, "e")), Options{Provider: p, Concurrency: 2})
		s := run.Plan.Summarize(run.Outcome)
		if s.Applied != 4 || s.Failed != 1 || run.Stop != nil {
			t.Errorf("%+v, stop %v", s, run.Stop)
		}
	})
}

func TestFatalCausesStopTheRest(t *testing.T) {
	for _, class := range []reconcile.Class{reconcile.Denied, reconcile.Unreachable} {
		synctest.Test(t, func(t *testing.T) {
			p := newProvider(5)
			p.script["c1"] = []fault{{class: class}}
			run := Apply(t.Context(), p.plan(t, false, update(0, "a"), update(1, "b"), update(2, "c"), update(3, "d")), Options{Provider: p, Concurrency: 1})
			s := run.Plan.Summarize(run.Outcome)
			if s.Applied != 1 || s.NotAttempted < 2 || reconcile.ClassOf(run.Stop) != class {
				t.Errorf("%+v, stop %v", s, run.Stop)
			}
			if got := run.Result(3).Reason; got != "the run stopped before: scripted" {
				t.Error(got)
			}
		})
	}
}

func TestInterruptFinishesWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(6)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(75*time.Millisecond, cancel)
		plan := p.plan(t, false, update(0, "a"), update(1, "b"), update(2, "c"), update(3, "d"), update(4, "e"), update(5, "f"))
		run := Apply(ctx, plan, Options{Provider: p, Concurrency: 2, Freshness: FreshListing})
		s := run.Plan.Summarize(run.Outcome)
		if s.Applied != 4 || s.NotAttempted != 2 || !errors.Is(run.Stop, context.Canceled) {
			t.Errorf("%+v, stop %v", s, run.Stop)
		}
	})
}

// unheard is a context that has ended without those who wait for it having been told yet.
type unheard struct {
	context.Context
	ended atomic.Bool
}

func (u *unheard) Err() error {
	if u.ended.Load() {
		return context.Canceled
	}
	return u.Context.Err()
}

// TestInterruptIsAskedForBeforeEachWrite: even on a busy machine, nothing is sent between an
// interruption and the moment when it is reported.
func TestInterruptIsAskedForBeforeEachWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, ctx := newProvider(3), &unheard{Context: t.Context()}
		p.wrote = func() { ctx.ended.Store(true) }
		run := Apply(ctx, p.plan(t, false, update(0, "a"), update(1, "b"), update(2, "c")), Options{
			Provider: p, Concurrency: 1, Freshness: FreshListing,
		})
		s := run.Plan.Summarize(run.Outcome)
		if s.Applied != 1 || s.NotAttempted != 2 || !errors.Is(run.Stop, context.Canceled) {
			t.Errorf("%+v, stop %v", s, run.Stop)
		}
	})
}

func TestInterruptIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(1)
		p.latency = time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		run := Apply(ctx, p.plan(t, false, update(0, "a")), Options{Provider: p, Concurrency: 1, Freshness: FreshListing, Grace: 10 * time.Second})
		if took := time.Since(start); took != 11*time.Second {
			t.Errorf("took %v", took)
		}
		if got := run.Results()[0].Outcome; got != reconcile.Unknown {
			t.Errorf("a write that was cut off is %v", got)
		}
	})
}

func TestFreshnessFindsWhatMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(4)
		plan := p.plan(t, false, update(0, "a"), update(1, "b"), map[string]string{"credential_id": "c2", "state": "absent"}, map[string]string{"holder_id": "h9", "type": "pin", "value": "x"})
		p.put("c0", "h0", "pin", "edited")
		delete(p.records, "c2")
		p.put("c9", "h9", "pin", "y")
		run := Apply(t.Context(), plan, Options{Provider: p, Concurrency: 1, Freshness: FreshRead})
		var got []string
		for _, r := range run.Results() {
			got = append(got, r.Outcome.String())
		}
		if diff := cmp.Diff([]string{"conflict", "applied", "applied", "conflict"}, got); diff != "" {
			t.Error(diff)
		}
		if p.records["c0"][2] != "edited" || p.made != 0 {
			t.Error("an edit was overwritten, or a second record made")
		}
	})
}

func TestChainsRunInOrderAndBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(3)
		rows := []map[string]string{update(0, "v1"), update(1, "v2"), update(2, "free")}
		run := Apply(t.Context(), p.plan(t, false, rows...), Options{Provider: p, Concurrency: 3})
		if s := run.Plan.Summarize(run.Outcome); s.Applied != 3 {
			t.Errorf("%+v: %v", s, p.log)
		}
		p = newProvider(3)
		p.script["c1"] = []fault{{class: reconcile.Refused}}
		run = Apply(t.Context(), p.plan(t, false, rows...), Options{Provider: p, Concurrency: 3})
		var got []string
		for _, r := range run.Results() {
			got = append(got, r.Outcome.String())
		}
		if diff := cmp.Diff([]string{"blocked", "failed", "applied"}, got); diff != "" {
			t.Error(diff)
		}
		for _, call := range p.log {
			if call == "update c0" {
				t.Error("a write was sent that had to be refused")
			}
		}
	})
}

func TestAnExhaustedTypeIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(0)
		p.script["h1"] = []fault{{class: reconcile.Exhausted}}
		row := func(holder, kind string) map[string]string {
			return map[string]string{"holder_id": holder, "type": kind, "value": holder}
		}
		run := Apply(t.Context(), p.plan(t, false, row("h1", "pin"), row("h2", "pin"), row("h3", "card")), Options{Provider: p, Concurrency: 1})
		var got []string
		for _, r := range run.Results() {
			got = append(got, r.Outcome.String())
		}
		if diff := cmp.Diff([]string{"failed", "not_attempted", "applied"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// brokenJournal fails from its nth intent on.
type brokenJournal struct {
	NoJournal
	left atomic.Int32
}

func (j *brokenJournal) Intent(Step, int) error      { return j.fail(1) }
func (j *brokenJournal) Announce(steps []Step) error { return j.fail(len(steps)) }

func (j *brokenJournal) fail(n int) error {
	if j.left.Add(-int32(n)) < 0 {
		return errors.New("no space left on device")
	}
	return nil
}

func TestABrokenJournalStopsBeforeTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(3)
		j := &brokenJournal{}
		j.left.Store(1)
		run := Apply(t.Context(), p.plan(t, false, update(0, "a"), update(1, "b"), update(2, "c")), Options{Provider: p, Concurrency: 1, Journal: j, Freshness: FreshListing})
		// Intents are written ahead: the failing one may stop even the write before its own.
		s := run.Plan.Summarize(run.Outcome)
		if len(p.log) > 1 || run.Stop == nil || s.Applied != len(p.log) || s.NotAttempted != 3-s.Applied {
			t.Errorf("calls %v, stop %v, %+v", p.log, run.Stop, s)
		}
	})
}

func TestVerify(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(4)
		plan := p.plan(t, false, update(0, "a"), update(1, "b"), map[string]string{"credential_id": "c2", "state": "absent"}, map[string]string{"holder_id": "h9", "type": "pin", "value": "x"}, update(3, "d"))
		run := Apply(t.Context(), plan, Options{Provider: p, Concurrency: 4})
		Deliver(t.Context(), run, p, nil)
		p.put("c1", "h1", "pin", "somebody else's edit")
		p.put("c3", "h3", "pin", "****")
		listing, _ := p.List(t.Context(), reconcile.Scope{}, nil)
		Verify(run, listing)
		var got []string
		for _, r := range run.Results() {
			switch {
			case r.Verified == nil:
				got = append(got, "null")
			default:
				got = append(got, fmt.Sprint(*r.Verified))
			}
			if r.Effect != reconcile.EffectYes {
				t.Errorf("line %d: effect %q", r.Line, r.Effect)
			}
		}
		if diff := cmp.Diff([]string{"true", "false", "true", "true", "null"}, got); diff != "" {
			t.Error(diff)
		}
		if run.Converged() {
			t.Error("a run with an unverified line is not converged")
		}
	})
}

// TestVerifyTrustsWhatIsRemembered: if the account remembers what it wrote, a mask alone does not
// keep a line from being as desired; a record that is gone or shows another value does.
func TestVerifyTrustsWhatIsRemembered(t *testing.T) {
	for _, c := range []struct {
		shows     string
		remember  bool
		converged bool
	}{
		{"****", false, false},
		{"****", true, true},
		{"a", true, true},
		{"somebody else's edit", true, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newProvider(1)
			run := Apply(t.Context(), p.plan(t, false, update(0, "a")), Options{Provider: p})
			Deliver(t.Context(), run, p, nil)
			run.Remember = c.remember
			p.put("c0", "h0", "pin", c.shows)
			listing, _ := p.List(t.Context(), reconcile.Scope{}, nil)
			Verify(run, listing)
			r := run.Results()[0]
			if run.Converged() != c.converged || r.Trusted != (c.remember && c.shows == "****") || (r.Verified == nil) != (c.shows == "****") {
				t.Errorf("%+v: converged %v, result %+v", c, run.Converged(), r)
			}
		})
	}
}

// TestLanesRunSideBySide: with two lanes and one write at a time in each, rows sorted by lane do
// not keep the second lane waiting for the first.
func TestLanesRunSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(0)
		lanes := *schema
		lanes.Lane = "type"
		p.schema = &lanes
		var rows []map[string]string
		for i := range 12 {
			p.put(fmt.Sprint("c", i), fmt.Sprint("h", i), []string{"pin", "card"}[i/6], fmt.Sprint("v", i))
			rows = append(rows, update(i, fmt.Sprint("w", i)))
		}
		start := time.Now()
		run := Apply(t.Context(), p.plan(t, false, rows...), Options{Provider: p, Concurrency: 4, Freshness: FreshListing})
		if s := run.Plan.Summarize(run.Outcome); s.Applied != 12 {
			t.Errorf("%+v", s)
		}
		if took := time.Since(start); took != 300*time.Millisecond || p.peak != 2 {
			t.Errorf("6 writes of 50 ms in each of two lanes took %v, %d at once", took, p.peak)
		}
	})
}
