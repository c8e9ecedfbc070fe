package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/fleet"
	"keyroster/io/store"
)

// TestNightsAreWorkedOnOnce: each night is worked on once, by whichever worker, even where clocks
// are put forward.
func TestNightsAreWorkedOnOnce(t *testing.T) {
	inGroup(t, func(g *group) {
		sites := g.sites(12, "30 1 * * *")
		g.until("2027-03-28T00:30:00Z")
		var stops []func() error
		for _, name := range []string{"one", "two", "three"} {
			stops = append(stops, g.start(g.worker(name, 2, takes(time.Minute), sites...)))
		}
		g.until("2027-03-29T01:00:00Z")
		nights := map[string]int{}
		by := map[string]int{}
		for _, a := range g.attempts() {
			nights[a.account+a.began.Format(time.DateOnly)]++
			by[a.worker]++
		}
		if len(nights) != 2*len(sites) || len(by) != 3 {
			t.Errorf("%d nights by %v", len(nights), by)
		}
		for what, n := range nights {
			if n != 1 {
				t.Errorf("%s: %d times", what, n)
			}
		}
		// A local time that is skipped becomes the first instant after the gap.
		first := g.attempts()[0].began
		if due := time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC); first.Sub(due) > soon || first.Before(due) {
			t.Errorf("the first began at %v", first)
		}
		for _, stop := range stops {
			g.must(stop())
		}
		if workers, err := g.board().Workers(); err != nil || len(workers) > 0 {
			t.Errorf("left on the board: %v, %v", workers, err)
		}
		if g.tasks.put != 2*len(sites) {
			t.Errorf("%d tasks for %d nights", g.tasks.put, 2*len(sites))
		}
	})
}

// TestHourThatComesTwice: the hour that comes twice has one night.
func TestHourThatComesTwice(t *testing.T) {
	inGroup(t, func(g *group) {
		g.until("2027-10-31T00:00:00Z")
		stop := g.start(g.worker("one", 1, takes(time.Second), g.sites(1, "30 1 * * *")...))
		g.until("2027-10-31T03:00:00Z")
		if made := g.attempts(); len(made) != 1 {
			t.Errorf("%v", made)
		}
		g.must(stop())
	})
}

// TestNightsThatNobodyBegan: a night that was due while no worker was there begins within its time,
// or is missed; no account misses nights from before the fleet.
func TestNightsThatNobodyBegan(t *testing.T) {
	inGroup(t, func(g *group) {
		sites := g.sites(2, "30 1 * * *")
		g.until("2027-03-28T12:00:00Z")
		stop := g.start(g.worker("one", 1, takes(time.Second), sites...))
		time.Sleep(soon)
		if nights, err := g.board().Nights(store.NightQuery{}); err != nil || len(nights) > 0 {
			t.Errorf("missed before there was a fleet: %v, %v", nights, err)
		}
		g.until("2027-03-29T12:00:00Z")
		g.must(stop())
		g.until("2027-03-30T04:20:00Z") // 10 minutes before it is too late
		stop = g.start(g.worker("two", 1, takes(time.Second), sites...))
		time.Sleep(time.Minute)
		g.wants("site-000", store.NightEnded, 0)
		g.must(stop())
		g.until("2027-04-01T03:00:00Z")
		stop = g.start(g.worker("three", 1, takes(time.Second), sites...))
		time.Sleep(time.Minute)
		all, err := g.board().Nights(store.NightQuery{Since: "2027-03-31"})
		g.must(err)
		for _, n := range all {
			if want := map[string]store.NightState{
				"2027-03-31": store.NightMissed, "2027-04-01": store.NightEnded,
			}[n.Date]; n.State != want {
				t.Errorf("%s of %s: %s, want %s", n.Date, n.Account, n.State, want)
			}
		}
		if len(all) != 4 {
			t.Errorf("%d nights, want 4", len(all))
		}
		g.must(stop())
	})
}

