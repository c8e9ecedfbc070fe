package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"keyroster/io/plainfile"
	"keyroster/io/rights"
	"keyroster/io/store"
)

const (
	openRunFile = "open_run.path"

	// smallMax bounds what is read of files that hold a line or two.
	smallMax = 64 << 10
)

// tenant is the folder of a tenant.
type tenant struct {
	path         string
	provider, id string
	// runs is where runs are looked for.
	runs runs
}

// Of implements [store.Tenant].
func (t *tenant) Of() (provider, tenant string) { return t.provider, t.id }

// Place implements [store.Tenant].
func (t *tenant) Place() string { return t.path }

func (t *tenant) file(name string) string { return filepath.Join(t.path, name) }

// Document implements [store.Tenant].
func (t *tenant) Document(name store.Document) ([]byte, error) {
	if err := store.CheckPart(name); err != nil {
		return nil, err
	}
	path := t.file(string(name))
	data, err := plainfile.Read(path, name.Max())
	if err == nil && name == store.ValuesDocument {
		err = rights.Tighten(path, 0o600) // with its fingerprints and their key, PINs can be found
	}
	return data, err
}

// Has implements [store.Tenant].
func (t *tenant) Has(name store.Document) bool {
	_, err := os.Lstat(t.file(string(name)))
	return store.CheckPart(name) == nil && !errors.Is(err, fs.ErrNotExist)
}

// Key implements [store.Tenant].
func (t *tenant) Key(name store.Key, fresh func() ([]byte, error)) ([]byte, error) {
	if err := store.CheckPart(name); err != nil {
		return nil, err
	}
	return key(t.path, name, fresh)
}

// HasKey implements [store.Tenant].
func (t *tenant) HasKey(name store.Key) bool {
	_, err := os.Lstat(t.file(string(name)))
	return store.CheckPart(name) == nil && err == nil
}

// LastBegun implements [store.Tenant]: the run is looked for below the runs folder first,
// then where it was begun, which may have been below another.
func (t *tenant) LastBegun() (string, *store.Run, error) {
	text, err := plainfile.Read(t.file(openRunFile), smallMax)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(text) == 0 {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("read the run's folder: %w", err)
	}
	path := string(text)
	id := filepath.Base(path)
	run, err := open(t.runs.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		run, err = open(path)
	}
	return id, run, err
}

// Lock implements [store.Tenant].
func (t *tenant) Lock(holder store.Holder) (store.Lock, error) {
	l, err := take(t.path, t.runs, holder)
	if err != nil {
		return nil, err
	}
	return l, nil
}
