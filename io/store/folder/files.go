package folder

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"keyroster/io/atomicio"
	"keyroster/io/journalio"
	"keyroster/io/plainfile"
	"keyroster/io/store"
)

// files is the folder of a run.
type files string

var _ store.Files = files("")

// Files are the files of a run in a folder of any place and name.
func Files(path string) store.Files { return files(path) }

// Place implements [store.Files].
func (f files) Place() string { return f.Path("") }

// Path implements [store.Files].
func (f files) Path(name string) string {
	return filepath.Join(string(f), filepath.FromSlash(name))
}

// Scratch implements [store.Files]: it is the folder itself, whose manifest lists what a killed
// process leaves.
func (f files) Scratch() string { return f.Path("") }

// Encloses implements [store.Files].
func (f files) Encloses(path string) bool {
	own, err := os.Stat(f.Path(""))
	if err != nil {
		return false
	}
	around, err := os.Stat(filepath.Dir(path))
	return err == nil && os.SameFile(own, around)
}

// Open implements [store.Files].
func (f files) Open(name string) (store.File, error) {
	if err := store.CheckName(name); err != nil {
		return nil, fmt.Errorf("open %w", err)
	}
	file, err := plainfile.Open(f.Path(name), plainfile.Unlimited)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Has implements [store.Files].
func (f files) Has(name string) bool {
	if store.CheckName(name) != nil {
		return false
	}
	_, err := os.Lstat(f.Path(name))
	return err == nil
}

// List implements [store.Files].
func (f files) List() ([]store.Entry, error) {
	var entries []store.Entry
	err := filepath.WalkDir(string(f), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(string(f), path)
		if err != nil {
			return err
		}
		entries = append(entries, store.Entry{Name: filepath.ToSlash(name), Regular: entry.Type().IsRegular()})
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b store.Entry) int { return cmp.Compare(a.Name, b.Name) })
	return entries, nil
}

// Write implements [store.Files], 0600. A name with slashes makes folders, 0700.
// Errors are those of [atomicio.WriteFile].
func (f files) Write(name string, write func(io.Writer) error) error {
	if err := store.CheckName(name); err != nil {
		return fmt.Errorf("write %w", err)
	}
	path := f.Path(name)
	if strings.Contains(name, "/") {
		// Writing a file must not bring back a discarded run.
		if _, err := os.Stat(string(f)); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		if err := makeFolders(filepath.Dir(path)); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	return atomicio.WriteFile(path, 0o600, write)
}

// Remove implements [store.Files].
func (f files) Remove(name string) error {
	if err := store.CheckName(name); err != nil {
		return fmt.Errorf("remove %w", err)
	}
	if err := os.Remove(f.Path(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Discard implements [store.Files].
func (f files) Discard() error { return os.RemoveAll(string(f)) }

// CreateJournal implements [store.Files]: the file itself survives a crash.
func (f files) CreateJournal() (journalio.File, journalio.Mark, error) {
	return createJournal(f.Path(store.JournalFile), f.Path(store.MarkFile))
}

// OpenJournal implements [store.Files].
func (f files) OpenJournal() (journalio.File, journalio.Mark, error) {
	return openJournal(f.Path(store.JournalFile), f.Path(store.MarkFile))
}
