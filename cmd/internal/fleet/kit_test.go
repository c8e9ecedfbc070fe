package fleet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/fleet"
	"keyroster/io/configio/night"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

const (
	lease = 30 * time.Second
	// soon is how long it takes at most until a worker has looked at the board.
	soon = lease/6 + time.Second
)

// group is a group of workers that meet on a board of their own, in virtual time.
type group struct {
	*testing.T
	kept  *memory.Store
	tasks *tasks

	mu     sync.Mutex
	logged bytes.Buffer
	made   []attempt
}

// attempt records an attempt that has ended.
type attempt struct {
	worker, account string
	began, ended    time.Time
	cause           error // why its context had ended by then
}

// inGroup runs a test of workers. It begins at noon UTC on 27 March 2027, the last day of winter
// time in London.
func inGroup(t *testing.T, test func(g *group)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &group{T: t, kept: memory.New(), tasks: newTasks()}
		g.until("2027-03-27T12:00:00Z")
		test(g)
	})
}

// until waits until a time.
func (g *group) until(at string) {
	g.Helper()
	when, err := time.Parse(time.RFC3339, at)
	g.must(err)
	time.Sleep(time.Until(when))
}

func (g *group) must(err error) {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
}

// Write keeps a line of the log.
func (g *group) Write(line []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.logged.Write(line)
}

// lines returns the lines of the log that have this message.
func (g *group) lines(message string) (found []map[string]any) {
	g.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	for line := range bytes.Lines(g.logged.Bytes()) {
		var fields map[string]any
		g.must(json.Unmarshal(line, &fields))
		if fields["message"] == message {
			found = append(found, fields)
		}
	}
	return found
}

// work is what an attempt does: it takes its time, and returns how it ended.
type work func(ctx context.Context, account string) error

// takes returns work that succeeds after a while, unless its context ends first.
func takes(long time.Duration) work {
	return func(ctx context.Context, _ string) error {
		select {
		case <-time.After(long):
			return nil
		case <-ctx.Done():
			return failure.Of(ctx.Err())
		}
	}
}

// fails returns work that fails with this kind.
func fails(kind failure.Kind) work {
	return func(context.Context, string) error { return failure.New(kind, "", "no luck") }
}

// worker returns a worker with this many slots, in a process of its own.
func (g *group) worker(name string, slots int, do work, sites ...fleet.Site) *fleet.Worker {
	return &fleet.Worker{
		Self:  store.Worker{Name: name, PID: 1, Slots: slots},
		Board: g.kept.Process().Board(), Queue: g.tasks, Sites: sites, Lease: lease,
		Work: func(ctx context.Context, at *fleet.Attempt) fleet.Result {
			account := at.Account()
			a := attempt{worker: name, account: account, began: time.Now()}
			defer func() {
				a.ended, a.cause = time.Now(), context.Cause(ctx)
				g.mu.Lock()
				defer g.mu.Unlock()
				g.made = append(g.made, a)
			}()
			return fleet.Result{Err: do(ctx, account), RunID: "run-of-" + account}
		},
		ExitCode: exit.Code, Log: zerolog.New(g), Finish: fleet.Finish, Grace: fleet.Grace,
	}
}

// start starts a worker; stop tells it to end, and returns its error.
func (g *group) start(w *fleet.Worker) (stop func() error) {
	ctx, cancel := context.WithCancel(g.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	return func() error {
		cancel()
		return <-ended
	}
}

// attempts returns the attempts that have ended so far.
func (g *group) attempts() []attempt {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]attempt(nil), g.made...)
}

// sites returns so many accounts with a schedule in London.
func (g *group) sites(n int, schedule string) (sites []fleet.Site) {
	g.Helper()
	zone, err := time.LoadLocation("Europe/London")
	g.must(err)
	every, err := night.Parse(schedule, zone)
	g.must(err)
	for i := range n {
		sites = append(sites, fleet.Site{
			Account: fmt.Sprintf("site-%03d", i), Provider: "doorflow", Schedule: every, StartWithin: 4 * time.Hour,
		})
	}
	return sites
}

// ask asks for today's night of each account.
func (g *group) ask(accounts ...string) fleet.Requested {
	g.Helper()
	var nights []store.Night
	for _, account := range accounts {
		nights = append(nights, store.Night{NightKey: keyOf(account), Provider: "doorflow"})
	}
	r, err := fleet.Request(g.Context(), g.board(), g.tasks, nights)
	g.must(err)
	return r
}

func keyOf(account string) store.NightKey {
	return store.NightKey{Account: account, Date: time.Now().Format(time.DateOnly)}
}

func (g *group) board() store.Board { return g.kept.Process().Board() }

// night returns the latest night of an account, as the board has it.
func (g *group) night(account string) store.Night {
	g.Helper()
	nights, err := g.board().Nights(store.NightQuery{})
	g.must(err)
	for _, n := range nights {
		if n.Account == account {
			return n
		}
	}
	g.Fatalf("the board has no night of %s", account)
	return store.Night{}
}

// wants fails unless an account's night is in this state and, if an attempt has ended, has this
// exit code.
func (g *group) wants(account string, state store.NightState, exitCode int) {
	g.Helper()
	n := g.night(account)
	code := exitCode
	if n.Last != nil {
		code = n.Last.ExitCode
	}
	if n.State != state || code != exitCode || (state == store.NightEnded && n.Last == nil) {
		g.Errorf("the night of %s: %s, last %+v, want %s with %d", account, n.State, n.Last, state, exitCode)
	}
}

// spy is a board whose answers to End a test changes.
type spy struct {
	store.Board
	end func(*store.Night, store.Ending) error
}

// End implements [store.Board].
func (s spy) End(n *store.Night, e store.Ending) error { return s.end(n, e) }

var errLine = errors.New("the line is dead")
