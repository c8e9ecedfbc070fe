package pgstore

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"keyroster/io/store"
)

// tenant implements [store.Tenant].
type tenant struct {
	store        *Store
	provider, id string

	mu   sync.Mutex
	keys map[store.Key][]byte // those that were read; a key never changes once it is there
}

// Of implements [store.Tenant].
func (t *tenant) Of() (provider, id string) { return t.provider, t.id }

// Place implements [store.Tenant].
func (t *tenant) Place() string { return scheme + t.provider + "-" + t.id }

// args are the parameters that find the tenant's row, and some more.
func (t *tenant) args(more ...any) []any { return append([]any{t.provider, []byte(t.id)}, more...) }

// missing is the error for something that cannot be read.
func (t *tenant) missing(name string, err error) error {
	return &fs.PathError{Op: "open", Path: t.Place() + "/" + name, Err: err}
}

// of joins a table's rows with their tenant.
const of = " JOIN keyroster.tenant t ON t.id = x.tenant WHERE t.provider = $1 AND t.tenant = $2 AND x.name = $3"

// Document implements [store.Tenant].
func (t *tenant) Document(name store.Document) ([]byte, error) {
	if err := store.CheckPart(name); err != nil {
		return nil, err
	}
	var data []byte
	err := t.store.row("SELECT x.data FROM keyroster.document x"+of, t.args(name), &data)
	if err == nil && int64(len(data)) > name.Max() {
		err = fmt.Errorf("it has more than %d bytes", name.Max())
	}
	if err != nil {
		return nil, t.missing(string(name), err)
	}
	return data, nil
}

// Has implements [store.Tenant].
func (t *tenant) Has(name store.Document) bool {
	return store.CheckPart(name) == nil && t.store.finds("SELECT 1 FROM keyroster.document x"+of, t.args(name)...)
}

// Key implements [store.Tenant].
func (t *tenant) Key(name store.Key, fresh func() ([]byte, error)) ([]byte, error) {
	if err := store.CheckPart(name); err != nil {
		return nil, err
	}
	if fresh == nil || !t.missed(name) {
		text, err := t.key(name)
		if fresh == nil || !errors.Is(err, fs.ErrNotExist) {
			return text, err
		}
	}
	made, err := fresh()
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	wrapped := t.store.wrapping.wrap(made, t.keyPlace(name))
	for range 2 { // the tenant may appear during the first statement
		n, failed := t.store.exec(makeKey, t.args(name, wrapped)...)
		if failed != nil {
			return nil, fmt.Errorf("make key: %w", withHint(failed))
		}
		if n > 0 {
			t.cacheKey(name, made)
			return made, nil
		}
		var text []byte
		if text, err = t.key(name); !errors.Is(err, fs.ErrNotExist) {
			return text, err
		}
	}
	return nil, err
}

// makeKey makes a key, and the tenant's row. The first process makes it, and all others then
// read it.
const makeKey = `
WITH made AS (
    INSERT INTO keyroster.tenant (provider, tenant) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id
), of AS (
    SELECT id FROM made UNION SELECT id FROM keyroster.tenant WHERE provider = $1 AND tenant = $2
)
INSERT INTO keyroster.secret (tenant, name, wrapped) SELECT id, $3::text, $4::bytea FROM of
ON CONFLICT DO NOTHING`

// missed reports whether a key was missing, or was set, when last seen: then making it is worth
// a try, which does not change an existing key.
func (t *tenant) missed(name store.Key) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	text, known := t.keys[name]
	return known && text == nil
}

// cacheKey caches a key for the lifetime of the tenant's handle; nil is a missing one.
func (t *tenant) cacheKey(name store.Key, text []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.keys == nil {
		t.keys = map[store.Key][]byte{}
	}
	t.keys[name] = bytes.Clone(text)
}

// cachedKey is a cached key, else nil.
func (t *tenant) cachedKey(name store.Key) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.keys[name])
}

