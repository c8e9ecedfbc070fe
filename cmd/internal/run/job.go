package run

import (
	"context"
	"errors"
	"sync"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Apply makes an account equal to a roster: it takes the lock, settles earlier runs, plans,
// asks, sends, proves and reports. acc is open for writing; roster is nil for a transfer. began
// is the run's start time. The error is a failure, nil if all is as desired; the outcome is
// what can be shown in either case.
func Apply(
	ctx context.Context, acc *account.Account, st store.Store, roster *reconcile.Roster, began time.Time, o Options,
) (Outcome, error) {
	locked, err := Lock(ctx, acc, st, o)
	if err != nil {
		return Outcome{}, err
	}
	return locked.maintain(ctx, nil, func(ctx context.Context) (Outcome, error) {
		return locked.apply(ctx, roster, began)
	})
}

// maintain does the work under the lock, deletes what is too old except own or the new run, and
// releases the lock. If the lock is lost meanwhile, the work is interrupted along with its
// requests in flight: another process may be working on the account.
func (l *Locked) maintain(
	ctx context.Context, own *store.Run, work func(context.Context) (Outcome, error),
) (Outcome, error) {
	defer l.Unlock()
	ctx, release := l.whileHeld(ctx)
	out, err := work(ctx)
	release()
	if lost := l.lock.Held(); lost != nil {
		return out, l.fenced(err, lost)
	}
	if own == nil {
		own = out.Run
	}
	l.expire(own)
	l.wipe()
	return out, err
}

// whileHeld returns a context that ends when the lock is lost, and a function to stop watching.
func (l *Locked) whileHeld(ctx context.Context) (context.Context, func()) {
	lost := l.lock.Lost()
	if lost == nil {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-lost:
			cancel(l.lock.Held())
		case <-ctx.Done():
		}
	})
	return ctx, func() {
		cancel(nil)
		watch.Wait()
	}
}

// fenced is the error of work that lost its lock.
func (l *Locked) fenced(err, lost error) error {
	if errors.Is(err, store.ErrNotLocked) {
		return err
	}
	f := failure.Wrap(failure.Stopped, lost)
	f.Hint = "the run that holds the lock now does the rest"
	if err != nil {
		before := failure.Of(err)
		f.Run, f.RunID = before.Run, before.RunID
	}
	return f
}

func (l *Locked) apply(ctx context.Context, roster *reconcile.Roster, began time.Time) (Outcome, error) {
	if err := l.Settle(ctx); err != nil {
		return l.outcome(), err
	}
	planned, err := l.Plan(ctx, roster, began)
	if err != nil {
		return l.ended(err)
	}
	if planned, err = planned.ask(ctx); err != nil {
		return l.ended(err)
	}
	committed, err := planned.Commit(ctx)
	if err != nil {
		return l.ended(err)
	}
	return l.carryOut(ctx, committed)
}

// Resume resumes an interrupted run and finishes it. acc is the run's account, open for
// writing. If only the manifest of the run is missing, nothing is sent: its outcome is Settled,
// and its report has the rest.
func Resume(
	ctx context.Context, acc *account.Account, st store.Store, run *store.Run, o Options,
) (Outcome, error) {
	locked, err := Lock(ctx, acc, st, o)
	if err != nil {
		return Outcome{}, err
	}
	return locked.maintain(ctx, run, func(ctx context.Context) (Outcome, error) { return locked.resume(ctx, run) })
}

func (l *Locked) resume(ctx context.Context, run *store.Run) (Outcome, error) {
	if err := l.sameTenant(run, run.ID()); err != nil {
		return l.outcome(), err // the key of this one opens nothing
	}
	status := history.Assess(run, run.ID(), l.known.Tenant, l.known.State)
	switch {
	case status.Status != store.RunOpen:
		return l.outcome(), status.Refusal()
	case status.Closing:
		return l.closeMissing(run, &status)
	}
	if err := l.lock.Name(run.ID()); err != nil {
		return l.outcome(), failure.Wrap(failure.Stopped, err)
	}
	(&startedRun{Locked: l, run: run}).announce("run resumed")
	committed, err := l.Reopen(ctx, run)
	if err != nil {
		return l.outcome(), err
	}
	return l.carryOut(ctx, committed)
}

// carryOut sends what is committed and closes the run.
func (l *Locked) carryOut(ctx context.Context, committed *Committed) (Outcome, error) {
	sent, err := committed.Send(ctx)
	if err != nil {
		return l.ended(err)
	}
	return sent.Close(ctx)
}

// ask asks for confirmation before the first write. If records are not read again before their writes
// and the answer took long, the account is listed again, until the plan is the one that was shown.
func (p *Planned) ask(ctx context.Context) (*Planned, error) {
	for p.Changes() && p.options.Confirm != nil {
		if err := guarded(p.run, func() error { return p.options.Confirm(ctx, p.draft) }); err != nil {
			return nil, p.closeUnconfirmed(err)
		}
		if p.account.Config.Freshness != string(engine.FreshListing) ||
			isFresh(p.draft.Listing.At, p.options.Stale) {
			break
		}
		p.options.Sinks.Log.Info().Msg("the listing is too old: listing again")
		var again *Planned
		err := guarded(p.run, func() (err error) {
			again, err = p.plan(ctx, p.draft.Roster, p.draft.Options, nil, p.draft.Started)
			return err
		})
		if again == nil {
			again = p
		}
		if err != nil {
			return nil, again.refuse(err)
		}
		same := again.digest == p.digest
		if p = again; same {
			break
		}
	}
	return p, nil
}

// closeUnconfirmed ends a run that was not confirmed. If the user declined or interrupted, its folder
// is deleted: it sent nothing, and its files would hold values.
func (p *Planned) closeUnconfirmed(reason error) error {
	if failure.Of(reason).Kind != failure.Interrupted {
		return p.refuse(reason)
	}
	if err := p.run.Discard(); err != nil {
		p.options.Sinks.Log.Warn().Err(err).Msg("the run was not started, but its folder could not be removed")
	}
	return &Ended{Outcome: p.outcome(), Err: reason}
}

// staleListing is how old a listing may be for writing without reading the records again.
const staleListing = 10 * time.Minute

// isFresh reports whether a listing is recent enough to write by; most is 0 for staleListing.
// The monotonic clock stops while a machine sleeps, and the wall clock can be set back: the
// larger age counts.
func isFresh(listed time.Time, most time.Duration) bool {
	if most == 0 {
		most = staleListing
	}
	return max(time.Since(listed), time.Now().Round(0).Sub(listed.Round(0))) < most
}

// ended extracts the outcome from the error of a stage.
func (l *Locked) ended(err error) (Outcome, error) {
	if ended, ok := errors.AsType[*Ended](err); ok {
		return ended.Outcome, ended.Err
	}
	return l.outcome(), err
}
