//go:build postgres && growth

package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/fleet"
	"keyroster/io/store"
	"keyroster/io/store/pgstore"
	"keyroster/io/store/pgstore/pgtest"
	"keyroster/reconcile"
)

var growthSizes = flag.String("growth.accounts", "10,100,1000", "the sizes of fleets that are measured")

// TestGrowth measures fleets of three workers with eight slots each, and prints a table in
// Markdown. What it measures depends on this machine, so it checks nothing.
func TestGrowth(t *testing.T) {
	cluster, err := pgtest.Start("shared_preload_libraries=pg_stat_statements")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	}()
	fmt.Println("| accounts | queued in | 2 changes each: wall | database time an account " +
		"| statements an account | connections | kB a night and account " +
		"| no changes, run_files: small: queued in | wall | nights/s | statements an account | kB a night and account " +
		"| fleet status takes | lines | statements |\n" +
		"|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, size := range strings.Split(*growthSizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(size, func(t *testing.T) { measureGrowth(t, cluster.URL(), n) })
	}
	t.Run("overhead", func(t *testing.T) { measureOverhead(t, cluster.URL()) })
}

// measureGrowth prints the table's line for one size.
func measureGrowth(t *testing.T, server string, accounts int) {
	f := newFleet(t, server, accounts, 20)
	for _, a := range f.accounts {
		a.want(1, 2, 0, 0)
		for i := 2; i < a.records; i++ {
			a.values[fmt.Sprintf("K%d", i)] = a.value(0, i)
		}
	}
	f.section["run_files"] = "small" // as in the sample fleets
	f.exec("CREATE EXTENSION pg_stat_statements")
	f.begin("north", "south", "west")
	f.aliveWorkers(3)
	time.Sleep(fleetLease) // until all connections that idle workers need are made
	desk := f.desk()
	changed := f.measure("2026-03-01", func() {
		f.command(exit.OK, "fleet", "run", "--all", "--night", "2026-03-01")
	})
	empty := f.measure("2026-03-02", func() { desk("2026-03-02") })
	took, lines, asked := f.glance()
	n := float64(accounts)
	fmt.Printf("| %d | %.2f s | %.1f s | %.0f ms | %.0f | %d | %.0f "+
		"| %.2f s | %.1f s | %.0f | %.0f | %.0f | %.2f s | %d | %d |\n",
		accounts, changed.queued.Seconds(), changed.wall.Seconds(),
		changed.spent/n, float64(changed.statements)/n,
		max(changed.connections, empty.connections), float64(changed.bytes)/1024/n,
		empty.queued.Seconds(), empty.wall.Seconds(), n/empty.wall.Seconds(),
		float64(empty.statements)/n, float64(empty.bytes)/1024/n, took.Seconds(), lines, asked)
}

// glance returns how long the status of all accounts takes, its lines, and its statements.
func (f *fleetWorld) glance() (took time.Duration, lines, statements int) {
	f.Helper()
	dir := f.configure("glance")
	cmd := exec.Command(f.binary, "fleet", "status", "--config", filepath.Join(dir, "keyroster.yaml"))
	cmd.Env = f.environment(dir, f.database)
	before := f.calls()
	began := time.Now()
	out, err := cmd.Output()
	took = time.Since(began)
	if err != nil {
		f.Fatalf("the status: %v\n%s", err, out)
	}
	return took, bytes.Count(out, []byte("\n")), int(f.calls() - before)
}

// calls counts the statements since the last reset.
func (f *fleetWorld) calls() int64 {
	f.Helper()
	return fleetQuery[int64](f, "SELECT coalesce(sum(calls), 0)::bigint"+mine)
}

// mine selects the statements of this database, except those that measure.
const mine = ` FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
	WHERE d.datname = current_database() AND query NOT LIKE '%pg_stat%' AND query NOT LIKE '%fenced, began, ended%'`

// desk returns how a person asks for a night, without starting a process.
func (f *fleetWorld) desk() func(date string) {
	f.Helper()
	wrapping, err := pgstore.NewWrapping(reconcile.NewSecret(fleetKey))
	f.must(err)
	s, err := pgstore.Open(f.Context(), f.pool, wrapping, fleetLease)
	f.must(err)
	queue, err := fleet.NewRiver(f.pool, "", zerolog.Nop())
	f.must(err)
	return func(date string) {
		var nights []store.Night
		for _, a := range f.accounts {
			nights = append(nights, store.Night{NightKey: store.NightKey{Account: a.name, Date: date}, Provider: "doorflow"})
		}
		_, err := fleet.Request(f.Context(), s.Board(), queue, nights)
		f.must(err)
	}
}

