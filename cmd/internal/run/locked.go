package run

import (
	"context"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/store"
)

// Lock takes the lock of the account's tenant and reads what is remembered of it. The
// caller must call [Locked.Unlock]. A lock that another run holds is a failure of
// kind Locked.
func Lock(ctx context.Context, acc *account.Account, st store.Store, options Options) (*Locked, error) {
	tenant, err := acc.OpenTenant(st)
	if err != nil {
		return nil, err
	}
	lock, err := account.LockTenant(tenant)
	if err != nil {
		return nil, err
	}
	known, err := history.Remember(ctx, st, tenant, acc, options.Sinks.Log)
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	acc.Guard(lock.Held)
	return &Locked{account: acc, store: st, lock: lock, known: known, options: options}, nil
}

// Unlock lets go of the lock. It may be called again.
func (l *Locked) Unlock() { _ = l.lock.Close() }

// remember changes what is remembered of the tenant.
func (l *Locked) remember(change func(*store.State)) error {
	change(&l.known.State)
	if err := store.SaveState(l.known.Tenant, l.lock, l.known.State); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}

// begin makes a new run.
func (l *Locked) begin(now time.Time) (*begun, error) {
	run, err := l.lock.Create(l.account.Config.Name, now)
	if err == nil {
		err = l.lock.Name(run.ID())
	}
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	b := &begun{Locked: l, run: run}
	b.announce("run begins")
	return b, nil
}

// announce logs the run and the tenant that it works on.
func (b *begun) announce(what string) {
	b.account.WorksOn(b.run.ID())
	tenant := b.account.Tenant
	b.options.Sinks.Bare.Info().Str("run_id", b.run.ID()).Str("account", b.account.Config.Name).Str("tenant", tenant.ID).
		Str("name", tenant.Name).Strs("facts", tenant.Facts).Msg(what)
}

// markOpen marks the run as the open one of its tenant, and where it is: the next
// one may begin elsewhere.
func (b *begun) markOpen() error {
	if err := b.lock.Begin(b.run); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return b.remember(func(m *store.State) { m.OpenRun = b.run.ID() })
}

// outcome is that of a run that was not begun.
func (l *Locked) outcome() Outcome {
	owed := l.known.SyncOwed
	return Outcome{SyncOwed: &owed}
}
