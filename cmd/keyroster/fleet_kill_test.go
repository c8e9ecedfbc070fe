//go:build postgres

package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"keyroster/cmd/internal/exit"
)

// fleetKilled: workers are killed at random moments, the queue's leader among them, and others take
// their places. All nights end with 0, and nothing is created twice.
func fleetKilled(t *testing.T, server string) {
	f := newFleet(t, server, fleetVictims, 45)
	for i, a := range f.accounts {
		a.want(1, 25, 8, 7)
		if i%3 == 0 { // two swap cards, and a third is in transit
			a.values["K0"], a.values["K1"] = a.value(0, 1), a.value(0, 0)
		}
	}
	f.section["concurrency"], f.section["rate"] = 4, "20/s"
	f.fleet["slots"] = fleetVictims / 4
	f.witness.set(func(w *fleetWitness) { w.latency = 30 * time.Millisecond })
	k := &killing{fleetWorld: f, rng: rand.New(rand.NewPCG(*fleetSeed, 13)), began: map[attemptKey]time.Time{}}
	f.begin("w0", "w1", "w2")
	f.aliveWorkers(3)
	f.ask("2026-03-01")
	f.amidWrites("w0", 3)
	stop := k.follow("2026-03-01")
	for len(k.deaths) < fleetKills && k.kill("2026-03-01") {
		time.Sleep(time.Duration(300+k.rng.IntN(2000)) * time.Millisecond)
	}
	f.well("2026-03-01", 10*time.Minute)
	stop()
	f.judge()
	f.noneTwice()
	k.tell()
}

// attemptKey is an attempt at a night.
type attemptKey struct {
	account    string
	generation int
}

// killing is a fleet whose workers are killed.
type killing struct {
	*fleetWorld
	rng    *rand.Rand
	deaths []death

	mu    sync.Mutex
	began map[attemptKey]time.Time
}

// death is the end of the worker of some attempts.
type death struct {
	at       time.Time
	attempts []attemptKey
}

