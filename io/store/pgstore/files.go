package pgstore

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"keyroster/io/store"
)

// files implements [store.Files].
type files struct {
	store *Store
	id    string
	// tenant is the row of the run's tenant, and lock the one that this process had on it when
	// the run was opened, nil for none.
	tenant int64
	lock   *lock
	own    *written
}

// known is what is known about a file without asking the database.
func (f *files) known(name string) (data []byte, there, known bool) {
	if f.own == nil || f.lock.Held() != nil {
		return nil, false, false
	}
	return f.own.find(name)
}

// files are those of a run of a tenant.
func (s *Store) files(id string, tenant int64) *files {
	return &files{store: s, id: id, tenant: tenant, lock: s.lockOn(tenant)}
}

// lockOn is the lock that this process has on a tenant, or had and lost.
func (s *Store) lockOn(tenant int64) *lock {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.locks[tenant]
}

// fence is the lock that a change of the run needs, nil for none.
func (f *files) fence() (*lock, error) {
	l := f.lock
	if l == nil {
		l = f.store.lockOn(f.tenant)
	}
	if l == nil || l.released() {
		return nil, nil
	}
	return l, l.Held()
}

// Each change of a run is one statement: it locks the lease that it needs, looks for the run,
// and makes the change; the answer says which of these succeeded. $1 is the tenant's row, $2
// the generation (null: none is needed), $3 the run.
const (
	guard = `
WITH lease AS MATERIALIZED (
    SELECT id FROM keyroster.tenant
    WHERE id = $1 AND ($2::bigint IS NULL OR generation = $2 AND expires > clock_timestamp()) FOR SHARE
), place AS MATERIALIZED (
    SELECT run.id FROM keyroster.run JOIN lease ON run.tenant = lease.id WHERE run.id = $3
)`
	verdict = `
SELECT EXISTS (SELECT FROM lease), EXISTS (SELECT FROM place), EXISTS (SELECT FROM done)`
)

// guarded makes a change that is written as common table expressions, the last of which is
// called done. It reports whether the run is there, and whether done has a row.
func (f *files) guarded(change string, args ...any) (there, done bool, err error) {
	l, err := f.fence()
	if err != nil {
		return false, false, err
	}
	var generation *int64
	if l != nil {
		generation = &l.generation
	}
	var held bool
	args = append([]any{f.tenant, generation, f.id}, args...)
	err = f.store.row(guard+change+verdict, args, &held, &there, &done)
	switch {
	case stateOf(err) == foreignKeyViolated: // it was discarded just now
		return false, false, nil
	case err != nil:
		return false, false, withHint(err)
	case !held && l != nil:
		return false, false, l.markLost(errTaken)
	}
	return there, done, nil
}

// change is guarded for changes that only need the run.
func (f *files) change(op, name, change string, args ...any) error {
	there, _, err := f.guarded(change, args...)
	if err == nil && !there {
		err = fs.ErrNotExist
	}
	return f.fault(op, name, err)
}

// fault adds the operation and the file to an error.
func (f *files) fault(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: f.Path(name), Err: err}
}

// Place implements [store.Files]: in a database, people name a run by its id.
func (f *files) Place() string { return f.id }

// Path implements [store.Files].
func (f *files) Path(name string) string {
	if name == "" {
		return scheme + "runs/" + f.id
	}
	return scheme + "runs/" + f.id + "/" + name
}

// Scratch implements [store.Files]: there is none.
func (f *files) Scratch() string { return "" }

// Encloses implements [store.Files]: no path leads into a database.
func (f *files) Encloses(string) bool { return false }

// filePlace binds a wrapped file to its run and its name.
func (f *files) filePlace(name string) []byte { return placeOf("file", f.id, name) }

// reader is a file as it was when it was opened.
type reader struct{ *bytes.Reader }

// Close implements io.Closer.
func (reader) Close() error { return nil }

// Open implements [store.Files].
func (f *files) Open(name string) (store.File, error) {
	if err := store.CheckName(name); err != nil {
		return nil, fmt.Errorf("open %w", err)
	}
	data, err := f.read(name)
	if err != nil {
		return nil, f.fault("open", name, err)
	}
	return reader{bytes.NewReader(data)}, nil
}

// read is what a file holds.
func (f *files) read(name string) (data []byte, err error) {
	switch name {
	case store.JournalFile:
		return f.lines()
	case store.MarkFile:
		err = f.store.row("SELECT mark FROM keyroster.run WHERE id = $1 AND mark IS NOT NULL", []any{f.id}, &data)
		return data, err
	}
	if data, _, known := f.known(name); known && data != nil {
		return data, nil
	}
	err = f.store.row("SELECT wrapped FROM keyroster.file WHERE run = $1 AND name = $2", []any{f.id, name}, &data)
	if err != nil {
		return nil, err
	}
	return f.store.wrapping.unpack(data, f.filePlace(name))
}

