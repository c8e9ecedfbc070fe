package fleet_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var (
	simSeed  = flag.Int64("seed", -1, "live through the world of this `seed` alone, and show its log")
	simMore  = flag.Uint64("worlds", simWorlds, "live through so many worlds")
	simFirst = flag.Uint64("from", 0, "begin with the world of this `seed`")
)

// simDays is how many nights an account has in a world.
const simDays = 5

// TestSimulation runs worlds in virtual time, each drawn from a seed: workers that die, stand
// still, are cut off from the store or told to end in the middle of writing, with clocks that are
// wrong and jump, providers that lag, refuse and lose answers, and people who migrate between
// accounts while nights are due. At the end of each night, all is as the rosters and the migrations
// say, by as many writes as that takes.
//
// A seed always draws the same world; what happens at the same instant may happen in another order.
// -seed N runs one world, -count repeats it.
func TestSimulation(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1000))
	tally := &simTally{}
	if *simSeed >= 0 {
		broken, log := simulate(t, uint64(*simSeed), tally, false)
		t.Logf("%s", log)
		judge(t, uint64(*simSeed), broken)
		t.Log(tally)
		return
	}
	began := time.Now()
	t.Run("worlds", func(t *testing.T) {
		for seed := *simFirst; seed < *simFirst+*simMore; seed++ {
			t.Run(fmt.Sprint("seed-", seed), func(t *testing.T) {
				t.Parallel()
				broken, _ := simulate(t, seed, tally, false)
				judge(t, seed, broken)
			})
		}
	})
	t.Logf("%v in %v", tally, time.Since(began).Round(time.Second))
	if *simMore == simWorlds && tally.nights < simNights {
		t.Errorf("%d nights, want at least %d", tally.nights, simNights)
	}
	for _, n := range []int{
		tally.deaths, tally.pauses, tally.cuts, tally.jumps, tally.fenced, tally.lost, tally.missed,
		tally.resumed, tally.barred, tally.waited, tally.moved,
	} {
		if n == 0 {
			t.Error("something that is to happen never did: the test proves nothing")
		}
	}
}

func judge(t *testing.T, seed uint64, broken []string) {
	t.Helper()
	for _, b := range broken {
		t.Errorf("seed %d: %s", seed, b)
	}
}

// simulate runs the world of a seed, and returns the promises that were broken and the log.
func simulate(t *testing.T, seed uint64, tally *simTally, blind bool) (broken []string, log []byte) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := &simulation{TB: t, seed: seed, rng: rand.New(rand.NewPCG(seed, 13)), tally: tally, blind: blind}
		w.found(dir)
		w.live(simDays)
		w.mu.Lock()
		defer w.mu.Unlock()
		broken, log = w.broken, w.log.Bytes()
		w.count(func(c *simTally) { c.worlds++ })
	})
	return broken, log
}

// TestSimulationHasTeeth: without the gate, the same worlds have writes to accounts that another
// worker has taken over, not counting syncs.
func TestSimulationHasTeeth(t *testing.T) {
	tally := &simTally{}
	for seed := range uint64(40) {
		broken, _ := simulate(t, seed, tally, true)
		for _, b := range broken {
			if strings.Contains(b, takenOver) && !strings.Contains(b, "/sync ") {
				t.Logf("seed %d: %s", seed, b)
				return
			}
		}
	}
	t.Errorf("nothing is broken without the gate: %v", tally)
}
