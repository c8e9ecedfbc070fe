package storetest

import (
	"errors"
	"slices"
	"sync"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

// ErrDied is the error of every call of a store whose process died.
var ErrDied = errors.New("the process died")

// Death is what happened to the call in which a process died.
type Death int

// The deaths.
const (
	// Before: nothing of the call was done.
	Before Death = iota
	// Torn: half of what it appended to a journal is there. Other calls are all or nothing,
	// here nothing.
	Torn
	// After: it was done, but the answer was lost.
	After
)

// FaultyStore is a store in a process that dies. Calls that only return what is known (places,
// ids, who left the lock) are not counted, nor are reads of an open file.
type FaultyStore struct {
	store store.Store

	mu           sync.Mutex
	after, calls int
	appends      []int // which calls appended to a journal
	death        Death
	died         bool
	// What the dead process held.
	locks    []heldLock
	journals []journalio.File
	marks    []journalio.Mark
}

type heldLock struct {
	of   store.Tenant
	held store.Lock
}

// Faulty is a store whose process dies after n calls, in the next one. From then on every call
// returns ErrDied and changes nothing.
func Faulty(s store.Store, n int, death Death) *FaultyStore {
	return &FaultyStore{store: s, after: n, death: death}
}

// Died reports whether the process died.
func (f *FaultyStore) Died() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.died
}

// Calls is how many calls were counted, and which of them, from 0, append to a journal.
func (f *FaultyStore) Calls() (all int, appends []int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls, slices.Clone(f.appends)
}

// Bury releases what the dead process held, as the system does: locks with kill, which is
// [World.Kill], and open journals.
func (f *FaultyStore) Bury(kill func(of store.Tenant, held store.Lock)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.died = true
	var failed []error
	for _, j := range f.journals {
		failed = append(failed, j.Close())
	}
	for _, m := range f.marks {
		failed = append(failed, m.Close(false))
	}
	for _, l := range f.locks {
		kill(l.of, l.held)
	}
	return errors.Join(failed...)
}

// keep records something that the process holds.
func keep[T any](f *FaultyStore, list *[]T, what T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*list = append(*list, what)
}

// drop removes something that was released.
func drop[T comparable](f *FaultyStore, list *[]T, what T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := (*list)[:0]
	for _, other := range *list {
		if other != what {
			kept = append(kept, other)
		}
	}
	*list = kept
}

// dies counts a call and reports whether the process dies in it, or has died before.
func (f *FaultyStore) dies() (now, before bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.died {
		return false, true
	}
	f.calls++
	f.died = f.calls > f.after
	return f.died, false
}

// count is how many calls were counted.
func (f *FaultyStore) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// call makes a call, unless the process dies or has died.
func (f *FaultyStore) call(do func() error) error {
	now, before := f.dies()
	if before || now && f.death != After {
		return ErrDied
	}
	if err := do(); !now {
		return err
	}
	return ErrDied
}

// called is call for one that has an answer.
func called[T any](f *FaultyStore, do func() (T, error)) (T, error) {
	var answer T
	err := f.call(func() (err error) {
		answer, err = do()
		return err
	})
	if errors.Is(err, ErrDied) {
		var lost T
		return lost, err
	}
	return answer, err
}

// Tenant implements [store.Store].
func (f *FaultyStore) Tenant(provider, tenant string) (store.Tenant, error) {
	return f.tenant(func() (store.Tenant, error) { return f.store.Tenant(provider, tenant) })
}

// Look implements [store.Store].
func (f *FaultyStore) Look(provider, tenant string) (store.Tenant, error) {
	return f.tenant(func() (store.Tenant, error) { return f.store.Look(provider, tenant) })
}

func (f *FaultyStore) tenant(find func() (store.Tenant, error)) (store.Tenant, error) {
	of, err := called(f, find)
	if err != nil {
		return nil, err
	}
	return &faultyTenant{of, f}, nil
}

// Run implements [store.Store].
func (f *FaultyStore) Run(ref string) (*store.Run, error) {
	return f.run(called(f, func() (*store.Run, error) { return f.store.Run(ref) }))
}

// Runs implements [store.Store].
func (f *FaultyStore) Runs() ([]string, error) { return called(f, f.store.Runs) }

// Find implements [store.Store].
func (f *FaultyStore) Find(q store.RunQuery) ([]string, error) {
	return called(f, func() ([]string, error) { return f.store.Find(q) })
}

// Beside implements [store.Store]: no run depends on what is there, so its calls are not counted.
func (f *FaultyStore) Beside() store.Beside { return f.store.Beside() }

// run makes a run's files those of the dying process.
func (f *FaultyStore) run(run *store.Run, err error) (*store.Run, error) {
	if run == nil {
		return nil, err
	}
	return store.NewRun(run.ID(), &faultyFiles{run.Files, run, f}), err
}
