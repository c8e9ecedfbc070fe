package pgstore

import (
	"context"
	"time"

	"keyroster/io/store"
)

// Step is the text that makes a version of the tables.
var Step = step

// MigrateIn and OpenIn have the tables in another schema.
var (
	MigrateIn = migrate
	OpenIn    = openIn
)

// Exec makes a statement about the tables of the store, as a person would.
func (s *Store) Exec(sql string, args ...any) error {
	_, err := s.exec(sql, args...)
	return err
}

// RunOut ends a lease on the server, as time does.
func RunOut(held store.Lock) error {
	l := held.(*lock)
	_, err := l.tenant.store.exec("UPDATE keyroster.tenant SET expires = clock_timestamp()"+heldBy, l.id, l.generation)
	return err
}

// Renew renews a lease at once.
func Renew(held store.Lock) error { return held.(*lock).renew() }

// Die ends a process that holds a lock: nothing renews it any more, and its time is over.
// What is left of its handles is another process's.
func Die(held store.Lock) error {
	l := held.(*lock)
	_ = l.markLost(errReleased)
	l.renewing.Wait()
	s := l.tenant.store
	s.mu.Lock()
	delete(s.locks, l.id)
	s.mu.Unlock()
	return RunOut(held)
}

// Freeze has the last renewal of a lock be at another time, as when its process stood still.
func Freeze(held store.Lock, since time.Time) {
	l := held.(*lock)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.renewed = since
}

// ElapsedSince is how long ago a time was, by the clock that says more.
var ElapsedSince = elapsedSince

// Wrap and Unwrap are the methods of a wrapping.
func (w *Wrapping) Wrap(plain []byte, place ...string) []byte {
	return w.wrap(plain, placeOf(place...))
}

// Unwrap is the opposite of Wrap.
func (w *Wrapping) Unwrap(wrapped []byte, place ...string) ([]byte, error) {
	return w.unwrap(wrapped, placeOf(place...))
}

// Pack and Unpack are the methods of a wrapping.
var (
	Pack   = (*Wrapping).pack
	Unpack = (*Wrapping).unpack
)

// NewTurn is a turn over reservations of a test's own.
func NewTurn(
	perSecond float64, give time.Duration, reserve func(int, time.Duration, time.Duration) (time.Time, error),
) func(context.Context) error {
	return newTurn(perSecond, give, reserve).wait
}

// Reserve reserves moments.
func (s *Store) Reserve(provider string, most int, gap, lead time.Duration) (time.Time, error) {
	return s.reserve(provider, most, gap, lead)
}
