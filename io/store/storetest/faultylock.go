package storetest

import (
	"time"

	"keyroster/io/store"
)

// faultyTenant is a tenant in a process that dies.
type faultyTenant struct {
	store.Tenant
	faulty *FaultyStore
}

// Document implements [store.Tenant].
func (t *faultyTenant) Document(name store.Document) ([]byte, error) {
	return called(t.faulty, func() ([]byte, error) { return t.Tenant.Document(name) })
}

// Key implements [store.Tenant].
func (t *faultyTenant) Key(name store.Key, fresh func() ([]byte, error)) ([]byte, error) {
	return called(t.faulty, func() ([]byte, error) { return t.Tenant.Key(name, fresh) })
}

// LastBegun implements [store.Tenant].
func (t *faultyTenant) LastBegun() (id string, run *store.Run, err error) {
	run, err = t.faulty.run(called(t.faulty, func() (run *store.Run, err error) {
		id, run, err = t.Tenant.LastBegun()
		return run, err
	}))
	return id, run, err
}

// Lock implements [store.Tenant].
func (t *faultyTenant) Lock(holder store.Holder) (store.Lock, error) {
	l, err := called(t.faulty, func() (store.Lock, error) {
		l, err := t.Tenant.Lock(holder)
		if err == nil {
			keep(t.faulty, &t.faulty.locks, heldLock{t.Tenant, l})
		}
		return l, err
	})
	if err != nil {
		return nil, err
	}
	return &faultyLock{l, heldLock{t.Tenant, l}, t.faulty}, nil
}

// faultyLock is a lock in a process that dies.
type faultyLock struct {
	store.Lock
	held   heldLock
	faulty *FaultyStore
}

// Held implements [store.Lock].
func (l *faultyLock) Held() error { return l.faulty.call(l.Lock.Held) }

// Name implements [store.Lock].
func (l *faultyLock) Name(runID string) error {
	return l.faulty.call(func() error { return l.Lock.Name(runID) })
}

// Save implements [store.Lock].
func (l *faultyLock) Save(name store.Document, data []byte) error {
	return l.faulty.call(func() error { return l.Lock.Save(name, data) })
}

// Drop implements [store.Lock].
func (l *faultyLock) Drop(name store.Document) error {
	return l.faulty.call(func() error { return l.Lock.Drop(name) })
}

// SetKey implements [store.Lock].
func (l *faultyLock) SetKey(name store.Key, text []byte) error {
	return l.faulty.call(func() error { return l.Lock.SetKey(name, text) })
}

// Adopt implements [store.Lock].
func (l *faultyLock) Adopt(id string) (*store.Run, error) {
	return l.faulty.run(called(l.faulty, func() (*store.Run, error) { return l.Lock.Adopt(id) }))
}

// Create implements [store.Lock].
func (l *faultyLock) Create(account string, now time.Time) (*store.Run, error) {
	return l.faulty.run(called(l.faulty, func() (*store.Run, error) { return l.Lock.Create(account, now) }))
}

// Begin implements [store.Lock].
func (l *faultyLock) Begin(run *store.Run) error {
	if f, ok := run.Files.(*faultyFiles); ok {
		run = f.run
	}
	return l.faulty.call(func() error { return l.Lock.Begin(run) })
}

// Close implements [store.Lock].
func (l *faultyLock) Close() error {
	return l.faulty.call(func() error {
		drop(l.faulty, &l.faulty.locks, l.held)
		return l.Lock.Close()
	})
}
