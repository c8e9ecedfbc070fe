package memory

import (
	"fmt"
	"time"

	"keyroster/io/store"
)

// lock implements [store.Lock]. It is held as long as the record points to it.
type lock struct {
	tenant *tenant
	left   store.Holder
	closed bool
}

// Lock implements [store.Tenant]. PID and Host are filled in when they are zero.
func (t *tenant) Lock(holder store.Holder) (store.Lock, error) {
	if holder.PID == 0 {
		holder.PID = t.store.pid
	}
	if holder.Host == "" {
		holder.Host = t.store.host
	}
	t.store.all.mu.Lock()
	defer t.store.all.mu.Unlock()
	r := t.make()
	if r.lock != nil {
		return nil, &store.LockedError{Place: t.Place(), Holder: r.holder}
	}
	l := &lock{tenant: t, left: r.holder}
	r.lock, r.holder = l, holder
	return l, nil
}

// Held implements [store.Lock].
func (l *lock) Held() error { return l.change(func(*record) error { return nil }) }

// change does something to the record while the lock is held.
func (l *lock) change(do func(*record) error) error {
	all := l.tenant.store.all
	all.mu.Lock()
	defer all.mu.Unlock()
	r := l.tenant.make()
	switch {
	case l.closed:
		return fmt.Errorf("lock %s: it was let go: %w", l.tenant.Place(), store.ErrNotLocked)
	case r.lock != l:
		return fmt.Errorf("lock %s: it was taken away: %w", l.tenant.Place(), store.ErrNotLocked)
	}
	return do(r)
}

// Left implements [store.Lock].
func (l *lock) Left() store.Holder { return l.left }

// Forget implements [store.Lock].
func (l *lock) Forget() { l.left = store.Holder{} }

// Lost implements [store.Lock].
func (l *lock) Lost() <-chan struct{} { return nil }

// Freed implements [store.Lock]: a process of the memory loses its lock by an order.
func (l *lock) Freed() time.Time { return time.Time{} }

// Name implements [store.Lock].
func (l *lock) Name(runID string) error {
	err := l.change(func(r *record) error {
		r.holder.RunID = runID
		return nil
	})
	if err != nil {
		return fmt.Errorf("name the run: %w", err)
	}
	return nil
}

// Save implements [store.Lock].
func (l *lock) Save(name store.Document, data []byte) error {
	err := store.CheckPart(name)
	if err == nil {
		err = l.change(func(r *record) error {
			r.documents[name] = present(data)
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", name, err)
	}
	return nil
}

// Create implements [store.Lock].
func (l *lock) Create(account string, now time.Time) (made *store.Run, err error) {
	err = l.change(func(*record) error {
		made = l.tenant.store.newRun(account, now)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("make run: %w", err)
	}
	return made, nil
}

// Begin implements [store.Lock].
func (l *lock) Begin(run *store.Run) error {
	err := l.change(func(r *record) error {
		r.begun = run.ID()
		return nil
	})
	if err != nil {
		return fmt.Errorf("note the run: %w", err)
	}
	return nil
}

// Close implements [store.Lock]. A lock that was lost stays with its new holder.
func (l *lock) Close() error {
	all := l.tenant.store.all
	all.mu.Lock()
	defer all.mu.Unlock()
	l.closed = true
	if r := l.tenant.make(); r.lock == l {
		// What was left and not looked after is left to the next one.
		r.lock, r.holder = nil, l.left
	}
	return nil
}
