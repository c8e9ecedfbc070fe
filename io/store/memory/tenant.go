package memory

import (
	"bytes"
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

// make makes room for what is remembered. The mutex is held.
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

// path is where a part of the record is, for messages.
func (t *tenant) path(name string) string { return t.Place() + "/" + name }

// Document implements [store.Tenant].
func (t *tenant) Document(name store.Document) ([]byte, error) {
	if err := store.CheckPart(name); err != nil {
		return nil, err
	}
	t.store.all.mu.Lock()
	defer t.store.all.mu.Unlock()
	if r := t.record(); r != nil {
		if data, ok := r.documents[name]; ok {
			return bytes.Clone(data), nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: t.path(string(name)), Err: fs.ErrNotExist}
}

// Has implements [store.Tenant].
func (t *tenant) Has(name store.Document) bool {
	t.store.all.mu.Lock()
	defer t.store.all.mu.Unlock()
	r := t.record()
	return r != nil && r.documents[name] != nil
}

// Key implements [store.Tenant]. When processes race for the first time, fresh may be
// asked more than once; one of the texts is kept.
func (t *tenant) Key(name store.Key, fresh func() ([]byte, error)) ([]byte, error) {
	if err := store.CheckPart(name); err != nil {
		return nil, err
	}
	if text, ok := t.key(name); ok {
		return text, nil
	}
	if fresh == nil {
		return nil, &fs.PathError{Op: "open", Path: t.path(string(name)), Err: fs.ErrNotExist}
	}
	made, err := fresh()
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	t.store.all.mu.Lock()
	defer t.store.all.mu.Unlock()
	r := t.make()
	if r.keys[name] == nil {
		r.keys[name] = present(made)
	}
	return bytes.Clone(r.keys[name]), nil
}

func (t *tenant) key(name store.Key) ([]byte, bool) {
	t.store.all.mu.Lock()
	defer t.store.all.mu.Unlock()
	r := t.record()
	if r == nil || r.keys[name] == nil {
		return nil, false
	}
	return bytes.Clone(r.keys[name]), true
}

// HasKey implements [store.Tenant].
func (t *tenant) HasKey(name store.Key) bool {
	_, has := t.key(name)
	return has
}

// Begun implements [store.Tenant].
func (t *tenant) Begun() (string, *store.Run, error) {
	t.store.all.mu.Lock()
	id := ""
	if r := t.record(); r != nil {
		id = r.begun
	}
	t.store.all.mu.Unlock()
	if id == "" {
		return "", nil, nil
	}
	run, err := t.store.Run(id)
	return id, run, err
}

// present is a copy that is not nil: what is there and empty is there.
func present(data []byte) []byte { return append([]byte{}, data...) }
