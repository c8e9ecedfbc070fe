//go:build postgres

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"keyroster/cmd/internal/exit"
	"keyroster/io/store/pgstore/pgtest"
)

var fleetSeed = flag.Uint64("fleet.seed", uint64(time.Now().UnixNano()%1_000_000),
	"what is random in a fleet is drawn of this")

// TestFleetProcesses runs what must hold of a fleet with workers that are processes, against
// accounts that record what they are asked.
func TestFleetProcesses(t *testing.T) {
	err := pgtest.WithDatabase(func(server string) {
		t.Run("with", func(t *testing.T) {
			for _, s := range fleetScenarios {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					s.run(t, server)
				})
			}
		})
	})
	if err != nil {
		t.Error(err)
	}
}

var fleetScenarios = []struct {
	name string
	run  func(t *testing.T, server string)
}{
	{"a night and the same again", fleetOnce},
	{"workers that are killed", fleetKilled},
	{"workers that are told to end", fleetTold},
	{"a worker that is cut off", fleetCut},
	{"a database that loses its power", fleetPowerCut},
	{"requests that come late", fleetLate},
	{"two accounts of a tenant", fleetTenants},
	{"tokens that rotate", fleetTokens},
	{"a rate for all", fleetRate},
	{"nights that are due", fleetDue},
	{"a dump", fleetDump},
	{"a worker that stands still", fleetStopped},
	{"a worker that stands still, without the gate", fleetStoppedUngated},
}

// fleetNight is a night as the database has it.
type fleetNight struct {
	Account, State, Worker, Run string
	ExitCode, Generation        int
	Lost                        []string
	Fenced                      bool
	Began, Ended                *time.Time
}

func (n fleetNight) String() string {
	return fmt.Sprintf("%s %s %d (%s, attempt %d, lost by %v)",
		n.Account, n.State, n.ExitCode, n.Worker, n.Generation, n.Lost)
}

// nights returns those of a date.
func (f *fleetWorld) nights(date string) []fleetNight {
	f.Helper()
	nights, err := f.readNights(date)
	f.must(err)
	return nights
}

func (f *fleetWorld) readNights(date string) ([]fleetNight, error) {
	rows, err := f.pool.Query(context.Background(), `
		SELECT account, state, worker, run, exit_code, generation, lost, fenced, began, ended
		FROM keyroster.night WHERE date = $1 ORDER BY account`, date)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[fleetNight])
}

// fleetQuery reads the one value of a query.
func fleetQuery[T any](f *fleetWorld, sql string, args ...any) (value T) {
	f.Helper()
	f.must(f.pool.QueryRow(context.Background(), sql, args...).Scan(&value))
	return value
}

// until waits for something to be so of the nights of a date; the database may be gone meanwhile.
func (f *fleetWorld) until(date string, within time.Duration, so func([]fleetNight) bool) []fleetNight {
	f.Helper()
	var nights []fleetNight
	pause := time.Duration(50+len(f.accounts)) * time.Millisecond
	for late := time.Now().Add(within); time.Now().Before(late); time.Sleep(pause) {
		read, err := f.readNights(date)
		if err != nil {
			continue
		}
		if nights = read; so(nights) {
			return nights
		}
	}
	for _, n := range nights {
		if n.State != "ended" || n.ExitCode != 0 {
			f.Log(n)
		}
	}
	f.Fatalf("it did not come about within %v", within)
	return nil
}

// ask asks for the nights of all accounts.
func (f *fleetWorld) ask(date string) string {
	f.Helper()
	return f.command(exit.OK, "fleet", "run", "--all", "--night", date)
}

// well waits until all nights of a date have ended, and checks that each ended with 0.
func (f *fleetWorld) well(date string, within time.Duration) []fleetNight {
	f.Helper()
	nights := f.until(date, within, func(nights []fleetNight) bool {
		return len(nights) == len(f.accounts) &&
			!slices.ContainsFunc(nights, func(n fleetNight) bool { return n.State != "ended" })
	})
	for _, n := range nights {
		if n.ExitCode != 0 {
			f.Errorf("%v", n)
		}
	}
	return nights
}

// judge checks all accounts against their rosters.
func (f *fleetWorld) judge() {
	f.Helper()
	for _, a := range f.accounts {
		a.judge(f)
	}
}

// by returns the workers that wrote to an account.
func (f *fleetWorld) by(account string) (names []string) {
	for _, w := range f.witness.writes(writesTo(account)) {
		if !slices.Contains(names, w.worker) {
			names = append(names, w.worker)
		}
	}
	return names
}

