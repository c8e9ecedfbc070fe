package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"keyroster/io/store"
)

func lostNights(t *testing.T, w BoardWorld) {
	b := w.Open()
	addNights(t, b, waiting("hq", 1))
	old := mustTake(t, b, key("hq", 1), "one")
	w.Pass(long + time.Minute)
	lost, err := b.Renew(store.Worker{Name: "one"}, []store.Night{*old}, long)
	must(t, err)
	sameKeys(t, "renewed too late", lost, old.NightKey)
	ready, err := b.Ready(10)
	must(t, err)
	wantKeys(t, "ready", ready, old.NightKey)
	next := mustTake(t, w.Open(), old.NightKey, "one") // even under the same name
	if next.Generation != 2 || !slices.Equal(next.Lost, []string{"one"}) {
		t.Errorf("taken over: %+v", next)
	}
	lost, err = b.Renew(store.Worker{Name: "one"}, []store.Night{*old, *next}, long)
	must(t, err)
	sameKeys(t, "another's by now", lost, old.NightKey)
	is(t, "end of the old one", b.End(old, store.Ending{}), store.ErrNotLocked)
	if there := nightOf(t, b, old.NightKey); there.State != store.NightRunning || there.Last != nil {
		t.Errorf("it shows %+v", there)
	}
	w.Pass(long + time.Minute)
	mustEnd(t, b, next, store.Ending{Again: true}) // no worker has taken it since
	next = mustTake(t, b, old.NightKey, "two")
	w.Pass(long + time.Minute)
	mustTake(t, b, old.NightKey, "one")
	if there := nightOf(t, b, old.NightKey); !slices.Equal(there.Lost, []string{"one", "two"}) || next.Generation != 3 {
		t.Errorf("lost by %q", there.Lost)
	}
}

func endedNights(t *testing.T, w BoardWorld) {
	b := w.Open()
	addNights(t, b, waiting("hq", 1), waiting("hq", 2))
	n := mustTake(t, b, key("hq", 1), "one")
	n.Done, n.Total = 39, 40
	end := store.Ending{
		ExitCode: 3, RunID: "20260101T020001Z-hq-00aa11", Fenced: true,
		Reason: "1 of 40 failed: \x00 Zoë", Hint: "keyroster runs hq",
	}
	mustEnd(t, w.Open(), n, end)
	there := nightOf(t, b, n.NightKey)
	if there.State != store.NightEnded || there.Last == nil || there.Done != 39 ||
		there.Worker != "one" || there.Tries != 0 {
		t.Fatalf("it shows %+v", there)
	}
	sameTime(t, "at", there.Last.At, time.Now())
	sameTime(t, "expires", there.Expires, time.Time{})
	got := *there.Last
	if got.At = end.At; got != end {
		t.Errorf("it ended with %+v, want %+v", got, end)
	}
	is(t, "ended twice", b.End(n, store.Ending{}), store.ErrNotLocked)
	never := waiting("hq", 2)
	is(t, "ended before it began", b.End(&never, store.Ending{}), store.ErrNotLocked)
	none := waiting("hq", 3)
	is(t, "ended where it is not", b.End(&none, store.Ending{}), store.ErrNotLocked)
	mustNotTake(t, b, n.NightKey)
}

func triedAgain(t *testing.T, w BoardWorld) {
	b := w.Open()
	addNights(t, b, waiting("hq", 1))
	for try := range 3 {
		n := mustTake(t, b, key("hq", 1), "one")
		if n.Tries != try || n.Generation != int64(2*try+1) || n.Done != 0 {
			t.Errorf("try %d: %+v", try, n)
		}
		n.Done = 7
		mustEnd(t, b, n, store.Ending{ExitCode: 1, Reason: "unreachable", Again: true, After: 10 * time.Minute})
		there := nightOf(t, b, key("hq", 1))
		if there.State != store.NightWaiting || there.Tries != try+1 ||
			there.Last == nil || there.Last.Reason != "unreachable" {
			t.Errorf("it shows %+v", there)
		}
		sameTime(t, "next", there.Next, time.Now().Add(10*time.Minute))
		mustNotTake(t, b, n.NightKey)
		w.Pass(11 * time.Minute)
		handed := mustTake(t, b, key("hq", 1), "two")
		mustEnd(t, b, handed, store.Ending{ExitCode: 130, Handed: true})
	}
	if there := nightOf(t, b, key("hq", 1)); there.State != store.NightWaiting || there.Tries != 3 || !there.Last.Handed {
		t.Errorf("at last it shows %+v", there)
	}
}

