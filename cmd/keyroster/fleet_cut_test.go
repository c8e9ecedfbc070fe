//go:build postgres

package main

import (
	"context"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"keyroster/cmd/internal/exit"
	"keyroster/io/store/pgstore/pgtest"
)

// wire is a connection to a database that can be cut.
type wire struct {
	t       *testing.T
	address string
	to      func() (net.Conn, error)

	mu    sync.Mutex
	at    net.Listener
	conns map[net.Conn]bool
	under sync.WaitGroup
}

// newWire lays a wire to a database's server, joined from the start.
func newWire(t *testing.T, database string) *wire {
	t.Helper()
	where, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{t: t, conns: map[net.Conn]bool{}, to: func() (net.Conn, error) {
		if filepath.IsAbs(where.Host) {
			return net.Dial("unix", filepath.Join(where.Host, ".s.PGSQL.5432"))
		}
		return where.DialFunc(context.Background(), "tcp", net.JoinHostPort(where.Host, "5432"))
	}}
	w.address = "127.0.0.1:0"
	w.join()
	t.Cleanup(func() {
		w.cut()
		w.under.Wait()
	})
	return w
}

// join lets connections pass from now on.
func (w *wire) join() {
	w.t.Helper()
	listener, err := net.Listen("tcp", w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	w.at, w.address = listener, listener.Addr().String()
	w.mu.Unlock()
	w.under.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			w.under.Go(func() { w.carry(conn) })
		}
	})
}

func (w *wire) carry(near net.Conn) {
	far, err := w.to()
	if err != nil {
		_ = near.Close()
		return
	}
	w.mu.Lock()
	w.conns[near], w.conns[far] = true, true
	w.mu.Unlock()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			_, _ = near.Close(), far.Close()
		})
	}
	both.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.conns, near)
	delete(w.conns, far)
}

// cut ends all connections and lets no new ones be made.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.at.Close()
	for conn := range w.conns {
		_ = conn.Close()
	}
}

// fleetCut: a worker that is cut off only from the database writes nothing later than its leases
// allow, and nothing to what was taken over.
func fleetCut(t *testing.T, server string) {
	f := slowFleet(t, server)
	line := newWire(t, f.database)
	f.command(exit.OK, "fleet", "migrate")
	north := f.workerAt("north", f.behind(line.address))
	f.worker("south")
	f.worker("west")
	f.aliveWorkers(3)
	f.ask("2026-03-01")
	f.amidWrites("north", 5)
	line.cut()
	cut := time.Now()
	ends := f.leases(north)
	time.Sleep(3 * fleetLease)
	line.join()
	f.well("2026-03-01", 3*time.Minute)
	f.judge()
	last := time.Duration(0)
	for account, expires := range ends {
		until := expires.Add(-fleetLease / 10) // the margin
		for _, w := range f.witness.writes(func(w fleetWrite) bool { return w.worker == "north" && w.account == account }) {
			last = max(last, w.sent.Sub(cut))
			if w.sent.After(until) {
				f.Errorf("%v, %v after the end of the lease less its margin", w, w.sent.Sub(until))
			}
		}
	}
	f.Logf("%d accounts were at work; the last write came %v after the cut", len(ends), last.Round(time.Millisecond))
	if len(ends) == 0 {
		f.Error("nothing was cut off: the test proves nothing")
	}
	select {
	case err := <-north.ended:
		north.ended <- err
		f.Logf("the worker that was cut off ended: %v", err)
		f.end(north, 0, exit.Stopped)
	default:
		f.must(north.cmd.Process.Signal(syscall.SIGTERM))
		f.end(north, 30*time.Second, exit.OK)
	}
}

// leases returns the ends of the leases that a worker has, by account.
func (f *fleetWorld) leases(w *fleetWorker) map[string]time.Time {
	f.Helper()
	rows, err := f.pool.Query(context.Background(), `SELECT convert_from(tenant, 'UTF8'), expires FROM keyroster.tenant
		WHERE expires IS NOT NULL AND (holder->>'pid')::integer = $1`, w.cmd.Process.Pid)
	f.must(err)
	ends := map[string]time.Time{}
	var tenant string
	var expires time.Time
	_, err = pgx.ForEachRow(rows, []any{&tenant, &expires}, func() error {
		for _, a := range f.accounts {
			if a.tenant == tenant {
				ends[a.name] = expires
			}
		}
		return nil
	})
	f.must(err)
	return ends
}

// behind returns the URL of the database through another address.
func (f *fleetWorld) behind(address string) string {
	f.Helper()
	host, port, err := net.SplitHostPort(address)
	f.must(err)
	where, err := url.Parse(f.database)
	f.must(err)
	query := where.Query()
	query.Set("host", host)
	query.Set("port", port)
	where.RawQuery = query.Encode()
	return where.String()
}

// fleetPowerCut: the database's server loses power under load and comes back. All nights end, and
// nothing is written twice.
func fleetPowerCut(t *testing.T, _ string) {
	cluster, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	f := slowFleet(t, cluster.URL())
	f.section["rate"] = "20/s"
	f.begin("north", "south", "west")
	f.aliveWorkers(3)
	f.ask("2026-03-01")
	for _, name := range []string{"north", "south"} {
		f.amidWrites(name, 5)
		f.must(cluster.Crash())
	}
	f.well("2026-03-01", 5*time.Minute)
	f.judge()
	f.oneWriteEach()
}
