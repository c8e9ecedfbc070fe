package status_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/fleet/status"
	"keyroster/io/store"
)

var update = flag.Bool("update", false, "write the golden files")

// now is when a person asks.
var now = time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)

const lease = 30 * time.Second

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// board has the nights and workers that a test puts on it.
type board struct {
	store.Board
	nights  []store.Night
	workers []store.Worker
}

func (b *board) Nights(q store.NightQuery) ([]store.Night, error) {
	var out []store.Night
	for _, n := range b.nights {
		if (q.Date == "" || n.Date == q.Date) && n.Date >= q.Since && (q.State == "" || n.State == q.State) {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(a, b store.Night) int {
		return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(b.Date, a.Date))
	})
	if q == (store.NightQuery{}) {
		out = slices.CompactFunc(out, func(a, b store.Night) bool { return a.Account == b.Account })
	}
	return out, nil
}

func (b *board) Workers() ([]store.Worker, error) { return b.workers, nil }

// world is a fleet, and what is asked about it.
type world struct {
	*testing.T
	board
	status.Query
}

func newWorld(t *testing.T) *world {
	return &world{T: t, Query: status.Query{Lease: lease, Now: now}}
}

// worker adds a worker that was last seen so long ago.
func (w *world) worker(name string, ago time.Duration) {
	w.workers = append(w.workers, store.Worker{
		Name: name, Host: name + ".example", PID: 7, Slots: 8, Started: now.Add(-9 * time.Hour), Seen: now.Add(-ago),
	})
}

// add adds a night of an account, dated so many days ago, and returns it.
func (w *world) add(account string, days int, state store.NightState) *store.Night {
	known := func(c status.Configured) bool { return c.Name == account }
	if !slices.ContainsFunc(w.Accounts, known) {
		w.Accounts = append(w.Accounts, status.Configured{Name: account, Provider: "doorflow", Scheduled: true, Login: true})
	}
	due := now.Add(-30*time.Minute).AddDate(0, 0, -days)
	w.nights = append(w.nights, store.Night{
		NightKey: store.NightKey{Account: account, Date: due.Format(time.DateOnly)}, Provider: "doorflow",
		Due: due, Until: due.Add(4 * time.Hour), State: state,
	})
	n := &w.nights[len(w.nights)-1]
	switch state {
	case store.NightWaiting:
		n.Next = due
	case store.NightRunning:
		n.Worker, n.Generation, n.Began, n.Expires = "worker-a", 1, due, now.Add(lease)
		n.Done, n.Total = 12, 40
	}
	return n
}

// end adds a night that ended with this code.
func (w *world) end(account string, days, code int, reason string) *store.Night {
	n := w.add(account, days, store.NightEnded)
	n.Worker, n.Generation, n.Began = "worker-a", 1, n.Due.Add(time.Second)
	n.Last = &store.Ending{
		At: n.Due.Add(time.Minute), ExitCode: code, Reason: reason,
		RunID: fmt.Sprintf("%s-%s-1a2b3c", n.Due.Format("20060102T150405Z"), account),
	}
	return n
}

func (w *world) read() *status.Status {
	w.Helper()
	s, err := status.Read(&w.board, &w.Query)
	must(w.T, err)
	return s
}

func (w *world) text(o status.TextOptions) string {
	w.Helper()
	return render(w.T, func(out io.Writer) error { return w.read().WriteText(out, o) })
}

func render(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	must(t, write(&out))
	return out.String()
}

// golden compares got with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

// fleet returns a fleet of so many accounts, all of which are well.
func fleet(t *testing.T, accounts int) *world {
	w := newWorld(t)
	for _, name := range []string{"worker-a", "worker-b", "worker-c"} {
		w.worker(name, 3*time.Second)
	}
	for n := range accounts {
		w.end(fmt.Sprintf("hall-%04d", n), 0, 0, "")
	}
	return w
}
