package folder

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/gofrs/flock"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
	"keyroster/io/rights"
	"keyroster/io/store"
)

// keyLocks are the files that are locked while a key is made.
var keyLocks = map[store.Key]string{
	store.FingerprintKey: "fingerprint.lock",
	store.SealKey:        "seal.key.lock",
}

// key reads a key in a tenant's folder; fresh makes it the first time, unless it is
// nil.
func key(folder string, name store.Key, fresh func() ([]byte, error)) ([]byte, error) {
	path := filepath.Join(folder, string(name))
	text, err := readKey(path)
	if fresh == nil || !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	// A lock beside the key: the key itself must appear whole, by a rename.
	lock := flock.New(filepath.Join(folder, keyLocks[name]))
	if err := lock.Lock(); err != nil {
		return nil, err
	}
	defer lock.Unlock() //nolint:errcheck // closing the file releases it in any case
	text, err = readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	if text, err = fresh(); err != nil {
		return nil, err
	}
	err = atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return nil, err
	}
	return text, nil
}

func readKey(path string) ([]byte, error) {
	text, err := plainfile.Read(path, store.KeyMax)
	if err != nil {
		return nil, err
	}
	if err := rights.Tighten(path, 0o600); err != nil {
		return nil, err
	}
	return text, nil
}
