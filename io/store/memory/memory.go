// Package memory is a store that keeps everything in the memory of this process, for
// tests and examples. It keeps the promises of package store in the simplest way; what survives
// a crash is what another handle, from [Store.Process], finds.
//
// Invariants:
//
//   - Everything is behind one mutex, and no function of a caller runs while it is held.
//     Arguments and results are copied.
//   - A file is put in place by one assignment, after all of it was written. Only a journal and
//     its mark change in place.
//   - A tenant's lock is held by exactly the handle that the tenant points to. Every change
//     checks that, so a handle that lost the lock cannot affect the next holder.
package memory

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"keyroster/io/store"
)

// scheme begins the places that people see.
const scheme = "memory:"

// Store is a process's handle on a memory.
type Store struct {
	all *memory
	// pid and host are recorded in the process's locks.
	pid  int
	host string

	// The mutex of the memory guards these. locks are the last leases that this process took,
	// except those that it released while it held them.
	locks   map[owner]*lock
	stopped chan struct{} // closed when a paused process goes on, nil while it is not paused
	cut     bool          // the process cannot reach the memory
}

// memory is what all handles share.
type memory struct {
	lease time.Duration // how long a lock is held without being renewed, zero for ever

	mu      sync.Mutex
	tenants map[owner]*record
	runs    map[string]*run
	nights  map[store.NightKey]*store.Night
	workers map[string]store.Worker
	// processes counts the handles.
	processes int
}

// owner is the tenant that a record belongs to.
type owner struct{ provider, tenant string }

// record is what is remembered of a tenant.
type record struct {
	documents map[store.Document][]byte
	keys      map[store.Key][]byte
	// begun is the run that was begun last, empty for none.
	begun string
	// lock is the held lock, nil for none; holder is who recorded to have it, and stays when
	// that process ended without releasing it.
	lock   *lock
	holder store.Holder
	// expires is the end of a lease that was not released.
	expires time.Time
}

// New makes an empty memory, and the handle of its first process.
func New() *Store { return NewLeased(0) }

// NewLeased is [New] with leases for locks, as in a database: a lock is lost once it was not
// renewed for that long, which its process does as long as it runs and is not cut off. A
// process that lost it cannot change files of the tenant's runs either, and its unsynced data
// is lost. A lock that is not closed is renewed until its process is cut.
func NewLeased(lease time.Duration) *Store {
	all := &memory{
		lease: lease, tenants: map[owner]*record{}, runs: map[string]*run{},
		nights: map[store.NightKey]*store.Night{}, workers: map[string]store.Worker{},
	}
	return (&Store{all: all}).Process()
}

var providerName = regexp.MustCompile(`^[a-z0-9]{1,32}$`)

// Tenant implements [store.Store]. It always has a place.
func (s *Store) Tenant(provider, tenant string) (store.Tenant, error) {
	t, err := s.look(provider, tenant)
	if err != nil {
		return nil, err
	}
	if err := s.enter(); err != nil {
		return nil, fmt.Errorf("open tenant: %w", err)
	}
	defer s.unlock()
	t.make()
	return t, nil
}

// Look implements [store.Store].
func (s *Store) Look(provider, tenant string) (store.Tenant, error) {
	t, err := s.look(provider, tenant)
	if err != nil {
		return nil, err
	}
	return t, nil
}

func (s *Store) look(provider, id string) (*tenant, error) {
	if !providerName.MatchString(provider) {
		return nil, fmt.Errorf("open tenant: %q is no provider's name", provider)
	}
	if id == "" {
		return nil, errors.New("open tenant: it has no id")
	}
	return &tenant{store: s, owner: owner{provider, id}}, nil
}

// Run implements [store.Store]. A run's place is its id after "memory:runs/".
func (s *Store) Run(ref string) (*store.Run, error) {
	id := strings.TrimPrefix(ref, scheme+"runs/")
	err := s.enter()
	var f *files
	if err == nil {
		if r := s.all.runs[id]; r != nil {
			f = &files{store: s, id: id, of: r.of, lock: s.locks[r.of]}
		} else {
			err = fs.ErrNotExist
		}
		s.unlock()
	}
	if err != nil {
		return nil, fmt.Errorf("open run: %w", &fs.PathError{Op: "open", Path: ref, Err: err})
	}
	return store.Open(id, f)
}

// Find implements [store.Store].
func (s *Store) Find(q store.RunQuery) ([]string, error) { return q.Among(s.Runs()) }

// Runs implements [store.Store].
func (s *Store) Runs() ([]string, error) {
	if err := s.enter(); err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	defer s.unlock()
	// An id begins with the time, to the second.
	return slices.Sorted(maps.Keys(s.all.runs)), nil
}

// Beside implements [store.Store]: people cannot look into memory.
func (s *Store) Beside() store.Beside { return nil }

// Expire takes the lock of a tenant from its holder, as if that process was killed or, where locks
// are leases, was silent for too long. What it recorded about itself stays for the next holder.
func (s *Store) Expire(provider, tenant string) {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	if r := s.all.tenants[owner{provider, tenant}]; r != nil {
		r.revoke(s.leased(), errTaken)
	}
}

// revoke takes the lock from its holder, who has lost it or ends. The mutex is held.
func (r *record) revoke(leased bool, why error) {
	if r.lock == nil {
		return
	}
	_ = r.lock.markLost(why)
	r.lock = nil
	if leased {
		r.expires = time.Now()
	}
}

// PowerCut ends every process at once: all locks are free, and the journals have what was
// synced. Marks are lost, which is allowed.
func (s *Store) PowerCut() {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	for _, r := range s.all.tenants {
		r.revoke(s.leased(), errReleased)
	}
	for _, run := range s.all.runs {
		if f := run.files[store.JournalFile]; f != nil {
			f.truncate(f.synced)
		}
		delete(run.files, store.MarkFile)
	}
}