// Has implements [store.Files].
func (f *files) Has(name string) bool {
	if store.CheckName(name) != nil {
		return false
	}
	_, there, known := f.known(name)
	switch name {
	case store.JournalFile:
		if known && there {
			return true
		}
		return f.store.finds("SELECT 1 FROM keyroster.run WHERE id = $1 AND journal", f.id)
	case store.MarkFile:
		return f.store.finds("SELECT 1 FROM keyroster.run WHERE id = $1 AND mark IS NOT NULL", f.id)
	}
	if known {
		return there
	}
	return f.store.finds("SELECT 1 FROM keyroster.file WHERE run = $1 AND name = $2", f.id, name)
}

// List implements [store.Files].
func (f *files) List() ([]store.Entry, error) {
	var names []string
	var journal, mark bool
	err := f.store.row(`SELECT array(SELECT name FROM keyroster.file WHERE run = r.id), r.journal, r.mark IS NOT NULL
		FROM keyroster.run r WHERE r.id = $1`, []any{f.id}, &names, &journal, &mark)
	if err != nil {
		return nil, f.fault("list", "", err)
	}
	if journal {
		names = append(names, store.JournalFile)
	}
	if mark {
		names = append(names, store.MarkFile)
	}
	slices.Sort(names)
	var list []store.Entry
	for _, name := range names {
		list = append(list, store.Entry{Name: name, Regular: true})
	}
	return list, nil
}

// Write implements [store.Files].
func (f *files) Write(name string, write func(io.Writer) error) error {
	if err := store.CheckName(name); err != nil {
		return fmt.Errorf("write %w", err)
	}
	if name == store.JournalFile || name == store.MarkFile {
		return f.writePlain(name, write)
	}
	var whole kept
	again := func(to io.Writer) error { return write(io.MultiWriter(to, &whole)) }
	wrapped, err := f.store.wrapping.pack(name, again, f.filePlace(name))
	if err != nil {
		return fmt.Errorf("write %s: %w", f.Path(name), err)
	}
	err = f.change("write", name, `, done AS (
		INSERT INTO keyroster.file (run, name, wrapped) SELECT id, $4::text, $5::bytea FROM place
		ON CONFLICT (run, name) DO UPDATE SET wrapped = excluded.wrapped RETURNING 1)`, name, wrapped)
	f.own.put(name, &whole, err)
	return err
}

// writePlain replaces a whole journal, or its mark, which only a repair does.
func (f *files) writePlain(name string, write func(io.Writer) error) error {
	var whole bytes.Buffer
	if err := write(&whole); err != nil {
		return fmt.Errorf("write %s: %w", f.Path(name), err)
	}
	change := `, done AS (
		UPDATE keyroster.run SET mark = $4 WHERE id IN (SELECT id FROM place) RETURNING 1)`
	if name == store.JournalFile {
		change = `, longer AS (
			DELETE FROM keyroster.journal WHERE run IN (SELECT id FROM place) AND position > 0
		), known AS (
			UPDATE keyroster.run SET journal = true WHERE id IN (SELECT id FROM place)
		), done AS (
			INSERT INTO keyroster.journal (run, position, lines) SELECT id, 0, $4::bytea FROM place
			ON CONFLICT (run, position) DO UPDATE SET lines = excluded.lines RETURNING 1)`
	}
	return f.change("write", name, change, append([]byte{}, whole.Bytes()...))
}

// Remove implements [store.Files].
func (f *files) Remove(name string) error {
	if err := store.CheckName(name); err != nil {
		return fmt.Errorf("remove %w", err)
	}
	var err error
	switch name {
	case store.JournalFile:
		_, _, err = f.guarded(`, lines AS (
			DELETE FROM keyroster.journal WHERE run IN (SELECT id FROM place)
		), done AS (UPDATE keyroster.run SET journal = false WHERE id IN (SELECT id FROM place) RETURNING 1)`)
		f.own.gone(name, err)
	case store.MarkFile:
		_, _, err = f.guarded(`, done AS (
			UPDATE keyroster.run SET mark = NULL WHERE id IN (SELECT id FROM place) RETURNING 1)`)
	default:
		_, _, err = f.guarded(`, done AS (
			DELETE FROM keyroster.file WHERE run IN (SELECT id FROM place) AND name = $4 RETURNING 1)`, name)
		f.own.gone(name, err)
	}
	return f.fault("remove", name, err)
}

// Discard implements [store.Files].
func (f *files) Discard() error {
	_, _, err := f.guarded(`, done AS (DELETE FROM keyroster.run WHERE id IN (SELECT id FROM place) RETURNING 1)`)
	return f.fault("remove", "", err)
}
