//go:build postgres

package main

import (
	"slices"
	"testing"
	"time"
)

// fleetRate: the workers together keep to a provider's rate, and the others take over the share
// of one that dies.
func fleetRate(t *testing.T, server string) {
	f := newFleet(t, server, fleetPaced, 30)
	f.fleet["rates"] = map[string]any{"doorflow": "20/s"}
	f.section["concurrency"] = 4
	for _, a := range f.accounts {
		a.want(1, 25, 0, 0)
	}
	workers := f.begin("north", "south", "west")
	f.aliveWorkers(3)
	f.witness.forget()
	f.ask("2026-03-01")
	f.amidWrites("north", 20)
	killed := time.Now()
	f.must(workers[0].cmd.Process.Kill())
	f.end(workers[0], time.Minute, -1)
	f.until("2026-03-01", 5*time.Minute, func(nights []fleetNight) bool {
		waiting := 0
		for _, n := range nights {
			if n.State != "ended" && (n.Worker != "north" || n.Generation > 1) {
				waiting++
			}
		}
		return waiting < 4 // the last few nights may not use up the whole rate
	})
	busy := time.Now()
	f.well("2026-03-01", 5*time.Minute)
	f.judge()
	f.witness.mu.Lock()
	at := slices.Clone(f.witness.all)
	f.witness.mu.Unlock()
	slices.SortFunc(at, time.Time.Compare)
	most := 0
	for i, first := range at {
		n, _ := slices.BinarySearchFunc(at, first.Add(time.Second), time.Time.Compare)
		most = max(most, n-i)
	}
	between := func(from, to time.Time) float64 {
		a, _ := slices.BinarySearchFunc(at, from, time.Time.Compare)
		b, _ := slices.BinarySearchFunc(at, to, time.Time.Compare)
		return float64(b-a) / to.Sub(from).Seconds()
	}
	lapsed := killed.Add(fleetLease)
	f.Logf("%d requests: at most %d in a sliding second; %.1f/s before the kill, "+
		"%.1f/s within a lease after it, %.1f/s from then on while work waited",
		len(at), most, between(at[0], killed), between(killed, lapsed),
		between(lapsed, later(busy, killed.Add(fleetLease+time.Second))))
	if most > fleetMost {
		f.Errorf("%d requests came within a second, want %d at most", most, fleetMost)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
