package pgstore

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"

	"keyroster/reconcile"
)

// keyLeast is the fewest characters of a key: less is no random text.
const keyLeast = 16

// Wrapping hides what the database is to keep from whoever reads it without the key. It is
// AES-256-GCM: one key, which every process has, wraps texts of any size, and binds each to
// its place, so that none passes for another's. (An age file has neither a place nor, with
// a shared text for its key, a quick way to be opened.)
type Wrapping struct{ aead cipher.AEAD }

// NewWrapping wraps with a key, which is a text as "openssl rand -base64 32" gives; white
// space at its end does not count.
func NewWrapping(key reconcile.Secret) (*Wrapping, error) {
	text := strings.TrimRight(key.Reveal(), " \t\r\n")
	if len(text) < keyLeast {
		return nil, fmt.Errorf("read fleet.key: it has fewer than %d characters; "+
			"make one with: openssl rand -base64 32", keyLeast)
	}
	derived, err := hkdf.Key(sha256.New, []byte(text), nil, "keyroster/pgstore/1", 32)
	if err != nil {
		return nil, fmt.Errorf("read fleet.key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, fmt.Errorf("read fleet.key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("read fleet.key: %w", err)
	}
	return &Wrapping{aead}, nil
}

// placeOf is one text for the parts of a place, of which the last alone may hold any byte.
func placeOf(parts ...string) []byte { return []byte(strings.Join(parts, "\x00")) }

func (w *Wrapping) wrap(plain, place []byte) []byte { return w.aead.Seal(nil, nil, plain, place) }

// errWrapped is all that is known of what cannot be unwrapped.
var errWrapped = errors.New("it was changed, or encrypted with another key; " +
	"set fleet.key to the key it was written with, or restore the database from a backup")

func (w *Wrapping) unwrap(wrapped, place []byte) ([]byte, error) {
	plain, err := w.aead.Open(nil, nil, wrapped, place)
	if err != nil {
		return nil, errWrapped
	}
	return plain, nil
}

// compressors are used again, each for one text at a time: a new one takes more than a
// megabyte, and a run writes a dozen files. storing ones do not compress.
var compressors, storing = compressorsOf(flate.BestSpeed), compressorsOf(flate.NoCompression)

func compressorsOf(level int) *sync.Pool {
	return &sync.Pool{New: func() any {
		one, _ := flate.NewWriter(nil, level) // it fails for levels that there are not
		return one
	}}
}

// packed are the ends of the names of files that are compressed, or encrypted, already.
var packed = []string{".xlsx", ".age"}

// pack compresses and wraps what write writes of the file of a name.
func (w *Wrapping) pack(name string, write func(io.Writer) error, place []byte) ([]byte, error) {
	pool := compressors
	if slices.Contains(packed, path.Ext(name)) {
		pool = storing
	}
	to := pool.Get().(*flate.Writer)
	defer func() {
		to.Reset(nil)
		pool.Put(to)
	}()
	var out bytes.Buffer
	to.Reset(&out)
	err := write(to)
	if err == nil {
		err = to.Close()
	}
	if err != nil {
		return nil, err
	}
	return w.wrap(out.Bytes(), place), nil
}

// unpack is what was given to pack.
func (w *Wrapping) unpack(wrapped, place []byte) ([]byte, error) {
	packed, err := w.unwrap(wrapped, place)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
}
