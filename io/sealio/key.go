package sealio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/gofrs/flock"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
	"keyroster/reconcile"
)

// keyFileMax bounds what is read of a key's file.
const keyFileMax = 64 << 10

// KeyFile reads the key in the file at path, and makes the file, 0600, when
// there is none. Processes that race for that get the same key. A file that
// holds something else is an error and left as it is: what was sealed for its
// key could not be opened any more.
func KeyFile(path string) (identity reconcile.Secret, recipient string, err error) {
	identity, recipient, err = readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return identity, recipient, err
	}
	// A lock beside it: the key itself must appear whole, by a rename.
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return reconcile.Secret{}, "", fmt.Errorf("make sealing key: %w", err)
	}
	defer lock.Unlock() //nolint:errcheck // closing the file lets go of it in any case
	identity, recipient, err = readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return identity, recipient, err
	}
	return makeKey(path)
}

func makeKey(path string) (reconcile.Secret, string, error) {
	text, err := NewKeyText()
	if err == nil {
		err = atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		})
	}
	if err != nil {
		return reconcile.Secret{}, "", fmt.Errorf("make sealing key: %w", err)
	}
	return ParseKey(text, path)
}

// readKey reads the file as age-keygen writes it: comments and one identity.
func readKey(path string) (reconcile.Secret, string, error) {
	data, err := plainfile.Read(path, keyFileMax)
	if err != nil {
		return reconcile.Secret{}, "", fmt.Errorf("read sealing key: %w", err)
	}
	return ParseKey(data, path)
}
