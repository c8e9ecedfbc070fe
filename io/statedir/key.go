package statedir

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
)

const keySize = 32

// FingerprintKey returns the tenant's key for fingerprints, 32 bytes, and makes
// it the first time. Processes that race for that get the same key; none needs
// the lock of [Dir.Lock]. The key is a secret: with it, short values such as
// PINs can be found from their fingerprints.
func (d *Dir) FingerprintKey() ([]byte, error) {
	path := filepath.Join(d.path, keyFile)
	key, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	// A lock beside the key: the key itself must appear whole, by a rename.
	lock := flock.New(filepath.Join(d.path, keyLockFile))
	if err := lock.Lock(); err != nil {
		return nil, fmt.Errorf("make fingerprint key: %w", err)
	}
	defer lock.Unlock() //nolint:errcheck // closing the file lets go of it in any case
	key, err = readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	return makeKey(path)
}

func makeKey(path string) ([]byte, error) {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	err := atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, hex.EncodeToString(key)+"\n")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("make fingerprint key: %w", err)
	}
	return key, nil
}

// readKey reads the key's file. Its errors never quote it.
func readKey(path string) ([]byte, error) {
	data, err := plainfile.Read(path, smallMax)
	if err != nil {
		return nil, fmt.Errorf("read fingerprint key: %w", err)
	}
	if err := tighten(path, 0o600); err != nil {
		return nil, fmt.Errorf("read fingerprint key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSuffix(string(data), "\n"))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("read fingerprint key: %s does not hold %d hexadecimal digits; restore it from a backup, or remove it: fingerprints made so far then fit no value", path, 2*keySize)
	}
	return key, nil
}

// HasFingerprintKey reports whether the key of a tenant was made already; it makes
// nothing. root, provider and tenant are those of [Open].
func HasFingerprintKey(root, provider, tenant string) bool {
	_, err := os.Stat(filepath.Join(root, provider+"-"+folderName(tenant), keyFile))
	return err == nil
}