// measured is what a night of all accounts took.
type measured struct {
	queued, wall      time.Duration
	spent             float64 // in the database, ms
	statements, bytes int64
	connections       int
}

// measure measures a night.
func (f *fleetWorld) measure(date string, ask func()) (m measured) {
	f.Helper()
	before := f.bytes()
	f.exec("SELECT pg_stat_statements_reset()")
	stop := f.watchConnections(&m.connections)
	began := time.Now()
	ask()
	m.queued = time.Since(began)
	f.well(date, time.Hour)
	stop()
	m.wall = time.Duration(fleetQuery[float64](f,
		`SELECT extract(epoch FROM max(ended) - min(began))::float8
		FROM keyroster.night WHERE date = $1`, date) * float64(time.Second))
	m.spent = fleetQuery[float64](f, "SELECT coalesce(sum(total_exec_time), 0)"+mine)
	m.statements = f.calls()
	m.bytes = f.bytes() - before
	return m
}

// bytes returns the room that all tables take.
func (f *fleetWorld) bytes() int64 {
	f.Helper()
	return fleetQuery[int64](f, `SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'keyroster' AND c.relkind = 'r'`)
}

func (f *fleetWorld) exec(sql string) {
	f.Helper()
	_, err := f.pool.Exec(f.Context(), sql)
	f.must(err)
}

// watchConnections notes the most connections that workers have at once.
func (f *fleetWorld) watchConnections(most *int) (stop func()) {
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			var n int
			err := f.pool.QueryRow(context.Background(), `SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`).Scan(&n)
			if err == nil {
				*most = max(*most, n)
			}
			select {
			case <-done:
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	})
	return func() { close(done); watching.Wait() }
}

// measureOverhead prints how much longer a night takes with a database than with folders when each
// answer takes 100 ms: one process, eight accounts at once.
func measureOverhead(t *testing.T, server string) {
	const accounts, at = 16, "2026-03-01"
	f := newFleet(t, server, accounts, 120)
	for _, a := range f.accounts {
		a.want(1, 40, 0, 0)
	}
	f.witness.set(func(w *fleetWitness) { w.latency = 100 * time.Millisecond })
	f.exec("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
	north := f.begin("north")[0]
	f.aliveWorkers(1)
	m := f.measure(at, func() { f.ask(at) })
	f.judge()
	f.witness.set(func(w *fleetWitness) { w.latency = 0 })
	for _, a := range f.accounts {
		a.want(2, 40, 0, 0)
	}
	f.rosters(north.dir)
	again := f.measure("2026-03-02", func() { f.ask("2026-03-02") })
	f.judge()

	plain := newFleet(t, server, accounts, 120)
	for _, a := range plain.accounts {
		a.want(1, 40, 0, 0)
	}
	plain.witness.set(func(w *fleetWitness) { w.latency = 100 * time.Millisecond })
	plain.fleet = nil
	dir := plain.configure("folder")
	cmd := exec.Command("keyroster", "apply", "--all", "--yes", "--quiet", "--concurrency-accounts", "8",
		"--config", filepath.Join(dir, "keyroster.yaml"),
		"--runs", filepath.Join(dir, "runs"), "--state", filepath.Join(dir, "state"))
	cmd.Dir, cmd.Env = dir, plain.environment(dir, "")
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	folder := time.Since(began)
	plain.judge()
	fmt.Printf("\n%d accounts × 40 changes, 100 ms an answer, 8 at once: "+
		"%.2f s with folders, %.2f s with a database: %+.1f %%\n",
		accounts, folder.Seconds(), m.wall.Seconds(), 100*(m.wall.Seconds()/folder.Seconds()-1))
	for which, m := range map[string]measured{"first": m, "next": again} {
		fmt.Printf("The %s night of 40 changes: %.0f statements, %.0f ms of database time and %.0f kB an account\n", which,
			float64(m.statements)/accounts, m.spent/accounts, float64(m.bytes)/1024/accounts)
	}
}
