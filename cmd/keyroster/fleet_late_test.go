//go:build postgres

package main

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"keyroster/cmd/internal/exit"
)

// fleetLate: what a worker sent last arrives 20 s later, when its account has been taken over. It
// is read back after that and not written again.
func fleetLate(t *testing.T, server string) {
	f := slowFleet(t, server)
	var mu sync.Mutex
	held := map[string]bool{}
	f.witness.set(func(w *fleetWitness) {
		w.hold = func(w fleetWrite) time.Duration {
			mu.Lock()
			defer mu.Unlock()
			if w.worker != "north" || w.sync() || len(held) > 12 {
				return 0
			}
			held[w.account+w.path] = true
			return 20 * time.Second
		}
	})
	north := f.begin("north", "south", "west")[0]
	f.aliveWorkers(3)
	f.ask("2026-03-01")
	if !soon(func() bool { mu.Lock(); defer mu.Unlock(); return len(held) >= 4 }) {
		f.Fatal("north does not write")
	}
	f.must(north.cmd.Process.Kill())
	f.well("2026-03-01", 3*time.Minute)
	f.judge()
	f.oneWriteEach()
	late := f.witness.writes(func(w fleetWrite) bool { return w.arrived.Sub(w.sent) >= 20*time.Second })
	if f.Logf("%d requests came late", len(late)); len(late) < 4 {
		f.Error("none came late: the test proves nothing")
	}
}

// fleetTenants: two accounts of one tenant are never at work at once, and no command writes to an
// account that a worker has.
func fleetTenants(t *testing.T, server string) {
	f := slowFleet(t, server)
	f.section["rate"] = "15/s"
	f.accounts = f.accounts[:4]
	one, two := f.accounts[0], f.accounts[1]
	two.tenant, two.api = one.tenant, one.api
	f.witness.set(func(w *fleetWitness) { w.apis[two.name] = one.api })
	one.want(1, one.records, 0, 0)
	two.values = map[string]string{} // as many as the other, whose roster the tenant remembers
	for i := range one.records {
		two.values[fmt.Sprintf("K%d", i)] = one.value(2, i)
	}
	f.begin("north", "south", "west")
	f.aliveWorkers(3)
	f.ask("2026-03-01")
	busy := f.accounts[3].name
	if !soon(func() bool { return len(f.witness.writes(writesTo(busy))) > 3 }) {
		f.Fatalf("nobody works on %s", busy)
	}
	if n := len(f.witness.writes(writesTo(busy))); n < 30 { // else it may be over by then
		f.command(exit.Locked, "apply", "--account", busy, "--yes")
	}
	f.well("2026-03-01", 3*time.Minute)
	for _, a := range f.accounts[2:] {
		a.judge(f)
	}
	var spans [][2]time.Time
	for _, name := range []string{one.name, two.name} {
		wrote := f.witness.writes(func(w fleetWrite) bool { return w.account == name })
		if len(wrote) == 0 {
			f.Fatalf("nothing was written to %s", name)
		}
		spans = append(spans, [2]time.Time{wrote[0].sent, wrote[len(wrote)-1].arrived})
	}
	slices.SortFunc(spans, func(a, b [2]time.Time) int { return a[0].Compare(b[0]) })
	f.Logf("one was at work for %v, and the other %v later",
		spans[0][1].Sub(spans[0][0]), spans[1][0].Sub(spans[0][1]))
	if spans[1][0].Before(spans[0][1]) {
		f.Error("both were at work at once")
	}
}