// follow notes when attempts begin, until it is stopped.
func (k *killing) follow(date string) (stop func()) {
	done := make(chan struct{})
	var following sync.WaitGroup
	following.Go(func() {
		for {
			nights, _ := k.readNights(date)
			k.mu.Lock()
			for _, n := range nights {
				if n.Began != nil {
					k.began[attemptKey{n.Account, n.Generation}] = *n.Began
				}
			}
			k.mu.Unlock()
			select {
			case <-done:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	return func() { close(done); following.Wait() }
}

// kill waits until a worker is at work, kills one that is, and starts another; every second time it
// prefers the leader of the queue. It returns false once all nights have ended.
func (k *killing) kill(date string) bool {
	k.Helper()
	working, ended := map[string][]attemptKey{}, false
	k.until(date, time.Minute, func(nights []fleetNight) bool {
		clear(working)
		ended = true
		for _, night := range nights {
			ended = ended && night.State == "ended"
			if night.State == "running" && k.alive(night.Worker) {
				working[night.Worker] = append(working[night.Worker], attemptKey{night.Account, night.Generation})
			}
		}
		return ended || len(working) > 0
	})
	if ended {
		return false
	}
	victims := slices.Sorted(maps.Keys(working))
	victim := victims[k.rng.IntN(len(victims))]
	var leader string
	_ = k.pool.QueryRow(k.Context(), "SELECT leader_id FROM keyroster.river_leader").Scan(&leader) // there may be none
	if len(k.deaths)%2 == 0 && working[leader] != nil {
		victim = leader
	}
	k.must(k.workers[victim].cmd.Process.Kill())
	k.deaths = append(k.deaths, death{time.Now(), working[victim]})
	k.Logf("killed %s at %d accounts, the leader being %s", victim, len(working[victim]), leader)
	k.end(k.workers[victim], time.Minute, -1)
	k.worker(fmt.Sprintf("w%d", len(k.workers)))
	return true
}

// alive reports whether a worker has not been killed.
func (k *killing) alive(name string) bool {
	w := k.workers[name]
	return w != nil && w.cmd.ProcessState == nil
}

// tell says how long what was killed waited to be taken over.
func (k *killing) tell() {
	k.Helper()
	var waits []time.Duration
	for _, d := range k.deaths {
		for _, a := range d.attempts {
			next, known := k.began[attemptKey{a.account, a.generation + 1}]
			if known && next.After(d.at) { // else it ended before it was killed
				waits = append(waits, next.Sub(d.at))
			}
		}
	}
	slices.Sort(waits)
	if len(waits) == 0 {
		k.Fatal("nothing was killed at work: the test proves nothing")
	}
	p95 := waits[(len(waits)*95+99)/100-1]
	k.Logf("seed %d: %d kills, %d nights taken over; from kill to claim: median %v, p95 %v, most %v",
		*fleetSeed, len(k.deaths), len(waits), waits[len(waits)/2].Round(time.Millisecond),
		p95.Round(time.Millisecond), waits[len(waits)-1].Round(time.Millisecond))
	if most := 2*fleetLease + 15*time.Second; p95 > most { // a slow machine is not a failure
		k.Errorf("p95 is above %v", most)
	}
}

// noneTwice checks that no creation and no deletion happened twice.
func (f *fleetWorld) noneTwice() {
	f.Helper()
	made, gone := map[string]int{}, map[string]int{}
	for _, w := range f.witness.writes(nil) {
		switch {
		case w.status >= 300 || w.sync():
		case w.method == "POST":
			made[w.account+w.path]++ // for a person, who gets one
		case w.method == "DELETE":
			gone[w.account+w.path]++
		}
	}
	for what, times := range made {
		if times > 1 {
			f.Errorf("%s was made %d times", what, times)
		}
	}
	for what, times := range gone {
		if times > 1 {
			f.Errorf("%s was deleted %d times", what, times)
		}
	}
	f.Logf("%d made, %d deleted", len(made), len(gone))
}

// fleetTold: a worker that is told to end amid its writes hands over what it does not finish, and
// ends with 0 in time; a second signal ends it at once. Both are safe.
func fleetTold(t *testing.T, server string) {
	f := slowFleet(t, server)
	f.section["rate"] = "2/s" // none finishes by itself in time
	workers := f.begin("north", "south")
	f.aliveWorkers(2)
	f.ask("2026-03-01")
	f.amidWrites("north", 4)
	told := time.Now()
	f.must(workers[0].cmd.Process.Signal(syscall.SIGTERM))
	f.end(workers[0], 25*time.Second, exit.OK)
	f.Logf("ended %v after it was told", time.Since(told).Round(time.Millisecond))
	handed := 0
	for _, n := range f.nights("2026-03-01") {
		if n.Worker == "north" && n.State == "waiting" {
			handed++
		}
	}
	f.Logf("%d nights were handed over", handed)
	f.amidWrites("south", 4)
	f.must(workers[1].cmd.Process.Signal(syscall.SIGTERM))
	time.Sleep(500 * time.Millisecond)
	again := time.Now()
	f.must(workers[1].cmd.Process.Signal(syscall.SIGTERM))
	f.end(workers[1], 5*time.Second, -1)
	f.Logf("ended %v after it was told again", time.Since(again).Round(time.Millisecond))
	f.section["rate"] = "none"
	f.worker("west")
	f.well("2026-03-01", 5*time.Minute)
	f.judge()
	f.oneWriteEach()
}

// oneWriteEach checks that no credential was written twice.
func (f *fleetWorld) oneWriteEach() {
	f.Helper()
	wrote := map[string]int{}
	for _, w := range f.witness.writes(nil) {
		if !w.sync() {
			wrote[w.account+w.path]++
		}
	}
	for what, times := range wrote {
		if times > 1 {
			f.Errorf("%s was written %d times", what, times)
		}
	}
}
