package run

import (
	"context"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/store"
)

// Lock takes the lock of the account's tenant and reads what is remembered of it. The caller
// must call [Locked.Unlock]. If another run holds the lock, the failure is of kind Locked.
func Lock(ctx context.Context, acc *account.Account, st store.Store, options Options) (*Locked, error) {
	tenant, err := acc.OpenTenant(st)
	if err != nil {
		return nil, err
	}
	lock, err := account.LockTenant(tenant)
	if err != nil {
		return nil, err
	}
	known, err := history.Load(ctx, st, tenant, acc, options.Sinks.Log)
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	acc.Guard(lock.Held)
	return &Locked{account: acc, store: st, lock: lock, known: known, options: options}, nil
}

// Unlock releases the lock. It may be called more than once.
func (l *Locked) Unlock() { _ = l.lock.Close() }

// updateMemory changes what is remembered of the tenant.
func (l *Locked) updateMemory(change func(*store.State)) error {
	change(&l.known.State)
	if err := store.SaveState(l.known.Tenant, l.lock, l.known.State); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}

// begin creates a new run.
func (l *Locked) begin(now time.Time) (*startedRun, error) {
	run, err := l.lock.Create(l.account.Config.Name, now)
	if err == nil {
		err = l.lock.Name(run.ID())
	}
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	b := &startedRun{Locked: l, run: run}
	b.announce("run started")
	return b, nil
}

// announce logs the run and its tenant.
func (b *startedRun) announce(what string) {
	b.account.SetRun(b.run.ID())
	tenant := b.account.Tenant
	b.options.Sinks.Bare.Info().Str("run_id", b.run.ID()).Str("account", b.account.Config.Name).Str("tenant", tenant.ID).
		Str("name", tenant.Name).Strs("facts", tenant.Facts).Msg(what)
}

// outcome is the outcome without a run.
func (l *Locked) outcome() Outcome {
	owed := l.known.SyncOwed
	return Outcome{SyncOwed: &owed}
}
