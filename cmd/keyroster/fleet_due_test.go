//go:build postgres

package main

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"keyroster/cmd/internal/exit"
)

// fleetDue: a night begins once when it is due, however many workers there are. If there are none,
// it begins within its time, or is missed.
func fleetDue(t *testing.T, server string) {
	f := newFleet(t, server, 3, 10)
	now := time.Now().UTC()
	next, past := now.Add(70*time.Second).Truncate(time.Minute), now.Add(-3*time.Minute).Truncate(time.Minute)
	due, late, missed := f.accounts[0], f.accounts[1], f.accounts[2]
	for a, at := range map[*fleetAccount]time.Time{due: next, late: past, missed: past} {
		a.want(1, 5, 0, 0)
		a.section["schedule"] = fmt.Sprintf("%d %d * * *", at.Minute(), at.Hour())
		a.section["time_zone"] = "UTC"
	}
	missed.section["start_within"], late.section["start_within"] = "1m", "1h"
	f.command(exit.OK, "fleet", "migrate")
	before := past.AddDate(0, 0, -1).Format(time.DateOnly)
	f.command(exit.OK, "fleet", "run", "--account", missed.name, "--night", before)
	workers := []*fleetWorker{f.worker("north"), f.worker("south")}
	want := func(a *fleetAccount, at time.Time, state string, within time.Duration) {
		f.Helper()
		f.until(at.Format(time.DateOnly), within, func(nights []fleetNight) bool {
			for _, n := range nights {
				if n.Account == a.name {
					return n.State == state && n.ExitCode == 0
				}
			}
			return false
		})
	}
	want(late, past, "ended", time.Minute)
	want(missed, past, "missed", time.Minute)
	if said := f.command(exit.Stopped, "fleet", "status"); !strings.Contains(said, "missed") {
		f.Errorf("the status does not say that one was missed:\n%s", said)
	}
	want(due, next, "ended", 3*time.Minute)
	wrote := f.witness.writes(writesTo(due.name))
	f.Logf("begun %v after it was due", wrote[0].sent.Sub(next).Round(time.Millisecond))
	if wrote[0].sent.Before(next) || len(wrote) != 5 {
		f.Errorf("%d writes, the first %v after it was due", len(wrote), wrote[0].sent.Sub(next))
	}
	time.Sleep(fleetLease / 2)
	for _, n := range f.nights(next.Format(time.DateOnly)) {
		if n.Account == due.name && n.Generation != 1 {
			f.Errorf("%v", n)
		}
	}
	// An older program leaves newer tables alone and says what to do.
	_, err := f.pool.Exec(t.Context(), "UPDATE keyroster.about SET version = version + 1")
	f.must(err)
	old := f.worker("old")
	f.end(old, time.Minute, exit.Stopped)
	if said := old.stderr.String(); !strings.Contains(said, "install the keyroster that made the tables, or a newer one") {
		f.Errorf("it does not say what to do: %s", said)
	}
	for _, w := range workers {
		f.must(w.cmd.Process.Signal(syscall.SIGTERM))
		f.end(w, 30*time.Second, exit.OK)
	}
}
