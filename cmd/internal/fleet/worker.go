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

// Worker works on nights until it is told to end. Its members are not to be changed while
// it runs.
type Worker struct {
	// Self is the process; its name is one that no other living worker has.
	Self  store.Worker
	Board store.Board
	Queue Queue
	Sites []Site
	// Lease is that of tenants' locks. A night is its worker's for a sixth longer, and
	// renewed each sixth: when another may take the night, it may have the lock too.
	Lease time.Duration
	// Work works on the account of an attempt. Its context ends when the worker is to end,
	// or has lost the night.
	Work func(ctx context.Context, a *Attempt) Result
	// ExitCode is the number of a kind of failure.
	ExitCode func(failure.Kind) int
	Log      zerolog.Logger
	// Finish is how long attempts go on by themselves when the worker is told to end,
	// before they are interrupted; Grace is how long all of it may take.
	Finish, Grace time.Duration
	// Now is the machine's clock, by which nights are found to be due; nil is time.Now.
	// All else is by the board's clock, or by how much time has passed.
	Now func() time.Time

	heartbeat heartbeat
	outage    outage
	mu        sync.Mutex
	attempts  map[store.NightKey]*Attempt
	queued    map[store.NightKey]queuedTask
	planned   time.Time // until when nights were looked for that are due
	full      time.Time // when no slot was free last
	ending    bool
}

// Times that a worker has to end in, when it is told to: a container is killed after 30
// seconds unless its operator sets another time.
const (
	Finish = 8 * time.Second
	Grace  = 25 * time.Second
)

// errGrace ends a worker whose attempts do not end.
var errGrace = errors.New(
	"stop worker: some nights did not finish in time; other workers take them over when their leases expire",
)

// heartbeatInterval is how often a worker shows that it lives, and looks at the board.
func (w *Worker) heartbeatInterval() time.Duration { return w.Lease / 6 }

// leaseDuration is how long a night is its worker's that does not renew it.
func (w *Worker) leaseDuration() time.Duration { return w.Lease + w.heartbeatInterval() }

// Run works on nights until ctx ends. Then it takes nothing more, lets attempts finish,
// interrupts those that do not, and hands over what is left. Its error says that it could
// not go on, or that it did not end in time.
func (w *Worker) Run(ctx context.Context) error {
	w.attempts, w.queued = map[store.NightKey]*Attempt{}, map[store.NightKey]queuedTask{}
	w.Log.Info().Str("worker", w.Self.Name).Int("slots", w.Self.Slots).Int("accounts", len(w.Sites)).
		Msg("worker started")
	work, interrupt := context.WithCancel(context.WithoutCancel(ctx))
	defer interrupt()
	defer context.AfterFunc(ctx, func() { w.end(interrupt) })()
	var loops sync.WaitGroup
	living, die := context.WithCancel(context.WithoutCancel(ctx))
	looking, rest := context.WithCancel(ctx)
	defer rest()
	loops.Go(func() { w.each(living, w.heartbeatInterval(), w.renew) })
	loops.Go(func() { w.each(looking, w.heartbeatInterval(), w.enqueueDue) })
	served := make(chan error, 1)
	loops.Go(func() {
		served <- w.Queue.Serve(ctx, w.Self.Slots, func(t Task) error { return w.attempt(work, t) })
	})
	err := w.served(ctx, served)
	die()
	rest() // without a queue there is nothing to look for
	if errors.Is(err, errGrace) {
		return err // what still works ends with the process
	}
	loops.Wait()
	if left := w.Board.Leave(w.Self.Name); left != nil && err == nil {
		w.Log.Warn().Err(left).Msg("could not record that this worker is stopping")
	}
	return err
}

// served waits for the queue, and after the end of ctx for no longer than the grace.
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

// end lets attempts finish by themselves for a while, and interrupts them then.
func (w *Worker) end(interrupt func()) {
	w.mu.Lock()
	w.ending = true
	n := len(w.attempts)
	w.mu.Unlock()
	w.Log.Info().Int("accounts", n).Msg("worker stopping: running nights are finished or handed over")
	time.AfterFunc(w.Finish, interrupt)
}

// each does something at once and again and again, until ctx ends.
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

// renew shows that the worker lives, and keeps its nights. Those that it lost are ended.
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

// held are the attempts that are made now.
func (w *Worker) held() map[store.NightKey]*Attempt {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.attempts)
}
