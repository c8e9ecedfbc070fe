package pgstore

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"keyroster/io/store"
)

// lock implements [store.Lock] as a lease of one generation.
type lock struct {
	tenant         *tenant
	id, generation int64
	holder, left   store.Holder
	freed          time.Time

	stop     chan struct{} // closed when renewing must stop
	renewing sync.WaitGroup

	mu sync.Mutex
	// renewed is when the last successful renewal was requested: the lease ends no earlier than
	// its length after that.
	renewed time.Time
	// gone is why the lease is no longer held, nil while it is.
	gone error
}

var (
	errReleased = errors.New("it was released")
	errTaken    = errors.New("its lease expired, or another process took it")
	errLapsed   = errors.New("its lease could not be renewed in time")
)

// markLost records why the lease is no longer held; the first reason stays.
func (l *lock) markLost(why error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone == nil {
		l.gone = why
		close(l.stop)
	}
	return fmt.Errorf("lock %s: %w: %w", l.tenant.Place(), store.ErrNotLocked, l.gone)
}

// released reports whether the lease was released while it was held.
func (l *lock) released() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Is(l.gone, errReleased)
}

// Held implements [store.Lock]. It only looks at the clocks: a lease that was not renewed
// counts as lost a tenth of its length before it ends.
func (l *lock) Held() error {
	l.mu.Lock()
	since, gone := elapsedSince(l.renewed), l.gone
	l.mu.Unlock()
	if gone == nil && since < l.tenant.store.lease/10*9 {
		return nil
	}
	return l.markLost(errLapsed)
}

// elapsedSince is the time since then, by whichever clock shows more: one of them stops while
// the machine sleeps, and the other may be set back.
func elapsedSince(at time.Time) time.Duration {
	now := time.Now()
	return max(now.Sub(at), now.Round(0).Sub(at.Round(0)))
}

// renewUntilStopped renews the lease each third of its length, and more often after an
// error.
func (l *lock) renewUntilStopped() {
	next := l.tenant.store.lease / 3
	for {
		wait := time.NewTimer(next)
		select {
		case <-l.stop:
			wait.Stop()
			return
		case <-wait.C:
		}
		next = l.tenant.store.lease / 3
		if l.renew() != nil {
			next /= 10
		}
		if l.Held() != nil {
			return
		}
	}
}

// renew renews the lease once. It gives up soon, so that it can be tried again, over another
// connection, before the lease ends.
func (l *lock) renew() error {
	asked, s := time.Now(), l.tenant.store
	n, err := s.execWithin(s.lease/6, "UPDATE keyroster.tenant SET expires = clock_timestamp() + $3::interval"+heldBy,
		l.id, l.generation, s.lease)
	if err != nil {
		return err
	}
	if n == 0 {
		return l.markLost(errTaken)
	}
	l.mu.Lock()
	l.renewed = asked
	l.mu.Unlock()
	return nil
}

// change makes a statement that takes effect only if the lease $1 is held in the generation $2.
func (l *lock) change(sql string, args ...any) error {
	if err := l.Held(); err != nil {
		return err
	}
	n, err := l.tenant.store.exec(sql, append([]any{l.id, l.generation}, args...)...)
	if err == nil && n == 0 {
		return l.markLost(errTaken)
	}
	return withHint(err)
}

// Predecessor implements [store.Lock].
func (l *lock) Predecessor() store.Holder { return l.left }

// ForgetPredecessor implements [store.Lock].
func (l *lock) ForgetPredecessor() { l.left = store.Holder{} }

// heldBy is the condition of a change to the row of the tenant itself.
const heldBy = " WHERE id = $1 AND generation = $2 AND expires > clock_timestamp()"

// Lost implements [store.Lock].
func (l *lock) Lost() <-chan struct{} { return l.stop }

// FreedAt implements [store.Lock].
func (l *lock) FreedAt() time.Time { return l.freed }

// Name implements [store.Lock].
func (l *lock) Name(runID string) error {
	named := l.holder
	named.RunID = runID
	if err := l.change("UPDATE keyroster.tenant SET holder = $3"+heldBy, named); err != nil {
		return fmt.Errorf("name the run: %w", err)
	}
	l.holder = named
	return nil
}