// fleetOnce: each night ends once, with 0 and as many writes as changes, no two workers write to
// one account, and all workers take part; the same night again adds no jobs and no writes. What a
// run did can be looked at and undone from anywhere.
func fleetOnce(t *testing.T, server string) {
	f := newFleet(t, server, fleetAccounts, fleetRecords)
	for _, a := range f.accounts {
		a.want(1, fleetChanges, 0, 0)
	}
	f.witness.set(func(w *fleetWitness) { w.latency = 10 * time.Millisecond })
	workers := f.begin("north", "south", "west")
	f.aliveWorkers(len(workers))
	began := time.Now()
	f.ask("2026-03-01")
	f.well("2026-03-01", 10*time.Minute)
	f.Logf("%d accounts × %d changes: %v", len(f.accounts), fleetChanges, time.Since(began).Round(time.Millisecond))
	f.judge()
	took := map[string]int{}
	for _, a := range f.accounts {
		if n := len(f.witness.writes(writesTo(a.name))); n != fleetChanges {
			f.Errorf("%s was written %d times, want %d", a.name, n, fleetChanges)
		}
		names := f.by(a.name)
		if len(names) != 1 {
			f.Errorf("%s was written by %v", a.name, names)
		}
		took[strings.Join(names, " ")]++
	}
	if f.Logf("accounts by worker: %v", took); len(took) != len(workers) {
		f.Errorf("not all workers took part")
	}

	f.witness.forget()
	jobs := fleetQuery[int](f, "SELECT count(*) FROM keyroster.river_job")
	if said := f.ask("2026-03-01"); !strings.Contains(said, "nothing was queued") {
		f.Errorf("the same night again: %s", said)
	}
	time.Sleep(fleetLease / 3) // a worker looks every sixth of the lease
	if n := fleetQuery[int](f, "SELECT count(*) FROM keyroster.river_job"); n > jobs {
		f.Errorf("the same night again: %d jobs more", n-jobs)
	}
	if again := f.witness.writes(nil); len(again) > 0 {
		f.Errorf("the same night again: %v", again)
	}
	f.lookBack("2026-03-01")
}

// aliveWorkers waits until this many workers are on the board.
func (f *fleetWorld) aliveWorkers(n int) {
	f.Helper()
	if !soon(func() bool {
		return fleetQuery[int](f, `SELECT count(*) FROM keyroster.worker
			WHERE seen > clock_timestamp() - $1::interval`, fleetLease) >= n
	}) {
		f.Fatalf("there are not %d workers", n)
	}
}

// lookBack looks at a run of the first account and undoes it.
func (f *fleetWorld) lookBack(date string) {
	f.Helper()
	a := f.accounts[0]
	status := f.status(date)
	if len(status) != len(f.accounts) {
		f.Errorf("the status names %d accounts", len(status))
	}
	id := status[a.name].RunID
	if said := f.command(exit.OK, "runs"); !strings.Contains(said, id) {
		f.Errorf("keyroster runs does not name %s:\n%s", id, said)
	}
	f.command(exit.OK, "runs", "show", id)
	f.command(exit.OK, "verify", id)
	f.witness.forget()
	f.command(exit.OK, "undo", "--yes", id)
	if n := len(f.witness.writes(writesTo(a.name))); n != fleetChanges {
		f.Errorf("undo wrote %d times, want %d", n, fleetChanges)
	}
	for i := range a.records {
		a.values[fmt.Sprintf("K%d", i)] = a.value(0, i)
	}
	for i := range a.records - fleetChanges {
		delete(a.values, fmt.Sprintf("K%d", fleetChanges+i))
	}
	a.judge(f)
}

// fleetStatus is how an account stands, as the status tells programs.
type fleetStatus struct {
	Account  string `json:"account"`
	ExitCode *int   `json:"exit_code"`
	RunID    string `json:"run_id"`
}

// status asks for the status of a date.
func (f *fleetWorld) status(date string) map[string]fleetStatus {
	f.Helper()
	var said struct{ Accounts []fleetStatus }
	out := f.command(exit.OK, "fleet", "status", "--night", date, "--json")
	f.must(json.Unmarshal([]byte(out), &said))
	all := map[string]fleetStatus{}
	for _, a := range said.Accounts {
		all[a.Account] = a
	}
	return all
}