func successIsFinal(t *testing.T, w BoardWorld) {
	b := w.Open()
	for account, code := range map[string]int{"well": 0, "failed": 3, "login": 6} {
		n := waiting(account, 1)
		n.Until = time.Now().Add(long)
		addNights(t, b, n)
		at := mustTake(t, b, n.NightKey, "one")
		mustEnd(t, b, at, store.Ending{ExitCode: 1, Again: true})
		mustEnd(t, b, mustTake(t, b, n.NightKey, "one"), store.Ending{ExitCode: code})
	}
	missed := waiting("missed", 1)
	missed.Until = time.Now().Add(long)
	addNights(t, b, missed, waiting("waiting", 1), waiting("running", 1))
	mustTake(t, b, key("running", 1), "one")
	w.Pass(long - time.Minute)
	_, err := b.Renew(store.Worker{Name: "one"}, []store.Night{{NightKey: key("running", 1), Generation: 1}}, long)
	must(t, err)
	w.Pass(2 * time.Minute)
	mustNotTake(t, b, missed.NightKey)
	again, err := b.Again([]store.NightKey{
		key("waiting", 1), key("failed", 1), key("well", 1), key("none", 1), key("missed", 1),
		key("running", 1), key("login", 1),
	})
	must(t, err)
	sameKeys(t, "again", again, key("failed", 1), key("missed", 1), key("login", 1))
	n := nightOf(t, b, key("failed", 1))
	if n.State != store.NightWaiting || n.Tries != 0 || n.Last == nil || n.Last.ExitCode != 3 || !n.Until.IsZero() {
		t.Errorf("once more: %+v", n)
	}
	sameTime(t, "next", n.Next, time.Now())
	if n := mustTake(t, b, key("failed", 1), "two"); n.Generation != 3 {
		t.Errorf("generation %d", n.Generation)
	}
	mustTake(t, b, key("missed", 1), "two")
	mustNotTake(t, b, key("well", 1))
	if again, err := b.Again(nil); err != nil || again != nil {
		t.Errorf("nothing again: %v, %v", again, err)
	}
}

func readyNights(t *testing.T, w BoardWorld) {
	b, now := w.Open(), time.Now()
	due := func(account string, ago time.Duration) store.Night {
		n := waiting(account, 1)
		n.Due = now.Add(-ago)
		return n
	}
	addNights(t, b, due("b", time.Minute), due("a", 3*time.Minute), due("c", 2*time.Minute),
		due("lost", 0), due("lost later", 0), due("running", 0), due("ended", 0), due("later", -2*long))
	mustTake(t, b, key("lost", 1), "one")
	w.Pass(time.Minute)
	mustTake(t, b, key("lost later", 1), "one")
	mustEnd(t, b, mustTake(t, b, key("ended", 1), "one"), store.Ending{})
	w.Pass(long + time.Second)
	mustTake(t, b, key("running", 1), "two")
	ready, err := b.Ready(10)
	must(t, err)
	wantKeys(t, "ready", ready, key("lost", 1), key("lost later", 1), key("a", 1), key("c", 1), key("b", 1))
	ready, err = w.Open().Ready(3)
	must(t, err)
	wantKeys(t, "the first", ready, key("lost", 1), key("lost later", 1), key("a", 1))
}

func askedNights(t *testing.T, w BoardWorld) {
	b := w.Open()
	addNights(t, b, waiting("lab", 2), waiting("hq", 1), waiting("hq", 3), waiting("Hq", 2), waiting("hq", 2))
	for _, c := range []struct {
		q    store.NightQuery
		want []store.NightKey
	}{
		{store.NightQuery{Date: "2026-01-02"}, []store.NightKey{key("Hq", 2), key("hq", 2), key("lab", 2)}},
		{store.NightQuery{Since: "2026-01-02"}, []store.NightKey{key("Hq", 2), key("hq", 3), key("hq", 2), key("lab", 2)}},
		{store.NightQuery{}, []store.NightKey{key("Hq", 2), key("hq", 3), key("lab", 2)}},
		{store.NightQuery{Date: "2026-01-09"}, nil},
	} {
		nights, err := b.Nights(c.q)
		must(t, err)
		wantKeys(t, fmt.Sprintf("%+v", c.q), nights, c.want...)
	}
	n := mustTake(t, b, key("lab", 2), "one")
	mustEnd(t, b, n, store.Ending{Reason: "kept"})
	mustTake(t, b, key("hq", 1), "one")
	nights, err := b.Nights(store.NightQuery{State: store.NightRunning})
	must(t, err)
	wantKeys(t, "at work", nights, key("hq", 1))
	nights, err = b.Nights(store.NightQuery{Date: "2026-01-02"})
	must(t, err)
	nights[2].Last.Reason = "changed" // the result belongs to the caller
	if nightOf(t, b, key("lab", 2)).Last.Reason != "kept" {
		t.Error("what was handed out changes the board")
	}
}