// TestEndOfAWorker: a worker that is told to end lets attempts finish, interrupts those that do
// not, and hands them over at once.
func TestEndOfAWorker(t *testing.T) {
	inGroup(t, func(g *group) {
		do := func(ctx context.Context, account string) error {
			if strings.HasPrefix(account, "short") {
				return takes(fleet.Finish-time.Second)(ctx, account)
			}
			return takes(time.Minute)(ctx, account)
		}
		g.ask("short", "long", "waits")
		stop := g.start(g.worker("one", 2, do))
		time.Sleep(time.Millisecond)
		other := g.start(g.worker("two", 0, do))
		began := time.Now()
		g.must(stop())
		if took := time.Since(began); took != fleet.Finish {
			t.Errorf("ended after %v, not %v", took, fleet.Finish)
		}
		g.wants("short", store.NightEnded, 0)
		g.wants("long", store.NightWaiting, 130)
		if n := g.night("long"); n.Tries != 0 || n.Last == nil || !n.Last.Handed || n.Next.After(time.Now()) {
			t.Errorf("handed over: %+v", n)
		}
		g.must(other())
		third := g.start(g.worker("three", 2, do))
		time.Sleep(soon + time.Minute)
		g.wants("long", store.NightEnded, 0)
		g.wants("waits", store.NightEnded, 0)
		g.must(third())
	})
}

