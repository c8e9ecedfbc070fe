package pgstore

import (
	"context"
	"time"

	"keyroster/io/store"
)

// Step returns the statements that create a version of the tables.
var Step = step

// MigrateIn and OpenIn use tables in another schema.
var (
	MigrateIn = migrate
	OpenIn    = openIn
)

// Exec runs a statement on the tables of the store, as a person would.
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

// Die ends a process that holds a lock: nothing renews it any more, and its time is over. Its
// remaining handles count as another process's.
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

// Freeze sets the time of the last renewal of a lock, as if its process had stood still.
func Freeze(held store.Lock, since time.Time) {
	l := held.(*lock)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.renewed = since
}

// ElapsedSince returns how long ago a time was, by the clock that shows more.
var ElapsedSince = elapsedSince

// Wrap is the wrap method of a wrapping.
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

// NewTurn returns a turn over a test's own reservations.
func NewTurn(
	perSecond float64, give time.Duration, reserve func(int, time.Duration, time.Duration) (time.Time, error),
) func(context.Context) error {
	return newTurn(perSecond, give, reserve).wait
}

// Reserve reserves moments.
func (s *Store) Reserve(provider string, most int, gap, lead time.Duration) (time.Time, error) {
	return s.reserve(provider, most, gap, lead)
}
