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

// keyLeast is the fewest characters of a key: a shorter text is not random enough.
const keyLeast = 16

// Wrapping encrypts what is stored in the database, with AES-256-GCM: one key, which every
// process has, wraps texts of any size and binds each to its place, so that none passes for
// another. (An age file has no place and, with a shared text as its key, is slow to open.)
type Wrapping struct{ aead cipher.AEAD }

// NewWrapping wraps with a key: a text such as "openssl rand -base64 32" prints; white space at
// its end is ignored.
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

// placeOf joins the parts of a place, of which only the last may hold any byte.
func placeOf(parts ...string) []byte { return []byte(strings.Join(parts, "\x00")) }

func (w *Wrapping) wrap(plain, place []byte) []byte { return w.aead.Seal(nil, nil, plain, place) }

// errWrapped is all that is known about a text that cannot be unwrapped.
var errWrapped = errors.New("it was changed, or encrypted with another key; " +
	"set fleet.key to the key it was written with, or restore the database from a backup")

func (w *Wrapping) unwrap(wrapped, place []byte) ([]byte, error) {
	plain, err := w.aead.Open(nil, nil, wrapped, place)
	if err != nil {
		return nil, errWrapped
	}
	return plain, nil
}

// compressors are reused, each for one text at a time: a new one takes more than a megabyte,
// and a run writes a dozen files. storing are those that do not compress.
var compressors, storing = compressorsOf(flate.BestSpeed), compressorsOf(flate.NoCompression)

func compressorsOf(level int) *sync.Pool {
	return &sync.Pool{New: func() any {
		one, _ := flate.NewWriter(nil, level) // it only fails for invalid levels
		return one
	}}
}

// packed are the extensions of files that are already compressed or encrypted.
var packed = []string{".xlsx", ".age"}

// pack compresses and wraps the content of a file, which write writes.
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

// unpack is the inverse of pack.
func (w *Wrapping) unpack(wrapped, place []byte) ([]byte, error) {
	packed, err := w.unwrap(wrapped, place)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
}
