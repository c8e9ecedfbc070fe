package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"keyroster/reconcile"
)

// proved lists after a run, as a command does, and verifies the run against the listing.
func proved(t *testing.T, p reconcile.Provider, recent *RecentWrites, run *Run) {
	listing, err := recent.List(t.Context(), p, reconcile.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	Verify(run, listing)
}

// TestLawReadsLieBehind: as long as reads lag behind by less than the bound, a plan ends as if they
// did not: values change hands, people get one credential for another, answers are lost and
// processes die, yet every change is applied and proved, no creation is made twice, and nobody is
// left on a temporary value.
func TestLawReadsLieBehind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hands := drawHands(rt, 8)
		lag := rapid.SampledFrom([]time.Duration{time.Millisecond, 300 * time.Millisecond, 3 * time.Second, 9 * time.Second}).Draw(rt, "lag")
		deaths := rapid.SliceOfN(rapid.IntRange(0, 30), 0, 2).Draw(rt, "deaths")
		broken := rapid.IntRange(-1, hands.records+hands.created-1).Draw(rt, "broken")
		when := rapid.IntRange(0, 2).Draw(rt, "which write")
		effect := rapid.Bool().Draw(rt, "the write whose answer is lost took effect")
		workers := rapid.IntRange(1, 3).Draw(rt, "workers")
		problem := ""
		synctest.Test(t, func(t *testing.T) {
			p, rows := hands.rows()
			p.lag = lag
			name := fmt.Sprint("c", broken)
			if broken >= hands.records {
				name = fmt.Sprint("new", broken-hands.records)
			}
			p.script[name] = append(make([]fault, when), fault{class: reconcile.Lost, applied: effect})
			plan := p.plan(t, true, rows...)
			j := newMemoryJournal(0)
			options := Options{Concurrency: workers, Park: parking, Journal: j}
			for _, left := range deaths {
				j.left, j.dead = left, false
				options.Provider, options.Prior = &dying{p, j}, j.replay()
				Apply(t.Context(), plan, options)
			}
			j.left, j.dead = 1<<30, false
			recent := NewRecentWrites(0)
			options.Provider, options.Prior, options.Recent = p, j.replay(), recent
			run := Apply(t.Context(), plan, options)
			proved(t, p, recent, run)
			problem = judge(p, plan, run)
			for i := range run.results {
				if res := &run.results[i]; problem == "" && (res.Outcome != reconcile.Applied || res.Verified == nil || !*res.Verified) {
					problem = fmt.Sprintf("line %d: %v, verified %v: %s: %v", res.Line, res.Outcome, res.Verified, res.Reason, p.log)
				}
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

// TestLawSettlesWhileReadsLieBehind: a run that is settled while reads lag behind leaves nobody on
// a temporary value, or says so.
func TestLawSettlesWhileReadsLieBehind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(rt, "cycle")
		left := rapid.IntRange(0, 24).Draw(rt, "death")
		lag := rapid.SampledFrom([]time.Duration{300 * time.Millisecond, 3 * time.Second, 9 * time.Second}).Draw(rt, "lag")
		problem := ""
		synctest.Test(t, func(t *testing.T) {
			p, rows := swap(n)
			p.lag = lag
			plan := p.plan(t, true, rows...)
			j := newMemoryJournal(left)
			Apply(t.Context(), plan, Options{Provider: &dying{p, j}, Journal: j, Concurrency: 1, Park: parking})
			j.left, j.dead = 1<<30, false
			run := Apply(t.Context(), plan, Options{Provider: p, Journal: j, Prior: j.replay(), Concurrency: 1, Park: parking, SettleOnly: true})
			problem = judge(p, plan, run)
			for i := range n {
				now := p.records[fmt.Sprint("c", i)][2]
				if problem == "" && now != cardNumber(i) && now != cardNumber((i+1)%n) {
					problem = fmt.Sprintf("c%d is left on %s, parked %v: %v", i, now, run.Parked, p.log)
				}
				if problem == "" && run.Result(i).Outcome == reconcile.Conflict {
					problem = fmt.Sprintf("c%d is a conflict: %s: %v", i, run.Result(i).Reason, p.log)
				}
			}
		})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

// TestReadsThatLieBehindForLong: if reads lag behind for longer than the bound, nothing is called
// an edit, and nothing is called proved. A record that may be on a temporary value is brought home,
// and is named until somebody sees that it is.
func TestReadsThatLieBehindForLong(t *testing.T) {
	for _, freshness := range []Freshness{FreshRead, FreshListing} {
		synctest.Test(t, func(t *testing.T) {
			p, rows := swap(3)
			p.lag = time.Minute
			recent := NewRecentWrites(0)
			run := Apply(t.Context(), p.plan(t, true, rows...), Options{Provider: p, Concurrency: 4, Park: parking, Recent: recent, Freshness: freshness})
			begin := time.Now()
			proved(t, p, recent, run)
			if took := time.Since(begin); took > ReadAgain {
				t.Errorf("looked for %s", took)
			}
			if !slices.Equal(run.Parked, []int{0}) {
				t.Errorf("parked %v", run.Parked)
			}
			for i := range 3 {
				res := run.Result(i)
				if i == 0 && res.Outcome != reconcile.Unknown || i > 0 && (res.Outcome != reconcile.Applied || res.Verified == nil || *res.Verified) {
					t.Errorf("c%d: %v, verified %v: %s", i, res.Outcome, res.Verified, res.Reason)
				}
				if got, want := p.records[fmt.Sprint("c", i)][2], cardNumber((i+1)%3); got != want {
					t.Errorf("c%d holds %s, want %s: %v", i, got, want, p.log)
				}
			}
		})
	}
}

// TestAnEditIsNoStaleRead: what another client writes between our writes is an edit, even if reads lag
// behind: it shows neither what we wrote nor what was there before.
func TestAnEditIsNoStaleRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, rows := swap(3)
		p.lag = time.Second
		edited := false
		p.wrote = func() {
			if !edited {
				edited = true
				p.keep()
				p.put("c0", "h0", "card", "99999999")
			}
		}
		run := Apply(t.Context(), p.plan(t, true, rows...), Options{Provider: p, Concurrency: 1, Park: parking})
		if res := run.Result(0); res.Outcome != reconcile.Conflict || p.records["c0"][2] != "99999999" {
			t.Errorf("%v (%s), c0 holds %s: %v", res.Outcome, res.Reason, p.records["c0"][2], p.log)
		}
	})
}

// TestListsOnceWhenNothingIsStale: an account whose listing shows what was written is listed once.
func TestListsOnceWhenNothingIsStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(3)
		recent := NewRecentWrites(0)
		run := Apply(t.Context(), p.plan(t, false, update(0, "v7"), update(1, "v8")), Options{Provider: p, Concurrency: 1, Recent: recent})
		begin := time.Now()
		proved(t, p, recent, run)
		if time.Since(begin) != 0 {
			t.Error("it was read again")
		}
	})
}

