package memory

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"keyroster/io/store"
)

// tenant implements [store.Tenant].
type tenant struct {
	store *Store
	owner
}

// record is nil when nothing is remembered. The mutex is held.
func (t *tenant) record() *record { return t.store.all.tenants[t.owner] }

// make is the record, made if necessary. The mutex is held.
func (t *tenant) make() *record {
	r := t.record()
	if r == nil {
		r = &record{documents: map[store.Document][]byte{}, keys: map[store.Key][]byte{}}
		t.store.all.tenants[t.owner] = r
	}
	return r
}

// Of implements [store.Tenant].
func (t *tenant) Of() (provider, id string) { return t.provider, t.tenant }

// Place implements [store.Tenant].
func (t *tenant) Place() string { return scheme + t.provider + "-" + t.tenant }

// missing is the error for something that cannot be read.
func (t *tenant) missing(name string, err error) error {
	return &fs.PathError{Op: "open", Path: t.Place() + "/" + name, Err: err}
}

// Document implements [store.Tenant].
func (t *tenant) Document(name store.Document) ([]byte, error) {
	if err := store.CheckPart(name); err != nil {
		return nil, err
	}
	if err := t.store.enter(); err != nil {
		return nil, t.missing(string(name), err)
	}
	defer t.store.unlock()
	if r := t.record(); r != nil {
		if data, ok := r.documents[name]; ok {
			return bytes.Clone(data), nil
		}
	}
	return nil, t.missing(string(name), fs.ErrNotExist)
}

// Has implements [store.Tenant].
func (t *tenant) Has(name store.Document) bool {
	if t.store.enter() != nil {
		return true // it cannot be read, which does not mean that it is missing
	}
	defer t.store.unlock()
	r := t.record()
	return r != nil && r.documents[name] != nil
}

// Key implements [store.Tenant]. When processes race for the first time, fresh may be called
// more than once; one of the texts is kept.
func (t *tenant) Key(name store.Key, fresh func() ([]byte, error)) ([]byte, error) {
	if err := store.CheckPart(name); err != nil {
		return nil, err
	}
	text, err := t.key(name)
	if fresh == nil || !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	made, err := fresh()
	if err == nil {
		err = t.store.enter()
	}
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	defer t.store.unlock()
	r := t.make()
	if r.keys[name] == nil {
		r.keys[name] = present(made)
	}
	return bytes.Clone(r.keys[name]), nil
}

// key reads a key that was made.
func (t *tenant) key(name store.Key) ([]byte, error) {
	if err := t.store.enter(); err != nil {
		return nil, t.missing(string(name), err)
	}
	defer t.store.unlock()
	r := t.record()
	if r == nil || r.keys[name] == nil {
		return nil, t.missing(string(name), fs.ErrNotExist)
	}
	return bytes.Clone(r.keys[name]), nil
}

// HasKey implements [store.Tenant].
func (t *tenant) HasKey(name store.Key) bool {
	_, err := t.key(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// LastBegun implements [store.Tenant].
func (t *tenant) LastBegun() (string, *store.Run, error) {
	if err := t.store.enter(); err != nil {
		return "", nil, fmt.Errorf("read which run was started: %w", err)
	}
	id := ""
	if r := t.record(); r != nil {
		id = r.begun
	}
	t.store.unlock()
	if id == "" {
		return "", nil, nil
	}
	run, err := t.store.Run(id)
	return id, run, err
}

// present is a copy that is never nil, even of empty data.
func present(data []byte) []byte { return append([]byte{}, data...) }