// TestWorkThatDoesNotEnd: work that does not end is left to the end of the process, and taken over
// then.
func TestWorkThatDoesNotEnd(t *testing.T) {
	inGroup(t, func(g *group) {
		hung := make(chan struct{})
		g.ask("a")
		one := g.worker("one", 1, func(context.Context, string) error { <-hung; return nil })
		stop := g.start(one)
		time.Sleep(time.Second)
		began := time.Now()
		if err := stop(); err == nil || time.Since(began) != fleet.Grace {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		g.wants("a", store.NightRunning, 0)
		next := g.start(g.worker("two", 1, takes(time.Second)))
		time.Sleep(2 * lease)
		g.wants("a", store.NightEnded, 0)
		close(hung)
		g.must(next())
	})
}

// TestQueueThatCannotBeServed: a queue that cannot be served ends its worker.
func TestQueueThatCannotBeServed(t *testing.T) {
	inGroup(t, func(g *group) {
		w := g.worker("one", 1, takes(time.Second))
		w.Queue = dead{g.tasks}
		ended := make(chan error, 1)
		ctx, stop := context.WithCancel(g.Context())
		defer stop()
		go func() { ended <- w.Run(ctx) }()
		select {
		case err := <-ended:
			if !errors.Is(err, errLine) {
				t.Error(err)
			}
		case <-time.After(time.Hour):
			t.Error("it goes on without a queue")
		}
	})
}

// dead is a queue that cannot be served.
type dead struct{ *tasks }

// Serve implements [fleet.Queue].
func (dead) Serve(context.Context, int, func(fleet.Task) error) error { return errLine }

// TestLostNightsGoFirst: nights that their worker lost go before those that wait.
func TestLostNightsGoFirst(t *testing.T) {
	inGroup(t, func(g *group) {
		g.ask("lost")
		kept := g.kept.Process()
		dying := g.worker("one", 1, takes(time.Hour))
		dying.Board = kept.Board()
		stop := g.start(dying)
		time.Sleep(time.Second)
		kept.Cut()
		died := time.Now()
		var waiting []string
		for _, site := range g.sites(100, "30 1 * * *") {
			waiting = append(waiting, site.Account)
		}
		g.ask(waiting...)
		second := g.start(g.worker("two", 1, takes(10*time.Second)))
		time.Sleep(2 * lease)
		n := g.night("lost")
		if n.Worker != "two" || len(n.Lost) != 1 || n.Lost[0] != "one" || n.Began.Sub(died) > lease+20*time.Second {
			t.Errorf("%+v, taken %v after the end of its worker", n, n.Began.Sub(died))
		}
		if err := stop(); err == nil {
			t.Error("a worker without a board ends in time")
		}
		time.Sleep(2 * lease) // for as long as it goes on asking
		g.must(second())
		if fenced := g.lines("fenced: the attempt lost its lease, and another attempt continues"); len(fenced) != 0 {
			t.Errorf("a worker that was told to end is fenced: %v", fenced)
		}
	})
}

// TestQueueThatErrs: a task that the queue loses, hands out twice or hands out late costs time and
// nothing else.
func TestQueueThatErrs(t *testing.T) {
	for name, errs := range map[string]fate{
		"lost": {lost: true}, "twice": {twice: true}, "late": {late: 10 * time.Minute},
		"late and twice": {late: 3 * time.Minute, twice: true},
	} {
		t.Run(name, func(t *testing.T) {
			inGroup(t, func(g *group) {
				g.tasks.fate = func(t fleet.Task) fate {
					if t.Again > 0 {
						return fate{}
					}
					return errs
				}
				g.ask("a", "b")
				one := g.start(g.worker("one", 2, takes(time.Minute)))
				two := g.start(g.worker("two", 2, takes(time.Minute)))
				time.Sleep(lease/3 + soon + time.Minute)
				g.wants("a", store.NightEnded, 0)
				g.wants("b", store.NightEnded, 0)
				time.Sleep(time.Hour)
				if made := g.attempts(); len(made) != 2 {
					t.Errorf("%+v", made)
				}
				g.must(one())
				g.must(two())
			})
		})
	}
}

// TestLongQueue: nights that wait long for a slot are not queued again and again.
func TestLongQueue(t *testing.T) {
	inGroup(t, func(g *group) {
		var accounts []string
		for n := range 200 {
			accounts = append(accounts, fmt.Sprint("site-", n))
		}
		g.ask(accounts...)
		var stops []func() error
		for _, name := range []string{"one", "two"} {
			w := g.worker(name, 4, takes(50*time.Second))
			// As with a database, a slot is empty for a moment between two tasks.
			w.Queue = slow{g.tasks}
			stops = append(stops, g.start(w))
		}
		time.Sleep(time.Hour)
		if made := g.attempts(); len(made) != len(accounts) {
			t.Errorf("%d attempts at %d nights", len(made), len(accounts))
		}
		if g.tasks.put != len(accounts) {
			t.Errorf("%d tasks for %d nights", g.tasks.put, len(accounts))
		}
		for _, stop := range stops {
			g.must(stop())
		}
	})
}

// slow is a queue that takes its time to hand out a task.
type slow struct{ *tasks }

// Serve implements [fleet.Queue].
func (s slow) Serve(ctx context.Context, slots int, do func(fleet.Task) error) error {
	return s.tasks.Serve(ctx, slots, func(t fleet.Task) error {
		time.Sleep(500 * time.Millisecond)
		return do(t)
	})
}

// TestRequest: when a person asks, new nights begin, those that failed begin once more, and the
// others do not.
func TestRequest(t *testing.T) {
	inGroup(t, func(g *group) {
		kind := failure.Partial
		stop := g.start(g.worker("one", 4, func(_ context.Context, account string) error {
			switch account {
			case "bad":
				return failure.New(kind, "", "no luck")
			case "long":
				time.Sleep(time.Hour)
			}
			return nil
		}))
		if r := g.ask("good", "bad", "long"); len(r.Queued) != 3 || r.Known != 0 {
			t.Errorf("new ones: %+v", r)
		}
		time.Sleep(time.Second) // too soon for a look at the board
		g.wants("good", store.NightEnded, 0)
		g.wants("bad", store.NightEnded, 3)
		put := g.tasks.put
		if r := g.ask("good", "bad", "long"); len(r.Queued) != 1 || r.Known != 2 || r.Queued[0].Account != "bad" {
			t.Errorf("again: %+v", r)
		}
		time.Sleep(time.Second)
		if n := g.night("bad"); n.Generation != 2 || g.tasks.put != put+1 {
			t.Errorf("%+v, %d tasks", n, g.tasks.put-put)
		}
		put = g.tasks.put
		if r := g.ask("good"); len(r.Queued) != 0 || r.Known != 1 || g.tasks.put != put {
			t.Errorf("a night that ended well: %+v, %d tasks", r, g.tasks.put-put)
		}
		g.until("2027-03-27T14:00:00Z")
		if made := g.attempts(); len(made) != 4 {
			t.Errorf("%+v", made)
		}
		g.must(stop())
	})
}