// TestZerosThatAreNotKept: a provider that keeps no leading zeros shows other texts than were
// written. That is not an edit, neither in a cycle that completes nor in one that is undone or
// resumed, and the proof says which spelling it keeps.
func TestZerosThatAreNotKept(t *testing.T) {
	for _, broken := range []int{-1, 0, 1, 2} {
		for left := range 24 {
			synctest.Test(t, func(t *testing.T) {
				p, rows := swap(3)
				p.strips = true
				plan := p.plan(t, true, rows...)
				if broken >= 0 {
					p.script[fmt.Sprint("c", broken)] = []fault{{}, {class: reconcile.Refused}}[boolInt(broken > 0):]
				}
				j := newMemoryJournal(left)
				Apply(t.Context(), plan, Options{Provider: &dying{p, j}, Journal: j, Concurrency: 1, Park: parking})
				j.left, j.dead = 1<<30, false
				recent := NewRecentWrites(0)
				run := Apply(t.Context(), plan, Options{Provider: p, Journal: j, Prior: j.replay(), Concurrency: 1, Park: parking, Recent: recent})
				proved(t, p, recent, run)
				for i := range 3 {
					now, res := p.records[fmt.Sprint("c", i)][2], run.Result(i)
					switch {
					case len(run.Parked) > 0 || res.Outcome == reconcile.Conflict:
						t.Fatalf("%d, %d: c%d: %v (%s), parked %v: %v", broken, left, i, res.Outcome, res.Reason, run.Parked, p.log)
					case res.Outcome != reconcile.Applied:
					case now != strings.TrimLeft(cardNumber((i+1)%3), "0") || !res.AsDesired() && run.FinishErr == nil:
						t.Errorf("%d, %d: c%d holds %s: %+v", broken, left, i, now, res)
					case len(res.Kept) != 1 || res.Kept[0].Words != "the provider stores value without leading zeros":
						t.Errorf("%d, %d: c%d: kept %v, %q", broken, left, i, res.Kept, res.Warnings)
					}
				}
			})
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
