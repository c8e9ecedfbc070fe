package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"keyroster/io/sealio"
	"keyroster/reconcile"
)

const fingerprintSize = 32

// Fingerprints is the tenant's key for fingerprints, 32 bytes, which is made the first time.
// Processes that race for it get the same key; none needs the lock. The key is a secret: with
// it, short values such as PINs can be found from their fingerprints. A damaged key is an
// error, which does not quote it, and stays as it is.
func Fingerprints(t Tenant) ([]byte, error) {
	text, err := keyOf(t, FingerprintKey, "fingerprint key", func() ([]byte, error) {
		key := make([]byte, fingerprintSize)
		_, _ = rand.Read(key) // never fails
		return []byte(hex.EncodeToString(key) + "\n"), nil
	})
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSuffix(string(text), "\n"))
	if err != nil || len(key) != fingerprintSize {
		return nil, fmt.Errorf("read fingerprint key: %s does not hold %d hexadecimal digits; "+
			"restore it from a backup; if you remove it, earlier fingerprints match no value",
			placeOf(t, string(FingerprintKey)), 2*fingerprintSize)
	}
	return key, nil
}

// SealKeyOf is the key with which the tenant's open run is sealed, made the first time by the
// rules of [Fingerprints]. The identity opens what was sealed for the recipient.
func SealKeyOf(t Tenant) (identity reconcile.Secret, recipient string, err error) {
	text, err := keyOf(t, SealKey, "sealing key", sealio.NewKeyText)
	if err != nil {
		return reconcile.Secret{}, "", err
	}
	return sealio.ParseKey(text, placeOf(t, string(SealKey)))
}

// keyOf reads a key, or makes it the first time; what is its name in errors.
func keyOf(t Tenant, name Key, what string, fresh func() ([]byte, error)) ([]byte, error) {
	text, err := t.Key(name, nil)
	if err == nil {
		return text, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	if text, err = t.Key(name, fresh); err != nil {
		return nil, fmt.Errorf("make %s: %w", what, err)
	}
	return text, nil
}
