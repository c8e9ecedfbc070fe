// Package store is where keyroster remembers tenants between runs and keeps the files of runs.
// Where these are kept (folders, a database) is behind the interfaces of this file; what they
// mean is in this package, once for all of them.
//
// A run meets its types in this order:
//
//	Store     where all is kept              Tenant to work on it, Look to look alone
//	Tenant    what is remembered of one      ReadState, Fingerprints; Lock to change it
//	Lock      who may change that            Create, Begin, SaveState
//	Run       the files of one run           Write, StartJournal; Assess finds its status
//	Manifest  what a closed run consists of  Verify
//
// [Expire] and similar functions clean up runs that are over; a [Board] is for many workers
// that share the nights of many accounts.
//
// Invariants, which package storetest checks for every store:
//
//   - One holder at a time has a tenant's lock, in this process and in others. What is
//     remembered changes only through a [Lock], and a lost lock changes nothing.
//   - A document, a key and a file of a run appear whole or not at all, and survive a
//     crash once the call has returned.
//   - In whatever call a process dies, the next process finds the state before that call or the
//     one after it.
//   - No name leads out of its run or tenant.
//
// A store bounds its own waiting; none of its calls takes a context, since an interrupted run
// still has to record what it did.
package store

import (
	"errors"
	"io"
	"time"
)

// Store keeps what is remembered of tenants and the files of runs. Its methods may be called by
// several goroutines.
type Store interface {
	// Tenant opens what is remembered of a tenant, and makes a place for it if necessary.
	// provider is a provider's name, tenant the provider's own id of the tenant, which is not
	// empty. It takes no lock. The error wraps [ErrNoPlace] when no place for tenants was named.
	Tenant(provider, tenant string) (Tenant, error)
	// Look is [Store.Tenant] for reading only: it makes nothing, whether anything is remembered
	// or not.
	Look(provider, tenant string) (Tenant, error)
	// Run opens a run by its id, or by its place where people can name one (the
	// path of a folder), under the rules of [Open]; fs.ErrNotExist when there is
	// none.
	Run(ref string) (*Run, error)
	// Runs are the names by which [Store.Run] opens the runs that are kept: their ids, or the
	// names of those that people renamed. The oldest is first; those of one second are in the
	// order of their ids. Anything else is left out; no runs is a nil list, and not an error.
	Runs() ([]string, error)
	// Find are those of Runs that a query selects, in their order; there may be others among
	// them. It saves a caller from opening all runs to find a few, where that takes time.
	Find(q RunQuery) ([]string, error)
	// Beside is what else is in the folder of the runs; nil where they are not in a folder that
	// people browse.
	Beside() Beside
}

// Beside is the folder of the runs as people see it. It is only for them: nothing in it is ever
// read as part of a run, or as remembered.
type Beside interface {
	// Place is the folder, for messages.
	Place() string
	// List has the folders and files in it, by name; none is not an error.
	List() ([]Neighbor, error)
	// Open opens a file; fs.ErrNotExist when there is none.
	Open(name string) (File, error)
	// Write makes or replaces a file, whole or not at all. It makes no folder.
	Write(name string, write func(io.Writer) error) error
}

// Neighbor is something in the folder of the runs.
type Neighbor struct {
	Name   string
	Folder bool
	// Link: it only leads elsewhere, and is not a run, whatever it leads to.
	Link bool
	// Changed returns when a file was last changed, or when something in a folder was last
	// made, replaced or removed; the zero time where it is gone.
	Changed func() time.Time
}

// ErrNoPlace says that no place was named for tenants.
var ErrNoPlace = errors.New("no state folder")

// Document names a part of what is remembered of a tenant.
type Document string

// The documents of a tenant.
const (
	StateDocument    Document = "state.json"
	ValuesDocument   Document = "values.json"
	UnlistedDocument Document = "unlisted.json"
	// MovedDocument says that the tenant lives elsewhere; see [CheckMoved].
	MovedDocument Document = "moved.json"
)

// Max is how many bytes of a document are read at most: a larger one cannot be ours and is an
// error.
func (d Document) Max() int64 {
	if d == StateDocument {
		return 16 << 20
	}
	return 1 << 30
}

// KeyMax is how many bytes of a key are read at most.
const KeyMax = 64 << 10

// Key names a secret of a tenant.
type Key string

// The keys of a tenant.
const (
	FingerprintKey Key = "fingerprint.key"
	SealKey        Key = "seal.key"
)

// Tenant is what is remembered of one tenant of one provider. Its methods may be
// called by several goroutines.
type Tenant interface {
	// Of is the tenant: a provider's name, and its own id of the tenant.
	Of() (provider, tenant string)
	// Place says where it is kept, for messages.
	Place() string
	// Document reads a document as it was saved, at most [Document.Max] bytes;
	// fs.ErrNotExist when there is none.
	Document(name Document) ([]byte, error)
	// Has reports whether a document was saved, legible or not.
	Has(name Document) bool
	// Key is the text of a key; fresh makes it the first time, unless it is nil: then a missing
	// key is fs.ErrNotExist. Processes that race for the first time get the same text. It needs
	// no lock.
	Key(name Key, fresh func() ([]byte, error)) ([]byte, error)
	// HasKey reports whether a key was made, legible or not.
	HasKey(name Key) bool
	// LastBegun is the run that [Lock.Begin] marked last, nil without an error when none was. A
	// run whose files are gone is an fs.ErrNotExist, and id says which it was.
	LastBegun() (id string, run *Run, err error)
	// Lock takes the tenant's lock for a holder. It does not wait: when another
	// has it, the error is a [*LockedError].
	Lock(holder Holder) (Lock, error)
}

// Lock is a tenant's lock that is held. One goroutine uses it, except for Held, which any may call.
// Every method that changes something returns [ErrNotLocked] once the lock was lost or released.
type Lock interface {
	// Held is nil as long as the lock is held, and [ErrNotLocked] (wrapped, with the
	// reason) from then on. It is quick: a run calls it before each write to its provider.
	Held() error
	// Lost is closed once the lock was lost or released; it is nil where a held lock cannot be
	// lost.
	Lost() <-chan struct{}
	// Predecessor is who had the lock before and ended without releasing it; zero for none.
	// ForgetPredecessor records that what that process left was handled; until then, every next
	// holder sees it.
	Predecessor() Holder
	ForgetPredecessor()
	// FreedAt is when the predecessor's lock ended if it was not released, by the clock of this
	// machine: until then its holder may have written to the provider. It is zero if the lock
	// was released, or where a lock ends with its process.
	FreedAt() time.Time
	// Name records which run holds the lock, once it has a name.
	Name(runID string) error
	// Save replaces a document.
	Save(name Document, data []byte) error
	// Drop removes a document; a missing one is not an error.
	Drop(name Document) error
	// SetKey replaces a key, and Adopt makes an empty run with an id, unless there is one: they
	// are for moving from another store. A run of another tenant is an error.
	SetKey(name Key, text []byte) error
	Adopt(id string) (*Run, error)
	// Create makes an empty run of an account that began at now, and proves that
	// its files can be written. Errors say what to do about it.
	Create(account string, now time.Time) (*Run, error)
	// Begin marks a run as the last one begun: it can be found from any place, even when the
	// other documents are lost.
	Begin(run *Run) error
	// Close releases the lock. Calling it again does nothing.
	Close() error
}