// Save implements [store.Lock].
func (l *lock) Save(name store.Document, data []byte) error {
	err := store.CheckPart(name)
	if err == nil {
		err = l.change(`WITH lease AS (SELECT id FROM keyroster.tenant`+heldBy+` FOR SHARE)
			INSERT INTO keyroster.document (tenant, name, data) SELECT id, $3::text, $4::bytea FROM lease
			ON CONFLICT (tenant, name) DO UPDATE SET data = excluded.data`, name, append([]byte{}, data...))
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", name, err)
	}
	return nil
}

// Drop implements [store.Lock].
func (l *lock) Drop(name store.Document) error {
	err := store.CheckPart(name)
	if err == nil {
		err = l.guarded(`, done AS (DELETE FROM keyroster.document
			WHERE tenant IN (SELECT id FROM lease) AND name = $3)`, name)
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	return nil
}

// guarded makes a change that is written as common table expressions, under the lease.
func (l *lock) guarded(change string, args ...any) error {
	return l.change(`WITH lease AS MATERIALIZED (SELECT id FROM keyroster.tenant`+heldBy+` FOR SHARE)`+change+`
		SELECT id FROM lease`, args...)
}

// SetKey implements [store.Lock].
func (l *lock) SetKey(name store.Key, text []byte) error {
	err := store.CheckPart(name)
	if err == nil {
		err = l.guarded(`, done AS (INSERT INTO keyroster.secret (tenant, name, wrapped)
			SELECT id, $3::text, $4::bytea FROM lease
			ON CONFLICT (tenant, name) DO UPDATE SET wrapped = excluded.wrapped)`,
			name, l.tenant.store.wrapping.wrap(text, l.tenant.keyPlace(name)))
		l.tenant.cacheKey(name, nil)
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", name, err)
	}
	return nil
}

// Adopt implements [store.Lock].
func (l *lock) Adopt(id string) (*store.Run, error) {
	var of int64
	err := l.Held()
	if err == nil && !store.ValidID(id) {
		err = fmt.Errorf("%q is not a run id", id)
	}
	if err == nil {
		err = l.guarded(`, done AS (INSERT INTO keyroster.run (id, tenant)
			SELECT $3::text, id FROM lease ON CONFLICT DO NOTHING)`, id)
	}
	if err == nil {
		err = l.tenant.store.row("SELECT tenant FROM keyroster.run WHERE id = $1", []any{id}, &of)
	}
	if err == nil && of != l.id {
		err = fmt.Errorf("run %s belongs to another tenant: %w", id, fs.ErrExist)
	}
	if err != nil {
		return nil, fmt.Errorf("make run: %w", err)
	}
	return store.NewRun(id, &files{store: l.tenant.store, id: id, tenant: l.id, lock: l}), nil
}

// Create implements [store.Lock].
func (l *lock) Create(account string, now time.Time) (*store.Run, error) {
	for {
		if err := l.Held(); err != nil {
			return nil, fmt.Errorf("make run: %w", err)
		}
		id := store.NewID(account, now)
		f := &files{store: l.tenant.store, id: id, tenant: l.id, lock: l, own: new(written)}
		_, made, err := f.guarded(`, done AS (
			INSERT INTO keyroster.run (id, tenant) SELECT $3::text, id FROM lease ON CONFLICT DO NOTHING RETURNING 1)`)
		if err != nil {
			return nil, fmt.Errorf("make run: %w", err)
		}
		if made {
			return store.NewRun(id, f), nil
		}
	}
}

// Begin implements [store.Lock].
func (l *lock) Begin(run *store.Run) error {
	if err := l.change("UPDATE keyroster.tenant SET begun = $3"+heldBy, run.ID()); err != nil {
		return fmt.Errorf("note the run: %w", err)
	}
	return nil
}

// Close implements [store.Lock]. A lost lease is not released, and still fences the files of
// its runs.
func (l *lock) Close() error {
	held := l.Held() == nil
	_ = l.markLost(errReleased) // if it was not lost before
	l.renewing.Wait()
	if !held {
		return nil
	}
	s := l.tenant.store
	s.mu.Lock()
	if s.locks[l.id] == l {
		delete(s.locks, l.id)
	}
	s.mu.Unlock()
	// A predecessor that was not handled is passed on to the next holder.
	var left *store.Holder
	if l.left != (store.Holder{}) {
		left = &l.left
	}
	_, err := s.exec("UPDATE keyroster.tenant SET expires = NULL, holder = $3 WHERE id = $1 AND generation = $2",
		l.id, l.generation, left)
	if err != nil {
		return fmt.Errorf("unlock %s: %w", l.tenant.Place(), err)
	}
	return nil
}