func seenWorkers(t *testing.T, w BoardWorld) {
	b := w.Open()
	see := func(one store.Worker) {
		lost, err := b.Renew(one, nil, long)
		if err != nil || lost != nil {
			t.Errorf("seen: %v, %v", lost, err)
		}
	}
	names := func(want ...string) []store.Worker {
		t.Helper()
		workers, err := w.Open().Workers()
		must(t, err)
		var got []string
		for _, one := range workers {
			got = append(got, one.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("workers %q, want %q", got, want)
		}
		return workers
	}
	names()
	two := store.Worker{Name: "two", Host: "b", PID: 7, Slots: 8}
	see(two)
	see(store.Worker{Name: "one", Host: "a", PID: 7, Slots: 4})
	w.Pass(long)
	see(two)
	got := names("one", "two")[1]
	sameTime(t, "seen", got.Seen, time.Now())
	if ago := got.Seen.Sub(got.Started); ago < long-time.Minute || ago > long+time.Minute {
		t.Errorf("it was seen %v after its start", ago)
	}
	got.Started, got.Seen = time.Time{}, time.Time{}
	if got != two {
		t.Errorf("seen %+v", got)
	}
	w.Pass(23*time.Hour + 30*time.Minute)
	names("two")
	two.PID++
	see(two)
	got = names("two")[0]
	sameTime(t, "started anew", got.Started, time.Now())
	w.Pass(25 * time.Hour)
	names()
}

func leavingWorkers(t *testing.T, w BoardWorld) {
	b := w.Open()
	addNights(t, b, waiting("hq", 1), waiting("lab", 1), waiting("done", 1))
	mine, other := mustTake(t, b, key("hq", 1), "one"), mustTake(t, b, key("lab", 1), "two")
	mustEnd(t, b, mustTake(t, b, key("done", 1), "one"), store.Ending{ExitCode: 3})
	for _, name := range []string{"one", "two"} {
		_, err := b.Renew(store.Worker{Name: name}, nil, long)
		must(t, err)
	}
	must(t, b.Leave("one"))
	must(t, b.Leave("nobody"))
	wantStates(t, b, map[store.NightKey]store.NightState{
		key("hq", 1): store.NightWaiting, key("lab", 1): store.NightRunning, key("done", 1): store.NightEnded,
	})
	if workers, err := b.Workers(); err != nil || len(workers) != 1 || workers[0].Name != "two" {
		t.Errorf("workers %+v, %v", workers, err)
	}
	is(t, "the end of what was let go", b.End(mine, store.Ending{}), store.ErrNotLocked)
	if n := mustTake(t, b, key("hq", 1), "two"); n.Generation != 2 || n.Tries != 0 {
		t.Errorf("taken again: %+v", n)
	}
	lost, err := b.Renew(store.Worker{Name: "two"}, []store.Night{*other}, long)
	if err != nil || lost != nil {
		t.Errorf("the other's: %v, %v", lost, err)
	}
	if err := b.End(mine, store.Ending{}); !errors.Is(err, store.ErrNotLocked) {
		t.Errorf("ended: %v", err)
	}
}

func forgottenNights(t *testing.T, w BoardWorld) {
	b := w.Open()
	addNights(t, b, waiting("ended", 1), waiting("waiting", 1))
	mustEnd(t, b, mustTake(t, b, key("ended", 1), "one"), store.Ending{})
	w.Pass(store.NightsKept - long)
	addNights(t, b, waiting("other", 2))
	nightOf(t, b, key("ended", 1))
	w.Pass(2 * long)
	addNights(t, b, waiting("other", 3))
	wantStates(t, b, map[store.NightKey]store.NightState{
		key("waiting", 1): store.NightWaiting, key("other", 2): store.NightWaiting, key("other", 3): store.NightWaiting,
	})
	nights, err := b.Nights(store.NightQuery{Date: "2026-01-01"})
	if must(t, err); len(nights) != 1 {
		t.Errorf("of the first night are left: %+v", nights)
	}
}
