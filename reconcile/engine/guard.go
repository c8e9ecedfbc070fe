package engine

import (
	"context"

	"keyroster/reconcile"
	"keyroster/reconcile/rescue"
)

// guarded is a provider whose panics become failures: one record, listing or page never
// ends the process. A write that panics may have been sent: its answer counts as lost, and
// it is read back.
type guarded struct{ reconcile.Provider }

// Read implements [reconcile.Provider].
func (g guarded) Read(ctx context.Context, c reconcile.Change) (record reconcile.Record, err error) {
	err = rescue.Guarded(func() error {
		record, err = g.Provider.Read(ctx, c)
		return err
	})()
	return record, err
}

// Write implements [reconcile.Provider].
func (g guarded) Write(ctx context.Context, c reconcile.Change) (receipt reconcile.Receipt, err error) {
	defer func() {
		if p := recover(); p != nil {
			f := rescue.Panicked(p)
			f.Class, receipt, err = reconcile.Lost, reconcile.Receipt{}, f
		}
	}()
	return g.Provider.Write(ctx, c)
}

// List implements [reconcile.Provider].
func (g guarded) List(
	ctx context.Context, scope reconcile.Scope, progress func(done, total int),
) (listing *reconcile.Listing, err error) {
	err = rescue.Guarded(func() error {
		listing, err = g.Provider.List(ctx, scope, progress)
		return err
	})()
	return listing, err
}

// Finish implements [reconcile.Provider].
func (g guarded) Finish(ctx context.Context, accepted []reconcile.Accepted) (finish reconcile.Finish, err error) {
	err = rescue.Guarded(func() error {
		finish, err = g.Provider.Finish(ctx, accepted)
		return err
	})()
	return finish, err
}

// task wraps the work of one goroutine on some chains. A panic outside of a call of the
// provider is a bug in the engine: the lines that it leaves open have an unknown outcome.
// The others go on.
func (a *applier) task(work func(), chains ...int) func() error {
	return func() error {
		defer func() {
			if p := recover(); p != nil {
				a.abandon(rescue.Panicked(p), chains)
			}
		}()
		work()
		return nil // an error here does not concern other chains
	}
}

// abandon ends the lines of chains that no worker will finish.
func (a *applier) abandon(f *reconcile.Failure, chains []int) {
	for _, n := range chains {
		for _, line := range a.plan.Chains[n] {
			res := a.run.Result(int(line))
			if !res.Undecided {
				continue
			}
			res.end(reconcile.Unknown, f.Reason)
			if a.plan.IsCycle(n) && line == a.plan.Chains[n][0] {
				a.mu.Lock()
				a.run.Parked = append(a.run.Parked, int(line))
				a.mu.Unlock()
			}
			a.record(res, false)
		}
	}
}
