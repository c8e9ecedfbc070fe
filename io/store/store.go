// Package store is where keyroster remembers tenants between runs and keeps the
// files of runs. What it is kept in (folders, a database) is behind the interfaces
// of this file; what it means is in this package, once for all of them.
//
// A run meets its types in this order:
//
//	Store     where all is kept              Tenant to work on it, Look to look alone
//	Tenant    what is remembered of one      ReadState, Fingerprints; Lock to change it
//	Lock      who may change that            Create, Begin, SaveState
//	Run       the files of one run           Write, StartJournal; Assess says how it stands
//	Manifest  what a closed run consists of  Verify
//
// [Expire] and its like look after runs that are over; a [Board] is for many workers,
// who share out the nights of many accounts.
//
// Invariants, which package storetest asks of every store:
//
//   - One holder at a time has a tenant's lock, in this process and in others. What
//     is remembered changes through a [Lock] alone, and a lock that was lost changes
//     nothing any more.
//   - A document, a key and a file of a run appear whole or not at all, and survive a
//     crash once the call has returned.
//   - Whatever call a process dies in, the next one finds the state before that call
//     or the one after it.
//   - No name leads out of the run or the tenant that it is asked of.
//
// A store bounds its own waiting; none of its calls takes a context, since a run that
// was interrupted still has to say what it did.
package store

import (
	"errors"
	"io"
	"time"
)

// Store keeps the memory of tenants and the files of runs. Its methods may be called
// by several goroutines.
type Store interface {
	// Tenant opens what is remembered of a tenant and makes room for it if need be.
	// provider is a provider's name, tenant the provider's own id of the tenant and
	// not empty. It takes no lock. The error wraps [ErrNoPlace] when no place was
	// named where tenants are remembered.
	Tenant(provider, tenant string) (Tenant, error)
	// Look is what is remembered of a tenant, for looking alone, whether there is
	// anything or not: it makes nothing.
	Look(provider, tenant string) (Tenant, error)
	// Run opens a run by its id, or by its place where people can name one (the
	// path of a folder), under the rules of [Open]; fs.ErrNotExist when there is
	// none.
	Run(ref string) (*Run, error)
	// Runs are what [Store.Run] opens the runs by that are kept: their ids, and the
	// names of those that people renamed. The oldest is first; those of one second
	// are in the order of their ids. What is no run is left out; no runs are no
	// error, and a nil list.
	Runs() ([]string, error)
	// Find are those of Runs that a query asks for, in their order; there may be others
	// among them. It keeps whoever looks for a few from opening all, where that takes time.
	Find(q RunQuery) ([]string, error)
	// Beside is what lies beside the runs, nil where they are kept in no folder that
	// people look into.
	Beside() Beside
}

// Beside is the folder of the runs as people find it. It is for them alone: what a run
// is made of, and what is remembered, is read from nothing in it.
type Beside interface {
	// Place is the folder, for messages.
	Place() string
	// List has the folders and files in it, by name; none are no error.
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
	// Link: it only leads elsewhere. It is no run, whatever it leads to.
	Link bool
	// Changed asks when a file was last changed, or when something in a folder was last
	// made, replaced or removed; the zero time where it is gone.
	Changed func() time.Time
}

// ErrNoPlace says that no place was named for what is remembered.
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

// Max is how many bytes of a document are read at most: a larger one is none of
// ours, and an error.
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
	// Of is whose memory it is: a provider's name, and its own id of a tenant.
	Of() (provider, tenant string)
	// Place says where it is kept, for messages.
	Place() string
	// Document reads a document as it was saved, at most [Document.Max] bytes;
	// fs.ErrNotExist when there is none.
	Document(name Document) ([]byte, error)
	// Has reports whether a document was saved, be it legible or not.
	Has(name Document) bool
	// Key is the text of a key; fresh makes it the first time, unless it is nil:
	// then a key that is not there is fs.ErrNotExist. Processes that race for the
	// first time get the same text. It needs no lock.
	Key(name Key, fresh func() ([]byte, error)) ([]byte, error)
	// HasKey reports whether a key was made, be it legible or not.
	HasKey(name Key) bool
	// LastBegun is the run that was marked by [Lock.Begin] last, nil and no error when
	// none was. A run whose files are gone is an fs.ErrNotExist, and id says which
	// it was.
	LastBegun() (id string, run *Run, err error)
	// Lock takes the tenant's lock for a holder. It does not wait: when another
	// has it, the error is a [*LockedError].
	Lock(holder Holder) (Lock, error)
}

// Lock is a tenant's lock that is held. One goroutine uses it, but for Held, which
// any may ask. Every method that changes something is [ErrNotLocked] once the lock was
// lost or let go.
type Lock interface {
	// Held is nil as long as the lock is held, and [ErrNotLocked] (wrapped, with the
	// reason) from then on. It is quick: a run asks it before each write to its
	// provider.
	Held() error
	// Lost is closed once the lock was lost, or let go of; it is nil where a lock that is
	// held cannot be lost.
	Lost() <-chan struct{}
	// Predecessor is who had the lock before and ended without letting go of it; zero for
	// none. ForgetPredecessor says that what that process left was looked after; until then,
	// whoever takes the lock next hears of it.
	Predecessor() Holder
	ForgetPredecessor()
	// FreedAt is when the lock ended that was not let go of, by the clock of this machine:
	// until then its holder may have written to the provider. It is zero where the lock
	// was let go of, or where a lock ends with its process.
	FreedAt() time.Time
	// Name writes down which run holds the lock, once it has a name.
	Name(runID string) error
	// Save replaces a document.
	Save(name Document, data []byte) error
	// Drop removes a document; one that is not there is no error.
	Drop(name Document) error
	// SetKey replaces a key, and Adopt makes an empty run of an id, unless there is one: they
	// are for what comes from another store. The run of another tenant is an error.
	SetKey(name Key, text []byte) error
	Adopt(id string) (*Run, error)
	// Create makes an empty run of an account that began at now, and proves that
	// its files can be written. Errors say what to do about it.
	Create(account string, now time.Time) (*Run, error)
	// Begin marks a run as the one that was begun last: it is found again from any
	// place, and when the other documents are lost.
	Begin(run *Run) error
	// Close lets go of the lock. Calling it again does nothing.
	Close() error
}