// keyPlace binds a wrapped key to its tenant and its name.
func (t *tenant) keyPlace(name store.Key) []byte {
	return placeOf("secret", t.provider, string(name), t.id)
}

// key reads a key that was made.
func (t *tenant) key(name store.Key) ([]byte, error) {
	text := t.cachedKey(name)
	if text != nil {
		return text, nil
	}
	err := t.store.row("SELECT x.wrapped FROM keyroster.secret x"+of, t.args(name), &text)
	if err == nil {
		text, err = t.store.wrapping.unwrap(text, t.keyPlace(name))
	}
	if errors.Is(err, fs.ErrNotExist) {
		t.cacheKey(name, nil)
	}
	if err != nil {
		return nil, t.missing(string(name), err)
	}
	t.cacheKey(name, text)
	return text, nil
}

// HasKey implements [store.Tenant].
func (t *tenant) HasKey(name store.Key) bool {
	return store.CheckPart(name) == nil &&
		(t.cachedKey(name) != nil || t.store.finds("SELECT 1 FROM keyroster.secret x"+of, t.args(name)...))
}

// LastBegun implements [store.Tenant].
func (t *tenant) LastBegun() (string, *store.Run, error) {
	var id *string
	err := t.store.row("SELECT begun FROM keyroster.tenant WHERE provider = $1 AND tenant = $2", t.args(), &id)
	if errors.Is(err, fs.ErrNotExist) || err == nil && id == nil {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("read which run was started: %w", err)
	}
	run, err := t.store.Run(*id)
	return *id, run, err
}

// takeLease takes a lease that is free or has expired; left_by is who had an expired one.
const takeLease = `
INSERT INTO keyroster.tenant AS t (provider, tenant, generation, holder, expires)
VALUES ($1, $2, 1, $3, clock_timestamp() + $4::interval)
ON CONFLICT (provider, tenant) DO UPDATE
SET generation = t.generation + 1, left_by = t.holder, left_until = t.expires,
    holder = excluded.holder, expires = clock_timestamp() + $4::interval
WHERE t.expires IS NULL OR t.expires <= clock_timestamp()
RETURNING id, generation, left_by, clock_timestamp() - left_until`

// Lock implements [store.Tenant]. PID and Host are filled in when they are zero.
func (t *tenant) Lock(holder store.Holder) (store.Lock, error) {
	if holder.PID == 0 {
		holder.PID = os.Getpid()
	}
	if holder.Host == "" {
		holder.Host, _ = os.Hostname()
	}
	l := &lock{tenant: t, holder: holder, renewed: time.Now(), stop: make(chan struct{})}
	var left, holds *store.Holder
	var ago, ahead *time.Duration
	err := t.store.row(takeLease, t.args(holder, t.store.lease), &l.id, &l.generation, &left, &ago)
	if errors.Is(err, fs.ErrNotExist) {
		err = t.store.row(`SELECT holder, expires - clock_timestamp() FROM keyroster.tenant
			WHERE provider = $1 AND tenant = $2`,
			t.args(), &holds, &ahead)
		if err == nil {
			refused := &store.LockedError{Place: t.Place()}
			if holds != nil {
				refused.Holder = *holds
			}
			if ahead != nil {
				refused.Until = time.Now().Add(*ahead)
			}
			return nil, refused
		}
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", t.Place(), withHint(err))
	}
	if left != nil {
		l.left = *left
	}
	if ago != nil {
		l.freed = time.Now().Add(-*ago)
	}
	t.store.mu.Lock()
	t.store.locks[l.id] = l
	t.store.mu.Unlock()
	l.renewing.Go(l.renewUntilStopped)
	return l, nil
}

// withHint adds advice to an error of writing, where there is any.
func withHint(err error) error {
	if stateOf(err) == readOnly {
		return fmt.Errorf("the database is read-only; use its primary in fleet.database (%w)", err)
	}
	return err
}
