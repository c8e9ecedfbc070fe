// Package folder stores what is remembered of tenants, and the files of runs, in folders.
//
// A tenant is remembered in <state>/<provider>-<tenant>/: its documents, its keys, the
// lock and who holds it. A run is <runs>/20260131T020001Z-<account>-<6 hex>/; it may be moved
// and renamed as long as it has its manifest.
//
// Invariants:
//
//   - The operating system releases a lock when the process ends, however it ends. The file
//     lock is empty and never removed: a lock holds as long as that file is the one that was
//     locked. Its holder is in lock.json.
//   - Files appear whole or not at all, and one that cannot be read is never overwritten; only
//     the journal and its mark are written in place.
//   - Folders are 0700, files 0600, or as package rights has it.
//   - A run is made only after a file could be written to the disk there: a run must not find
//     out later that it cannot record what it did.
//
// Locks on network file systems hold as far as the file system passes flock on.
package folder

import (
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"

	"keyroster/io/rights"
	"keyroster/io/store"
	"keyroster/io/userdir"
)

// Folder is a store in two folders.
type Folder struct {
	state string
	runs
}

var _ store.Store = (*Folder)(nil)

// New is the store that remembers tenants below state and keeps runs below runs. It makes
// neither until there is something to keep. state is empty when no place for it is known:
// opening a tenant is then [store.ErrNoPlace], as for [DefaultState].
func New(state, runsFolder string) *Folder { return &Folder{state: state, runs: runs(runsFolder)} }

// DefaultState is the default state folder: keyroster in [userdir.State]. The error wraps
// [store.ErrNoPlace] when that is not known.
func DefaultState(getenv func(string) string) (string, error) {
	if path := userdir.State.In(getenv, "keyroster"); path != "" {
		return path, nil
	}
	return "", errNoState{}
}

// errNoState is [store.ErrNoPlace] in the words of the command line.
type errNoState struct{}

// Error implements error.
func (errNoState) Error() string {
	return "find state folder: " + userdir.State.Missing() + "; name a folder with --state DIR"
}

// Unwrap says what it is.
func (errNoState) Unwrap() error { return store.ErrNoPlace }

var providerName = regexp.MustCompile(`^[a-z0-9]{1,32}$`)

// Tenant implements [store.Store]: it opens the folder of a tenant, and makes it if necessary.
func (f *Folder) Tenant(provider, id string) (store.Tenant, error) {
	t, err := f.look(provider, id)
	if err != nil {
		return nil, err
	}
	if err := rights.MkdirAll(t.path); err != nil {
		return nil, fmt.Errorf("open state folder: %w", err)
	}
	if err := rights.Tighten(t.path, 0o700); err != nil {
		return nil, fmt.Errorf("open state folder: %w", err)
	}
	return t, nil
}

// Look implements [store.Store].
func (f *Folder) Look(provider, id string) (store.Tenant, error) {
	t, err := f.look(provider, id)
	if err != nil {
		return nil, err
	}
	return t, nil
}

func (f *Folder) look(provider, id string) (*tenant, error) {
	switch {
	case f.state == "":
		return nil, errNoState{}
	case !providerName.MatchString(provider):
		return nil, fmt.Errorf("open state folder: %q is no provider's name", provider)
	case id == "":
		return nil, fmt.Errorf("open state folder: the tenant has no id")
	}
	path := filepath.Join(f.state, provider+"-"+tenantFolder(runtime.GOOS, id))
	return &tenant{path: path, provider: provider, id: id, runs: f.runs}, nil
}
