package store

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
)

// Run is one run: its files, and what follows from them. Its methods may be called
// by several goroutines as long as they write files of different names.
//
// Few files hold real values (card numbers, PINs); the manifest names them, so
// that they can be kept apart or deleted.
type Run struct {
	Files
	id string
	// name is the name under which the store keeps the run: its id, unless it was renamed.
	name string
	// argument names the run on a command line; empty for its place.
	argument string
	// found is the manifest as [Open] found it, nil for none.
	found *Manifest

	mu     sync.Mutex
	values map[string]bool // names of files that hold real values
}

// NewRun is a run that was just made, with its id and files. An existing one is opened by [Open].
func NewRun(id string, files Files) *Run {
	return &Run{Files: files, id: id, name: id, values: map[string]bool{
		FailedFile: true, SealedFile: true, UndoFile: true,
	}}
}

// NameAs sets how a command line names the run, where its place alone does not find it again in
// a configuration or a state folder that the user named.
func (r *Run) NameAs(argument string) { r.argument = argument }

// Argument is how a command line names the run: what [Run.NameAs] said, else its place.
func (r *Run) Argument() string { return cmp.Or(r.argument, r.Place()) }

// ID is the run's id: that of its manifest if it has one, else the name under which it is kept.
func (r *Run) ID() string { return r.id }

// Write makes or replaces a file of the run, whole or not at all, private to the
// user. A file that holds real values must be announced by [Run.HoldsValues] first. Only
// [Run.WriteManifest] writes the manifest.
func (r *Run) Write(name string, write func(io.Writer) error) error {
	if name == ManifestFile {
		return fmt.Errorf("write file %q: %w", name, errName)
	}
	return r.Files.Write(name, write)
}

// Unseal removes the sealed copy of a run that is over.
func (r *Run) Unseal() error {
	if err := r.Remove(SealedFile); err != nil {
		return fmt.Errorf("remove the sealed copy: %w", err)
	}
	return nil
}

// HoldsValues declares that the named file holds, or will hold, real values; the manifest will
// say so. failed.csv, sealed.age, undo.age and annotated workbooks always do.
func (r *Run) HoldsValues(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.values[name] = true
}

func (r *Run) holdsValues(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	// A name that begins with a dot is left from a write of a killed process, of an unknown file.
	return r.values[name] || strings.HasPrefix(path.Base(name), ".") ||
		strings.HasPrefix(name, AnnotatedFile+".")
}
