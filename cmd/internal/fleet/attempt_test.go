package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/fleet"
	"keyroster/io/store"
)

// TestRetries: how an attempt ends says whether there is another, and when.
func TestRetries(t *testing.T) {
	thrice := []time.Duration{30 * time.Second, 2 * time.Minute, 8 * time.Minute}
	for kind, pauses := range map[failure.Kind][]time.Duration{
		failure.Stopped: thrice, failure.Interrupted: thrice,
		failure.Locked: {
			15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute,
			8 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		},
		failure.Changes: nil, failure.Partial: nil, failure.Unsafe: nil, failure.Roster: nil,
		failure.Denied: nil, failure.Usage: nil,
	} {
		t.Run(fmt.Sprint(exit.Code(kind)), func(t *testing.T) {
			inGroup(t, func(g *group) {
				stop := g.start(g.worker("one", 1, fails(kind)))
				g.ask("a")
				time.Sleep(3 * time.Hour)
				g.wants("a", store.NightEnded, exit.Code(kind))
				made := g.attempts()
				if len(made) != len(pauses)+1 {
					t.Fatalf("%d attempts, want %d", len(made), len(pauses)+1)
				}
				for i, pause := range pauses {
					if waited := made[i+1].began.Sub(made[i].ended); waited < pause || waited > pause/4*5+soon {
						t.Errorf("pause %d: %v, want %v and a little more", i, waited, pause)
					}
				}
				if r := g.night("a").Last; r.Reason != "no luck" || r.RunID != "run-of-a" {
					t.Errorf("%+v", r)
				}
				g.must(stop())
			})
		})
	}
}

// TestFailureAfterWaiting: attempts spent waiting for another run are no reason to give up when one
// fails for the first time.
func TestFailureAfterWaiting(t *testing.T) {
	inGroup(t, func(g *group) {
		ways := []work{
			fails(failure.Locked), fails(failure.Locked), fails(failure.Locked), fails(failure.Locked),
			fails(failure.Stopped), takes(time.Second),
		}
		stop := g.start(g.worker("one", 1, func(ctx context.Context, account string) error {
			return ways[len(g.attempts())](ctx, account)
		}))
		g.ask("a")
		time.Sleep(time.Hour)
		g.wants("a", store.NightEnded, exit.OK)
		g.must(stop())
	})
}

// TestAccountThatIsHeld: a night waits for an account that another run holds, and goes on when it
// is free.
func TestAccountThatIsHeld(t *testing.T) {
	inGroup(t, func(g *group) {
		until := time.Now().Add(20 * time.Minute)
		stop := g.start(g.worker("one", 1, func(ctx context.Context, account string) error {
			if time.Now().Before(until) {
				return fails(failure.Locked)(ctx, account)
			}
			return nil
		}))
		g.ask("a")
		time.Sleep(time.Hour)
		g.wants("a", store.NightEnded, 0)
		g.must(stop())
	})
}

// TestPanic: a panic fails only its own attempt.
func TestPanic(t *testing.T) {
	inGroup(t, func(g *group) {
		stop := g.start(g.worker("one", 2, func(_ context.Context, account string) error {
			if account == "mistaken" {
				panic("a mistake")
			}
			return nil
		}))
		g.ask("mistaken", "good")
		time.Sleep(time.Hour)
		g.wants("mistaken", store.NightEnded, 1)
		g.wants("good", store.NightEnded, 0)
		if said := g.lines("internal error"); len(said) != 4 || said[0]["account"] != "mistaken" {
			t.Errorf("%v", said)
		}
		g.must(stop())
	})
}

const fencedLine = "fenced: the attempt lost its lease, and another attempt continues"

// fencedOnce fails unless the log says once that an attempt was fenced.
func (g *group) fencedOnce(account string) {
	g.Helper()
	said := g.lines(fencedLine)
	if len(said) != 1 || said[0]["account"] != account || said[0]["fenced"] != true || said[0]["exit_code"] != 1.0 {
		g.Errorf("%v", said)
	}
}

// TestFencedAttempt: an attempt that lost the account's lock writes nothing on the board.
func TestFencedAttempt(t *testing.T) {
	inGroup(t, func(g *group) {
		n := 0
		w := g.worker("one", 1, func(context.Context, string) error {
			if n++; n == 1 {
				return failure.Wrap(failure.Stopped, fmt.Errorf("append: %w", store.ErrNotLocked))
			}
			return nil
		})
		board, ended := w.Board, 0
		w.Board = spy{Board: board, end: func(n *store.Night, e store.Ending) error {
			ended++
			return board.End(n, e)
		}}
		stop := g.start(w)
		g.ask("a")
		time.Sleep(soon)
		g.fencedOnce("a")
		if ended != 0 {
			t.Errorf("%d endings were written", ended)
		}
		g.wants("a", store.NightRunning, 0)
		// Soon its night belongs to no worker any more, and comes again.
		time.Sleep(2 * lease)
		g.wants("a", store.NightEnded, 0)
		if lost := g.night("a").Lost; !slices.Equal(lost, []string{"one"}) || ended != 1 {
			t.Errorf("lost by %v, ended %d times", lost, ended)
		}
		g.must(stop())
	})
}

