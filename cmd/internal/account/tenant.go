package account

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

// OpenTenant opens the account's tenant in the store, and creates it if need be.
func (a *Account) OpenTenant(st store.Store) (store.Tenant, error) {
	tenant, err := st.Tenant(a.Spec.Name, a.Tenant.ID)
	switch {
	case errors.Is(err, store.ErrNoPlace):
		return nil, &failure.Error{Kind: failure.Usage, Err: err, Hint: "name a folder with --state"}
	case errors.Is(err, fs.ErrPermission):
		return nil, &failure.Error{
			Kind: failure.Stopped, Err: err,
			Hint: "give this user write permission there, or name another folder with --state",
		}
	case err != nil:
		return nil, failure.Wrap(failure.Stopped, err)
	}
	return tenant, nil
}

// LockTenant takes the lock of a tenant, to write to its provider. If another process holds it,
// the failure is of kind Locked; if the tenant has moved to another store, of kind Unsafe.
func LockTenant(tenant store.Tenant) (store.Lock, error) {
	lock, err := TakeLock(tenant)
	if err != nil {
		return nil, err
	}
	err = store.CheckMoved(tenant)
	if err == nil {
		return lock, nil
	}
	_ = lock.Close()
	if _, moved := errors.AsType[*store.MovedError](err); moved {
		return nil, &failure.Error{
			Kind: failure.Unsafe, Err: err,
			Hint: "nothing was sent; run the command there, or move the tenant with keyroster fleet import or fleet export",
		}
	}
	return nil, failure.Wrap(failure.Stopped, err)
}

// TakeLock takes a lock as [LockTenant] does, without checking where the tenant lives.
func TakeLock(tenant store.Tenant) (store.Lock, error) {
	lock, err := tenant.Lock(store.Holder{StartedAt: time.Now()})
	if held, ok := errors.AsType[*store.LockedError](err); ok {
		hint := "wait for it to end; its lock is released when its process ends"
		if !held.Until.IsZero() {
			hint = "wait for it to end; if its process is gone, the lease ends at " +
				held.Until.Local().Format(time.TimeOnly) + " and the lock with it"
		}
		return nil, &failure.Error{Kind: failure.Locked, Err: err, Hint: hint}
	}
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	return lock, nil
}

// FingerprintKey returns the key of the account's fingerprints: the one that the configuration
// refers to, else the tenant's own, which is created on first use. tenant may be nil if the
// configuration has a key.
func (a *Account) FingerprintKey(ctx context.Context, tenant store.Tenant) ([]byte, error) {
	if ref := a.Config.FingerprintKey; ref != nil {
		secret, err := ref.Resolve(ctx, a.Config.Dir(), a.getenv)
		if err != nil {
			return nil, failure.Wrap(failure.Usage, err)
		}
		return []byte(secret.Reveal()), nil
	}
	key, err := store.Fingerprints(tenant)
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	return key, nil
}
