package storage

import (
	"strings"
	"time"

	"keyroster/io/store"
	"keyroster/io/termio"
)

// named is a store whose runs know how to be named on a command line: by their place and this
// command line's flags, if any.
type named struct {
	store.Store
	flags string
}

func (n named) name(run *store.Run, err error) (*store.Run, error) {
	if run != nil {
		run.NameAs(strings.TrimSpace(termio.Quote(run.Place()) + " " + n.flags))
	}
	return run, err
}

// Run implements [store.Store].
func (n named) Run(ref string) (*store.Run, error) { return n.name(n.Store.Run(ref)) }

// Tenant implements [store.Store].
func (n named) Tenant(provider, tenant string) (store.Tenant, error) {
	return n.tenant(n.Store.Tenant(provider, tenant))
}

// Look implements [store.Store].
func (n named) Look(provider, tenant string) (store.Tenant, error) {
	return n.tenant(n.Store.Look(provider, tenant))
}

func (n named) tenant(t store.Tenant, err error) (store.Tenant, error) {
	if t == nil {
		return nil, err
	}
	return namedTenant{t, n}, err
}

type namedTenant struct {
	store.Tenant
	in named
}

// LastBegun implements [store.Tenant].
func (t namedTenant) LastBegun() (id string, run *store.Run, err error) {
	id, run, err = t.Tenant.LastBegun()
	run, err = t.in.name(run, err)
	return id, run, err
}

// Lock implements [store.Tenant].
func (t namedTenant) Lock(holder store.Holder) (store.Lock, error) {
	lock, err := t.Tenant.Lock(holder)
	if lock == nil {
		return nil, err
	}
	return namedLock{lock, t.in}, err
}

type namedLock struct {
	store.Lock
	in named
}

// Adopt implements [store.Lock].
func (l namedLock) Adopt(id string) (*store.Run, error) { return l.in.name(l.Lock.Adopt(id)) }

// Create implements [store.Lock].
func (l namedLock) Create(account string, now time.Time) (*store.Run, error) {
	return l.in.name(l.Lock.Create(account, now))
}
