//go:build postgres && long

package main

import (
	"testing"
	"time"

	"keyroster/cmd/internal/exit"
	"keyroster/io/store/pgstore/pgtest"
)

// TestFleetCrowd: a worker dies while a thousand nights wait. All end with 0, nothing is written
// twice, and what was lost is taken over while others still wait.
func TestFleetCrowd(t *testing.T) {
	err := pgtest.WithDatabase(func(server string) {
		t.Run("with", func(t *testing.T) { fleetCrowd(t, server) })
	})
	if err != nil {
		t.Error(err)
	}
}

func fleetCrowd(t *testing.T, server string) {
	f := newFleet(t, server, 1000, 4)
	for _, a := range f.accounts {
		a.want(1, 2, 1, 0)
	}
	f.section["run_files"] = "small"
	f.witness.set(func(w *fleetWitness) { w.latency = 100 * time.Millisecond })
	workers := f.begin("north", "south", "west")
	f.aliveWorkers(len(workers))
	f.ask("2026-03-01")
	f.amidWrites("north", 5)
	f.must(workers[0].cmd.Process.Kill())
	f.end(workers[0], time.Minute, -1)
	nights := f.well("2026-03-01", 20*time.Minute)
	f.judge()
	f.oneWriteEach()
	var last time.Time
	lost := 0
	for _, n := range nights {
		if len(n.Lost) > 0 {
			lost++
			last = later(last, *n.Began)
		}
	}
	after := 0
	for _, n := range nights {
		if n.Generation == 1 && n.Began.After(last) {
			after++
		}
	}
	f.Logf("%d nights were taken over, and %d begun after that", lost, after)
	if lost == 0 || after == 0 {
		f.Error("nothing was lost, or it was taken over when no night waited any more")
	}
	f.command(exit.OK, "fleet", "status")
}
