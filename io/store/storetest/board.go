package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"keyroster/io/store"
)

// BoardWorld is an empty board, and its time.
type BoardWorld struct {
	// Open is the board's handle of one more process.
	Open func() store.Board
	// Pass lets time go by.
	Pass func(time.Duration)
}

// boardLaw is something that a board promises.
type boardLaw struct {
	name string
	test func(t *testing.T, w BoardWorld)
}

var boardLaws = []boardLaw{
	{"a night is added once", addedOnce},
	{"a night that nobody began in time is missed, if the account had one before", addedLate},
	{"of all who race for a night one gets it", racingForNights},
	{"a night is taken when it is due, and not by two", takenWhenDue},
	{"a night that waits beyond its time is missed", takenLate},
	{"a night is its worker's as long as it is renewed", renewedNights},
	{"a night that was not renewed is ready for another", lostNights},
	{"only its own worker records how an attempt ended", endedNights},
	{"a night that failed is tried again when it is time, and tries are counted", triedAgain},
	{"a night that ended well does not begin again", successIsFinal},
	{"ready nights are in order: lost ones, then the longest overdue", readyNights},
	{"nights are found by date, from a date on, and the latest of each account", askedNights},
	{"workers are seen for a day, and begin anew with another process", seenWorkers},
	{"a worker that leaves releases its nights", leavingWorkers},
	{"a night that is over is forgotten after its time", forgottenNights},
}

// Board checks that a board keeps all promises of boards. in calls a law with an empty board,
// inside a synctest bubble if the board is in one.
func Board(t *testing.T, in func(t *testing.T, law func(*testing.T, BoardWorld))) {
	for _, l := range boardLaws {
		t.Run(l.name, func(t *testing.T) { in(t, l.test) })
	}
}

// long is how long the laws take a night for.
const long = time.Hour

// key is the key of a night.
func key(account string, day int) store.NightKey {
	return store.NightKey{Account: account, Date: fmt.Sprintf("2026-01-%02d", day)}
}

// waiting is a night that is already due.
func waiting(account string, day int) store.Night {
	return store.Night{NightKey: key(account, day), Provider: "doorflow"}
}

// addNights adds nights, all of which must be new to the board.
func addNights(t *testing.T, b store.Board, nights ...store.Night) {
	t.Helper()
	keys, err := b.Add(nights)
	if must(t, err); len(keys) != len(nights) {
		t.Fatalf("of %d nights %v were added", len(nights), keys)
	}
}

// mustTake takes a night that must be available.
func mustTake(t *testing.T, b store.Board, key store.NightKey, worker string) *store.Night {
	t.Helper()
	n, err := b.Take(key, worker, long)
	if must(t, err); n == nil {
		t.Fatalf("%v could not be taken", key)
	}
	return n
}

// mustNotTake fails if a night can be taken.
func mustNotTake(t *testing.T, b store.Board, key store.NightKey) {
	t.Helper()
	if n, err := b.Take(key, "too late", long); err != nil || n != nil {
		t.Errorf("taken: %+v, %v", n, err)
	}
}

// nightOf is the board's night with a key.
func nightOf(t *testing.T, b store.Board, key store.NightKey) store.Night {
	t.Helper()
	nights, err := b.Nights(store.NightQuery{Date: key.Date})
	must(t, err)
	for _, n := range nights {
		if n.NightKey == key {
			return n
		}
	}
	t.Fatalf("%v is not on the board", key)
	return store.Night{}
}

// wantStates compares the states of nights.
func wantStates(t *testing.T, b store.Board, want map[store.NightKey]store.NightState) {
	t.Helper()
	nights, err := b.Nights(store.NightQuery{Since: "2000-01-01"})
	must(t, err)
	got := map[store.NightKey]store.NightState{}
	for _, n := range nights {
		got[n.NightKey] = n.State
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the board has %v, want %v", got, want)
	}
}

