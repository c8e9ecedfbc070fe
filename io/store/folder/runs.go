package folder

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keyroster/io/atomicio"
	"keyroster/io/rights"
	"keyroster/io/store"
)

// runs is the folder that holds the folders of runs.
type runs string

func (r runs) path(id string) string { return filepath.Join(string(r), id) }

// Run implements [store.Store]. A name without a separator is that of a folder below
// the runs folder, else of one in the working folder; anything else is a path.
func (r runs) Run(ref string) (*store.Run, error) {
	if ref != "." && filepath.IsLocal(ref) && !strings.ContainsAny(ref, `/`+string(filepath.Separator)) {
		run, err := open(r.path(ref))
		if !errors.Is(err, fs.ErrNotExist) {
			return run, err
		}
	}
	return open(ref)
}

// open opens a run's folder, which may have been moved or renamed.
func open(path string) (*store.Run, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open run: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("open run: %s is a file, not a run folder", path)
	}
	name := filepath.Base(path)
	if name == "." || name == ".." {
		full, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("open run: %w", err)
		}
		name = filepath.Base(full)
	}
	return store.Open(name, files(path))
}

// Find implements [store.Store].
func (r runs) Find(q store.RunQuery) ([]string, error) { return q.Among(r.Runs()) }

// entriesOf are the entries of a folder, none if it does not exist. Anything else in its place
// is an error, even on Windows, which reports it as missing.
func entriesOf(folder string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(folder)
	if !errors.Is(err, fs.ErrNotExist) {
		return entries, err
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: folder, Err: noFolder[0]}
	}
	return nil, nil
}

// Runs implements [store.Store].
func (r runs) Runs() ([]string, error) {
	entries, err := entriesOf(string(r))
	if err != nil {
		return nil, err
	}
	type found struct{ id, name string }
	var all []found
	for _, e := range entries {
		name := e.Name()
		id := name
		if !e.IsDir() {
			continue
		}
		if !store.ValidID(name) {
			run, err := open(r.path(name))
			if err != nil {
				continue
			}
			id = run.ID()
		}
		all = append(all, found{id, name})
	}
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, f := range all {
		names = append(names, f.name)
	}
	return names, nil
}

// create makes the folder of a run, and the runs folder if necessary, and proves that files can
// be written there. An error says what to do about the runs folder: no permission, full or
// read-only disk, not a folder. It wraps its cause, and no folder is left behind.
func (r runs) create(account string, now time.Time) (*store.Run, error) {
	if err := makeFolders(string(r)); err != nil {
		return nil, describe(string(r), err)
	}
	id, err := r.make(account, now)
	if err != nil {
		return nil, describe(string(r), err)
	}
	path := r.path(id)
	if err := errors.Join(probe(path), atomicio.SyncDir(string(r))); err != nil {
		_ = os.Remove(path) // it is empty, and the error says more
		return nil, describe(string(r), err)
	}
	return store.NewRun(id, files(path)), nil
}

// make makes the folder and returns its name. Two runs of one account in one second
// have different names.
func (r runs) make(account string, now time.Time) (string, error) {
	for tries := 0; ; tries++ {
		id := store.NewID(account, now)
		err := rights.Mkdir(r.path(id))
		if err == nil {
			return id, nil
		}
		if !errors.Is(err, fs.ErrExist) || tries == 10 {
			return "", err
		}
	}
}
