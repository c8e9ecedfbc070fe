// Package statedir is the folder in which keyroster remembers one tenant of one
// provider between runs: who is at work on it, the last good run, the key of its
// fingerprints, and those of values that cannot be read back.
//
// Invariants:
//
//   - One process at a time holds a folder's lock, and only that one saves its
//     state. The operating system lets go of the lock when the process ends,
//     however it ends; the file lock is never removed.
//   - state.json, values.json and fingerprint.key appear whole or not at all, and one that
//     cannot be read is never overwritten.
//   - Folders are 0700, files 0600.
package statedir

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gofrs/flock"
)

const (
	lockFile    = "lock"
	stateFile   = "state.json"
	keyFile     = "fingerprint.key"
	keyLockFile = "fingerprint.lock"
	sealKeyFile = "seal.key"
	openRunFile = "open_run.path"

	// What is read of the folder's files at most.
	smallMax  = 64 << 10
	stateMax  = 16 << 20
	valuesMax = 1 << 30
	// maxName keeps folder names below the 255 bytes that file systems allow.
	maxName = 150
)

var providerName = regexp.MustCompile(`^[a-z0-9]{1,32}$`)

// Dir is the open state folder of one tenant. Its methods may be called by
// several goroutines, but [Dir.Lock] and [Dir.Close] by one.
type Dir struct {
	path string
	lock *flock.Flock
	left Holder
	// provider and tenant are whose folder it is.
	provider, tenant string
}

// DefaultRoot is the folder that holds the state folders: keyroster below
// $XDG_STATE_HOME, else below ~/.local/state.
func DefaultRoot(getenv func(string) string) (string, error) {
	if base := getenv("XDG_STATE_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "keyroster"), nil
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "state", "keyroster"), nil
	}
	return "", errors.New("find state folder: neither XDG_STATE_HOME nor HOME is set; name a folder with --state DIR")
}

// Open opens the state folder of a tenant below root and makes it if need be.
// provider is a provider's name, tenant the provider's own id of the tenant and
// not empty. It takes no lock.
func Open(root, provider, tenant string) (*Dir, error) {
	if !providerName.MatchString(provider) {
		return nil, fmt.Errorf("open state folder: %q is no provider's name", provider)
	}
	if tenant == "" {
		return nil, errors.New("open state folder: the tenant has no id")
	}
	path := filepath.Join(root, provider+"-"+folderName(tenant))
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("open state folder: %w", err)
	}
	if err := tighten(path, 0o700); err != nil {
		return nil, fmt.Errorf("open state folder: %w", err)
	}
	return newDir(path, provider, tenant), nil
}

func newDir(path, provider, tenant string) *Dir {
	return &Dir{path: path, provider: provider, tenant: tenant, lock: flock.New(filepath.Join(path, lockFile))}
}

// At is the state folder of a tenant for looking, whether it is there or not: it
// makes nothing.
func At(root, provider, tenant string) *Dir {
	return newDir(filepath.Join(root, provider+"-"+folderName(tenant)), provider, tenant)
}

// Of is whose state it is: a provider's name, and its own id of a tenant.
func (d *Dir) Of() (provider, tenant string) { return d.provider, d.tenant }

// Path is the folder's path.
func (d *Dir) Path() string { return d.path }

// SealKey is the path of the key that the tenant's open run is sealed with.
func (d *Dir) SealKey() string { return filepath.Join(d.path, sealKeyFile) }

// HasSealKey reports whether that key is there, be it legible or not.
func (d *Dir) HasSealKey() bool {
	_, err := os.Lstat(d.SealKey())
	return err == nil
}

// folderName spells a tenant's id so that no two ids share a name, also where
// the file system does not tell upper case from lower: lower-case letters,
// digits, dots, dashes and underscores stand for themselves, every other byte
// is %XX. A long one is cut and ends in ~ and its digest; no name contains ~
// otherwise.
func folderName(tenant string) string {
	var b strings.Builder
	for _, c := range []byte(tenant) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	name := b.String()
	if len(name) <= maxName {
		return name
	}
	digest := sha256.Sum256([]byte(tenant))
	return name[:maxName-1-2*len(digest)] + "~" + hex.EncodeToString(digest[:])
}

// tighten takes away what others may do with a file. Volumes that are mounted
// for a group get group rights anew at each mount, so that is mended rather
// than refused; it fails only when every user could look in.
func tighten(path string, perm fs.FileMode) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	mode := info.Mode().Perm()
	if mode&^perm == 0 {
		return nil
	}
	if err := os.Chmod(path, perm); err != nil && mode&0o007 != 0 {
		return fmt.Errorf("%s is open to every user of this machine: %w", path, err)
	}
	return nil
}
