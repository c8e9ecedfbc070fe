package memory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"keyroster/io/store"
)

// run is the files of a run by name.
type run struct {
	of    owner
	files map[string]*content
}

// content is the bytes of a file. Readers share them: they are never changed, only appended to.
type content struct {
	data []byte
	// synced is how much of a journal survives a power cut.
	synced int
}

// truncate cuts off what follows the first size bytes. Later appends go to a new array, since
// the old one may be in use by readers.
func (c *content) truncate(size int) {
	c.data = c.data[:size:size]
	c.synced = min(c.synced, size)
}

// newRun makes an empty run. The mutex is held.
func (l *lock) newRun(account string, now time.Time) *store.Run {
	s, of := l.tenant.store, l.tenant.owner
	for {
		id := store.NewID(account, now)
		if s.all.runs[id] == nil {
			s.all.runs[id] = &run{of: of, files: map[string]*content{}}
			return store.NewRun(id, &files{store: s, id: id, of: of, lock: s.locks[of]})
		}
	}
}

// files implements [store.Files].
type files struct {
	store *Store
	id    string
	// of is the run's tenant, and lock the lease that this process had on it when the run was
	// opened, nil for none.
	of   owner
	lock *lock
}

// Place implements [store.Files].
func (f *files) Place() string { return scheme + "runs/" + f.id }

// Path implements [store.Files].
func (f *files) Path(name string) string {
	if name == "" {
		return f.Place()
	}
	return f.Place() + "/" + name
}

// Scratch implements [store.Files]: there is none.
func (f *files) Scratch() string { return "" }

// Encloses implements [store.Files]: no path leads into memory.
func (f *files) Encloses(string) bool { return false }

// with calls do with the files of the run, under the mutex. A discarded run is fs.ErrNotExist.
func (f *files) with(op, name string, do func(map[string]*content) error) error {
	err := f.store.enter()
	if err == nil {
		defer f.store.unlock()
		err = f.do(do)
	}
	return f.fault(op, name, err)
}

// change is with for changes, which fail if the lease that they need is not held.
func (f *files) change(op, name string, do func(map[string]*content) error) error {
	err := f.store.enter()
	if err == nil {
		defer f.store.unlock()
		err = f.fenced(do)
	}
	return f.fault(op, name, err)
}

// fenced calls do if no lease is needed, or it is held. The mutex is held.
func (f *files) fenced(do func(map[string]*content) error) error {
	l := f.lock
	if l == nil {
		l = f.store.locks[f.of]
	}
	if l != nil && !errors.Is(l.gone, errReleased) {
		if err := l.held(); err != nil {
			return err
		}
	}
	return f.do(do)
}

// do calls do with the files of the run. The mutex is held.
func (f *files) do(do func(map[string]*content) error) error {
	if r := f.store.all.runs[f.id]; r != nil {
		return do(r.files)
	}
	return fs.ErrNotExist
}

// fault adds the operation and the file to an error.
func (f *files) fault(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: f.Path(name), Err: err}
}

// reader is a file as it was when it was opened.
type reader struct{ *bytes.Reader }

// Close implements io.Closer.
func (reader) Close() error { return nil }

// Open implements [store.Files].
func (f *files) Open(name string) (store.File, error) {
	if err := store.CheckName(name); err != nil {
		return nil, fmt.Errorf("open %w", err)
	}
	var data []byte
	err := f.with("open", name, func(all map[string]*content) error {
		c := all[name]
		if c == nil {
			return fs.ErrNotExist
		}
		data = c.data
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read run: %w", err)
	}
	return reader{bytes.NewReader(data)}, nil
}

// Has implements [store.Files].
func (f *files) Has(name string) bool {
	err := f.with("stat", name, func(all map[string]*content) error {
		if all[name] == nil {
			return fs.ErrNotExist
		}
		return nil
	})
	// A memory that does not answer may have it: the file is unreadable, not missing.
	return !errors.Is(err, fs.ErrNotExist)
}

// List implements [store.Files].
func (f *files) List() ([]store.Entry, error) {
	var list []store.Entry
	err := f.with("list", "", func(all map[string]*content) error {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			list = append(list, store.Entry{Name: name, Regular: true})
		}
		return nil
	})
	return list, err
}

// Write implements [store.Files].
func (f *files) Write(name string, write func(io.Writer) error) error {
	if err := store.CheckName(name); err != nil {
		return fmt.Errorf("write %w", err)
	}
	var whole bytes.Buffer
	if err := write(&whole); err != nil {
		return fmt.Errorf("write %s: %w", f.Path(name), err)
	}
	return f.change("write", name, func(all map[string]*content) error {
		for other := range all {
			if strings.HasPrefix(other, name+"/") || strings.HasPrefix(name, other+"/") {
				return fs.ErrExist // a name is a file's or a folder's, as on a disk
			}
		}
		all[name] = &content{data: whole.Bytes()}
		return nil
	})
}

// Remove implements [store.Files].
func (f *files) Remove(name string) error {
	if err := store.CheckName(name); err != nil {
		return fmt.Errorf("remove %w", err)
	}
	return f.gone(f.change("remove", name, func(all map[string]*content) error {
		delete(all, name)
		return nil
	}))
}

// gone is the error of removing something; a missing file is not an error.
func (f *files) gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Discard implements [store.Files].
func (f *files) Discard() error {
	return f.gone(f.change("remove", "", func(map[string]*content) error {
		delete(f.store.all.runs, f.id)
		return nil
	}))
}