// TestStoppedWorker: a worker that stood still for three leases has lost its night to another,
// stops working on it, and lives on.
func TestStoppedWorker(t *testing.T) {
	inGroup(t, func(g *group) {
		kept := g.kept.Process()
		w := g.worker("one", 1, takes(10*time.Minute))
		w.Board = kept.Board()
		one := g.start(w)
		g.ask("a")
		time.Sleep(time.Second)
		two := g.start(g.worker("two", 1, takes(10*time.Minute)))
		kept.Pause()
		time.Sleep(3 * lease)
		kept.Resume()
		time.Sleep(soon)
		g.fencedOnce("a")
		if n := g.night("a"); n.Worker != "two" || n.State != store.NightRunning || !slices.Equal(n.Lost, []string{"one"}) {
			t.Errorf("%+v", n)
		}
		g.ask("b")
		time.Sleep(time.Second)
		if n := g.night("b"); n.Worker != "one" {
			t.Errorf("the worker does not live on: %+v", n)
		}
		time.Sleep(time.Hour)
		g.wants("a", store.NightEnded, 0)
		g.wants("b", store.NightEnded, 0)
		if made := g.attempts(); len(made) != 3 {
			t.Errorf("%+v", made)
		}
		g.must(one())
		g.must(two())
	})
}

// TestBoardThatFailsForAWhile: a board that does not answer for less than a lease costs nothing.
func TestBoardThatFailsForAWhile(t *testing.T) {
	for _, cut := range []time.Duration{lease / 2, lease - time.Second} {
		t.Run(cut.String(), func(t *testing.T) {
			inGroup(t, func(g *group) {
				kept := g.kept.Process()
				w := g.worker("one", 1, takes(10*time.Second))
				w.Board = kept.Board()
				one := g.start(w)
				two := g.start(g.worker("two", 0, nil))
				g.ask("a")
				time.Sleep(9 * time.Second)
				kept.Cut()
				time.Sleep(cut)
				kept.Mend()
				time.Sleep(soon)
				g.wants("a", store.NightEnded, 0)
				if n := g.night("a"); n.Generation != 1 {
					t.Errorf("%+v", n)
				}
				g.must(one())
				g.must(two())
			})
		})
	}
}

// TestEndWhoseAnswerIsLost: a night whose end was written has ended, even if the board's answer was
// lost.
func TestEndWhoseAnswerIsLost(t *testing.T) {
	inGroup(t, func(g *group) {
		w := g.worker("one", 1, takes(time.Second))
		board, lost := w.Board, false
		w.Board = spy{Board: board, end: func(n *store.Night, e store.Ending) error {
			err := board.End(n, e)
			if !lost {
				lost = true
				return errLine
			}
			return err
		}}
		stop := g.start(w)
		g.ask("a")
		time.Sleep(time.Minute)
		g.wants("a", store.NightEnded, 0)
		if said := g.lines(fencedLine); len(said) > 0 {
			t.Errorf("%v", said)
		}
		if said := g.lines("night ended"); len(said) != 1 {
			t.Errorf("%v", said)
		}
		g.must(stop())
	})
}

// TestPassing: an end that needs a person is reported; one after which the work goes on is not.
func TestPassing(t *testing.T) {
	for _, c := range []struct {
		kind failure.Kind
		want []bool
	}{
		{failure.Locked, []bool{true, true, true, true, true, true, true, true, false}},
		{failure.Stopped, []bool{false, false, false, false}},
		{failure.Unsafe, []bool{false}},
	} {
		inGroup(t, func(g *group) {
			var got []bool
			w := g.worker("one", 1, nil)
			w.Work = func(ctx context.Context, at *fleet.Attempt) fleet.Result {
				err := fails(c.kind)(ctx, at.Account())
				if got = append(got, at.WillContinue(err)); at.WillContinue(nil) {
					t.Error("what ended well passes")
				}
				return fleet.Result{Err: err}
			}
			stop := g.start(w)
			g.ask("a")
			time.Sleep(3 * time.Hour)
			g.must(stop())
			if !slices.Equal(got, c.want) {
				t.Errorf("%v: %v, want %v", c.kind, got, c.want)
			}
		})
	}
}

// TestHandedOverPasses: an attempt that is handed over because its worker ends needs no person
// either.
func TestHandedOverPasses(t *testing.T) {
	inGroup(t, func(g *group) {
		passes := false
		w := g.worker("one", 1, nil)
		w.Work = func(ctx context.Context, at *fleet.Attempt) fleet.Result {
			err := takes(time.Hour)(ctx, at.Account())
			passes = at.WillContinue(err)
			return fleet.Result{Err: err}
		}
		stop := g.start(w)
		g.ask("a")
		time.Sleep(soon)
		g.must(stop())
		if !passes {
			t.Error("somebody is told of it")
		}
	})
}

// TestWhyItEndedSo: the log says why an attempt ended as it did, in words that name no person.
func TestWhyItEndedSo(t *testing.T) {
	for kind, want := range map[failure.Kind]int{failure.Denied: 1, failure.Roster: 1, failure.Stopped: 4} {
		inGroup(t, func(g *group) {
			w := g.worker("one", 1, nil)
			w.Work = func(context.Context, *fleet.Attempt) fleet.Result {
				return fleet.Result{Err: &failure.Error{
					Kind: kind, Err: errors.New("Ann Smith has no luck"), Anonymous: "1 person has no luck", Hint: "do this",
				}}
			}
			stop := g.start(w)
			g.ask("a")
			time.Sleep(time.Hour)
			g.must(stop())
			lines := g.lines("1 person has no luck")
			if len(lines) != want {
				t.Fatalf("%v: %d lines, want %d", kind, len(lines), want)
			}
			for n, line := range lines {
				level := map[bool]string{false: "warn", true: "error"}[n == len(lines)-1]
				if line["level"] != level || line["hint"] != "do this" || line["account"] != "a" {
					t.Errorf("%v: %v", kind, line)
				}
			}
			if strings.Contains(g.logged.String(), "Ann") {
				t.Errorf("%v: the log names people", kind)
			}
		})
	}
}
