package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// Attempt is a worker's attempt at a night. Its methods are safe for concurrent use.
type Attempt struct {
	worker      *Worker
	night       *store.Night
	done, total atomic.Int64
	cancel      context.CancelCauseFunc
	taken       atomic.Bool // by another worker
}

// errTakenOver ends an attempt whose night another worker has taken.
var errTakenOver = fmt.Errorf("another worker has taken the night over: %w", store.ErrNotLocked)

// cancelTakenOver ends the attempt because another worker has its night.
func (a *Attempt) cancelTakenOver() {
	a.taken.Store(true)
	a.cancel(errTakenOver)
}

// Account is the night's account.
func (a *Attempt) Account() string { return a.night.Account }

// Progress records the attempt's progress; total is -1 while unknown.
func (a *Attempt) Progress(done, total int) {
	a.done.Store(int64(done))
	a.total.Store(int64(max(total, 0)))
}

// WillContinue reports whether the night goes on without a person if the attempt ends with err:
// on another worker, or when another run releases the account.
func (a *Attempt) WillContinue(err error) bool {
	if err == nil {
		return false
	}
	end := a.worker.endingOf(a.night, Result{Err: err}, a.worker.ends())
	return a.taken.Load() || end.Fenced || end.Handed || end.Again && failure.Of(err).Kind == failure.Locked
}

// progressedNight returns the night with the attempt's progress.
func (a *Attempt) progressedNight() store.Night {
	night := *a.night
	night.Done, night.Total = int(a.done.Load()), int(a.total.Load())
	return night
}

// attempt makes one attempt at a task's night. An error means that the board is unavailable and
// the task must be queued again.
func (w *Worker) attempt(ctx context.Context, t Task) error {
	if w.ends() {
		return nil // other workers find the night on the board
	}
	night, err := w.Board.Take(t.NightKey, w.Self.Name, w.leaseDuration())
	if err != nil {
		w.Log.Warn().Str("account", t.Account).Str("night", t.Date).Err(err).Msg("could not take the night")
		return err
	}
	if night == nil {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	a := &Attempt{worker: w, night: night, cancel: cancel}
	defer w.hold(a)()
	w.Log.Info().Str("account", night.Account).Str("night", night.Date).Int64("attempt", night.Generation).
		Msg("night taken")
	result := w.work(ctx, a)
	if a.taken.Load() && result.Err != nil && !fenced(result.Err) {
		result.Err = failure.Wrap(failure.Stopped, errTakenOver)
	}
	end := w.endingOf(night, result, w.ends())
	w.explain(night, result, end)
	w.write(night, end)
	return nil
}

// explain logs why an attempt failed, without naming people.
func (w *Worker) explain(night *store.Night, r Result, end store.Ending) {
	if r.Err == nil || end.Fenced {
		return
	}
	f := failure.Of(r.Err)
	if f.Shown {
		return // the run has reported it
	}
	line := w.Log.Error()
	if end.Again {
		line = w.Log.Warn()
	}
	f.Log(line.Str("account", night.Account).Str("run_id", end.RunID))
}

// hold registers the attempt until it is released. An earlier attempt of this worker at the
// same night, which stalled and lost it, is cancelled.
func (w *Worker) hold(a *Attempt) (release func()) {
	key := a.night.NightKey
	w.mu.Lock()
	defer w.mu.Unlock()
	if before := w.attempts[key]; before != nil {
		before.cancelTakenOver()
	}
	w.attempts[key] = a
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.attempts) >= w.Self.Slots {
			w.full = time.Now()
		}
		if w.attempts[key] == a {
			delete(w.attempts, key)
		}
	}
}

// work works on the account; a panic becomes the failure of this attempt alone.
func (w *Worker) work(ctx context.Context, a *Attempt) (r Result) {
	defer func() {
		if p := recover(); p != nil {
			r.Err = failure.Wrap(failure.Stopped, rescue.Panicked(p))
			w.Log.Error().Str("account", a.night.Account).Err(r.Err).Strs("stack", rescue.Stack()).
				Msg("internal error")
		}
	}()
	return w.Work(ctx, a)
}

// ends reports whether the worker was asked to stop.
func (w *Worker) ends() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ending
}

// write records how an attempt ended. If the board does not answer, it retries for as long as
// this worker owns the night; after that, another repeats the night.
func (w *Worker) write(night *store.Night, end store.Ending) {
	log := w.Log.With().Str("account", night.Account).Str("night", night.Date).Logger()
	err := error(nil)
	if !end.Fenced { // a fenced worker stores nothing more
		err = w.put(night, end)
	}
	line := log.Info()
	switch {
	case end.Fenced || errors.Is(err, store.ErrNotLocked):
		line = log.Warn().Bool("fenced", true)
		line.Int("exit_code", w.ExitCode(failure.Stopped)).Str("run_id", end.RunID).
			Msg("fenced: the attempt lost its lease, and another attempt continues")
		return
	case err != nil:
		line = log.Warn().AnErr("unwritten", err)
	case end.ExitCode != 0:
		line = log.Warn()
	}
	line.Int("exit_code", end.ExitCode).Str("run_id", end.RunID).Bool("again", end.Again).Msg("night ended")
}

// put records on the board how an attempt ended.
func (w *Worker) put(night *store.Night, end store.Ending) (err error) {
	for until := time.Now().Add(w.leaseDuration()); time.Now().Before(until); time.Sleep(w.heartbeatInterval() / 3) {
		before := err
		err = w.Board.End(night, end)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, store.ErrNotLocked) && before != nil && w.hasEnded(night):
			return nil // an earlier call succeeded, but its answer was lost
		case errors.Is(err, store.ErrNotLocked):
			return err
		}
	}
	return err
}

// hasEnded reports whether the board has recorded the end of an attempt.
func (w *Worker) hasEnded(night *store.Night) bool {
	nights, err := w.Board.Nights(store.NightQuery{Date: night.Date})
	return err == nil && slices.ContainsFunc(nights, func(n store.Night) bool {
		return n.NightKey == night.NightKey && n.Generation == night.Generation && n.State != store.NightRunning
	})
}
