package run_test

import (
	"errors"
	"io"
	"time"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

// errFull is why a store fails.
var errFull = errors.New("the disk is full")

// failing is a store that fails where it is told to: names are those of files, of a tenant's
// documents, or "journal" for making one. Journals that are already open keep working.
type failing struct {
	store.Store
	fails map[string]bool
}

func fails(s store.Store, names ...string) *failing {
	f := &failing{s, map[string]bool{}}
	for _, name := range names {
		f.fails[name] = true
	}
	return f
}

func (f *failing) at(name string) error {
	if f.fails[name] {
		return errFull
	}
	return nil
}

func (f *failing) Tenant(provider, id string) (store.Tenant, error) {
	of, err := f.Store.Tenant(provider, id)
	return &failingTenant{of, f}, err
}

type failingTenant struct {
	store.Tenant
	*failing
}

func (t *failingTenant) Lock(holder store.Holder) (store.Lock, error) {
	lock, err := t.Tenant.Lock(holder)
	if err != nil {
		return nil, err
	}
	return &failingLock{lock, t.failing}, nil
}

type failingLock struct {
	store.Lock
	*failing
}

func (l *failingLock) Save(name store.Document, data []byte) error {
	if err := l.at(string(name)); err != nil {
		return err
	}
	return l.Lock.Save(name, data)
}

func (l *failingLock) Create(account string, now time.Time) (*store.Run, error) {
	if err := l.at("run"); err != nil {
		return nil, err
	}
	made, err := l.Lock.Create(account, now)
	if err != nil {
		return nil, err
	}
	return store.NewRun(made.ID(), &failingFiles{made.Files, l.failing}), nil
}

type failingFiles struct {
	store.Files
	*failing
}

func (f *failingFiles) Write(name string, write func(io.Writer) error) error {
	if err := f.at(name); err != nil {
		return err
	}
	return f.Files.Write(name, write)
}

func (f *failingFiles) CreateJournal() (journalio.File, journalio.Mark, error) {
	if err := f.at("journal"); err != nil {
		return nil, nil, err
	}
	return f.Files.CreateJournal()
}
