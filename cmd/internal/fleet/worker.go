package fleet

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

// Worker works on nights until it is asked to stop. Its fields must not be changed while it runs.
type Worker struct {
	// Self is this process; its name is unique among living workers.
	Self  store.Worker
	Board store.Board
	Queue Queue
	Sites []Site
	// Lease is that of the tenants' locks. A worker owns a night for a sixth longer, and renews
	// it every sixth, so that whoever may take over the night can take the lock too.
	Lease time.Duration
	// Work works on an attempt's account. Its context ends when the worker must stop, or has
	// lost the night.
	Work func(ctx context.Context, a *Attempt) Result
	// ExitCode is the exit code of a kind of failure.
	ExitCode func(failure.Kind) int
	Log      zerolog.Logger
	// Finish is how long attempts may go on after the worker is asked to stop, before they are
	// interrupted; Grace limits the whole shutdown.
	Finish, Grace time.Duration
	// Now is the machine's clock, which decides when nights are due; nil is time.Now.
	// Everything else uses the board's clock or elapsed time.
	Now func() time.Time

	heartbeat heartbeat
	outage    outage
	mu        sync.Mutex
	attempts  map[store.NightKey]*Attempt
	queued    map[store.NightKey]queuedTask
	planned   time.Time // nights due until then are on the board
	full      time.Time // when all slots were last in use
	ending    bool
}

// How long a worker takes to shut down: a container is killed after 30 seconds unless its
// operator sets another time.
const (
	Finish = 8 * time.Second
	Grace  = 25 * time.Second
)

// errGrace is the error of attempts that do not end in time.
var errGrace = errors.New(
	"stop worker: some nights did not finish in time; other workers take them over when their leases expire",
)

// heartbeatInterval is how often a worker sends a sign of life and looks at the board.
func (w *Worker) heartbeatInterval() time.Duration { return w.Lease / 6 }

// leaseDuration is how long a worker owns a night without renewing it.
func (w *Worker) leaseDuration() time.Duration { return w.Lease + w.heartbeatInterval() }

// Run works on nights until ctx ends. Then it takes nothing more, lets attempts finish,
// interrupts those that do not, and hands over the rest. An error means that it could not go
// on, or did not shut down in time.
func (w *Worker) Run(ctx context.Context) error {
	w.attempts, w.queued = map[store.NightKey]*Attempt{}, map[store.NightKey]queuedTask{}
	w.Log.Info().Str("worker", w.Self.Name).Int("slots", w.Self.Slots).Int("accounts", len(w.Sites)).
		Msg("worker started")
	work, interrupt := context.WithCancel(context.WithoutCancel(ctx))
	defer interrupt()
	var loops sync.WaitGroup
	living, die := context.WithCancel(context.WithoutCancel(ctx))
	looking, rest := context.WithCancel(ctx)
	defer rest()
	loops.Go(func() { w.end(ctx, living, interrupt) })
	loops.Go(func() { w.each(living, w.heartbeatInterval(), w.renew) })
	loops.Go(func() { w.each(looking, w.heartbeatInterval(), w.enqueueDue) })
	served := make(chan error, 1)
	loops.Go(func() {
		served <- w.Queue.Serve(ctx, w.Self.Slots, func(t Task) error { return w.attempt(work, t) })
	})
	err := w.served(ctx, served)
	die()
	rest() // without the queue there is nothing to do
	if errors.Is(err, errGrace) {
		return err // attempts still running end with the process
	}
	loops.Wait()
	if left := w.Board.Leave(w.Self.Name); left != nil && err == nil {
		w.Log.Warn().Err(left).Msg("could not record that this worker is stopping")
	}
	return err
}

// served waits for the queue; once ctx ends, only for the grace period.
func (w *Worker) served(ctx context.Context, served <-chan error) error {
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	late := time.NewTimer(w.Grace)
	defer late.Stop()
	select {
	case err := <-served:
		return err
	case <-late.C:
		return errGrace
	}
}

// end waits until the worker is told to end, lets attempts finish for a while, then interrupts
// them. It returns once the worker is done.
func (w *Worker) end(ctx, living context.Context, interrupt func()) {
	select {
	case <-ctx.Done():
	case <-living.Done():
		return
	}
	w.mu.Lock()
	w.ending = true
	n := len(w.attempts)
	w.mu.Unlock()
	w.Log.Info().Int("accounts", n).Msg("worker stopping: running nights are finished or handed over")
	select {
	case <-time.After(w.Finish):
		interrupt()
	case <-living.Done():
	}
}

// each calls do at once and then at each interval, until ctx ends.
func (w *Worker) each(ctx context.Context, pause time.Duration, do func(context.Context)) {
	clock := time.NewTicker(pause)
	defer clock.Stop()
	for ctx.Err() == nil {
		do(ctx)
		select {
		case <-clock.C:
		case <-ctx.Done():
		}
	}
}

// renew sends the sign of life and renews the leases of this worker's nights. Attempts at lost
// nights are cancelled.
func (w *Worker) renew(context.Context) {
	held := w.held()
	var nights []store.Night
	for _, a := range held {
		nights = append(nights, a.progressedNight())
	}
	lost, err := w.Board.Renew(w.Self, nights, w.leaseDuration())
	w.heartbeat.record(err)
	w.noteOutcome("renew", "could not renew the leases of running nights", err)
	if err != nil {
		return
	}
	for _, key := range lost {
		held[key].cancelTakenOver()
	}
}

// held returns the current attempts.
func (w *Worker) held() map[store.NightKey]*Attempt {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.attempts)
}