// wantKeys compares the keys of nights.
func wantKeys(t *testing.T, what string, nights []store.Night, want ...store.NightKey) {
	t.Helper()
	var got []store.NightKey
	for _, n := range nights {
		got = append(got, n.NightKey)
	}
	sameKeys(t, what, got, want...)
}

func sameKeys(t *testing.T, what string, got []store.NightKey, want ...store.NightKey) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// mustEnd ends an attempt that its worker still has.
func mustEnd(t *testing.T, b store.Board, n *store.Night, end store.Ending) {
	t.Helper()
	must(t, b.End(n, end))
}

// sameTime compares times, allowing for a few seconds in between.
func sameTime(t *testing.T, what string, got, want time.Time) {
	t.Helper()
	if got.IsZero() != want.IsZero() || got.Sub(want).Abs() > 10*time.Second {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func addedOnce(t *testing.T, w BoardWorld) {
	b, now := w.Open(), time.Now()
	first := waiting("hq", 1)
	first.Due, first.Until = now.Add(-time.Minute), now.Add(long)
	later := waiting("hq", 2)
	later.Due, later.Until = now.Add(time.Minute), now.Add(long)
	other := first
	other.Provider, other.Due = "seam", now
	keys, err := b.Add([]store.Night{first, later, other, waiting("lab", 1)})
	must(t, err)
	sameKeys(t, "added", keys, key("hq", 1), key("hq", 2), key("lab", 1))
	keys, err = w.Open().Add([]store.Night{other, later, waiting("lab", 2)})
	must(t, err)
	sameKeys(t, "added later", keys, key("lab", 2))
	n := nightOf(t, b, key("hq", 1))
	if n.State != store.NightWaiting || n.Provider != "doorflow" || n.Generation != 0 || n.Tries != 0 ||
		n.Worker != "" || n.Last != nil || !n.Began.IsZero() || !n.Expires.IsZero() {
		t.Errorf("a new night is %+v", n)
	}
	sameTime(t, "due", n.Due, first.Due)
	sameTime(t, "until", n.Until, first.Until)
	sameTime(t, "next", n.Next, first.Due)
	n = nightOf(t, b, key("lab", 2))
	sameTime(t, "due at any time", n.Due, time.Time{})
	sameTime(t, "until any time", n.Until, time.Time{})
	sameTime(t, "next", n.Next, now)
	if keys, err := b.Add(nil); err != nil || keys != nil {
		t.Errorf("added nothing: %v, %v", keys, err)
	}
}

func addedLate(t *testing.T, w BoardWorld) {
	b, past := w.Open(), time.Now().Add(-time.Minute)
	late := func(account string, day int) store.Night {
		n := waiting(account, day)
		n.Due, n.Until = past.Add(-long), past
		return n
	}
	keys, err := b.Add([]store.Night{late("hq", 1), late("hq", 2)})
	if must(t, err); keys != nil {
		t.Errorf("missed by an account that had no night: %v", keys)
	}
	addNights(t, b, waiting("hq", 2))
	keys, err = b.Add([]store.Night{late("hq", 1), late("hq", 2), late("hq", 3), late("hq", 4), late("lab", 3)})
	must(t, err)
	sameKeys(t, "missed", keys, key("hq", 3), key("hq", 4))
	wantStates(t, b, map[store.NightKey]store.NightState{
		key("hq", 2): store.NightWaiting, key("hq", 3): store.NightMissed, key("hq", 4): store.NightMissed,
	})
	mustNotTake(t, b, key("hq", 3))
	sameTime(t, "next of one that was missed", nightOf(t, b, key("hq", 3)).Next, time.Time{})
}

func racingForNights(t *testing.T, w BoardWorld) {
	var nights []store.Night
	for day := range 20 {
		nights = append(nights, waiting("hq", day+1))
	}
	addNights(t, w.Open(), nights...)
	var mu sync.Mutex
	got := map[store.NightKey]int{}
	var all sync.WaitGroup
	for i := range 4 {
		b := w.Open()
		all.Go(func() {
			for _, of := range nights {
				n, err := b.Take(of.NightKey, fmt.Sprint("worker", i), long)
				if err != nil {
					t.Error(err)
				}
				if n != nil {
					mu.Lock()
					got[n.NightKey]++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	for _, n := range nights {
		if got[n.NightKey] != 1 {
			t.Errorf("%v was taken %d times", n.NightKey, got[n.NightKey])
		}
	}
}

func takenWhenDue(t *testing.T, w BoardWorld) {
	b := w.Open()
	mustNotTake(t, b, key("hq", 1)) // not on the board
	n := waiting("hq", 1)
	n.Due, n.Until = time.Now().Add(10*time.Minute), time.Now().Add(long)
	addNights(t, b, n)
	mustNotTake(t, b, n.NightKey)
	w.Pass(9 * time.Minute)
	mustNotTake(t, b, n.NightKey)
	w.Pass(2 * time.Minute)
	got := mustTake(t, w.Open(), n.NightKey, "one")
	if got.State != store.NightRunning || got.Generation != 1 || got.Worker != "one" || got.Provider != "doorflow" {
		t.Errorf("taken: %+v", got)
	}
	sameTime(t, "began", got.Began, time.Now())
	sameTime(t, "expires", got.Expires, time.Now().Add(long))
	sameTime(t, "next", got.Next, time.Time{})
	mustNotTake(t, b, n.NightKey)
	if there := nightOf(t, b, n.NightKey); there.Generation != 1 || there.Worker != "one" {
		t.Errorf("the board shows %+v", there)
	}
}

func takenLate(t *testing.T, w BoardWorld) {
	b := w.Open()
	late, tried := waiting("hq", 1), waiting("lab", 1)
	late.Until, tried.Until = time.Now().Add(long), time.Now().Add(long)
	addNights(t, b, late, tried)
	mustEnd(t, b, mustTake(t, b, tried.NightKey, "one"), store.Ending{ExitCode: 1, Again: true, After: 2 * long})
	w.Pass(long + time.Minute)
	ready, err := b.Ready(10)
	must(t, err)
	wantKeys(t, "ready", ready, late.NightKey)
	mustNotTake(t, b, late.NightKey)
	wantStates(t, b, map[store.NightKey]store.NightState{late.NightKey: store.NightMissed, tried.NightKey: store.NightWaiting})
	w.Pass(long)
	mustTake(t, b, tried.NightKey, "one") // it began in time
}

func renewedNights(t *testing.T, w BoardWorld) {
	b := w.Open()
	addNights(t, b, waiting("hq", 1))
	n := mustTake(t, b, key("hq", 1), "one")
	for done := range 4 {
		w.Pass(long - time.Minute)
		n.Done, n.Total = done, 40
		lost, err := b.Renew(store.Worker{Name: "one"}, []store.Night{*n}, long)
		if err != nil || lost != nil {
			t.Fatalf("renewed: %v, %v", lost, err)
		}
		mustNotTake(t, w.Open(), n.NightKey)
		there := nightOf(t, b, n.NightKey)
		if there.Done != done || there.Total != 40 {
			t.Errorf("%d of %d done", there.Done, there.Total)
		}
		sameTime(t, "expires", there.Expires, time.Now().Add(long))
	}
	lost, err := b.Renew(store.Worker{Name: "two"}, []store.Night{*n, waiting("lab", 1)}, long)
	must(t, err)
	sameKeys(t, "another's", lost, n.NightKey, key("lab", 1))
	mustEnd(t, b, n, store.Ending{})
	lost, err = b.Renew(store.Worker{Name: "one"}, []store.Night{*n}, long)
	must(t, err)
	sameKeys(t, "ended", lost, n.NightKey)
}
