package reportio

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"sync"

	"keyroster/reconcile"
)

// HMAC makes the fingerprints of plans and reports: texts that, without the key,
// reveal only whether values are equal. It is HMAC-SHA256, of which the first 128 bits
// are shown as 32 hex digits. It is safe for concurrent use and prints as its key id.
type HMAC struct {
	// A func hides the key from every verb that prints a struct. The states are pooled
	// with the key already hashed in, which costs more than hashing a value.
	state func() *sync.Pool
	id    string
}

// NewHMAC returns a fingerprinter for a key, which is copied. A key of fewer
// than 16 bytes is refused: a PIN has few values, and only the key protects it.
func NewHMAC(key []byte) (*HMAC, error) {
	if len(key) < 16 {
		return nil, errors.New("make fingerprints: the key has fewer than 16 bytes")
	}
	kept := append([]byte(nil), key...)
	pool := &sync.Pool{New: func() any { return hmac.New(sha256.New, kept) }}
	h := &HMAC{state: func() *sync.Pool { return pool }}
	h.id = h.sum("key-id\x00", "")[:16]
	return h, nil
}

// Fingerprint is that of a value; equal texts have equal fingerprints.
func (h *HMAC) Fingerprint(text string) string { return h.sum("value\x00", text) }

// KeyID names the key without giving it away: 16 hex digits.
func (h *HMAC) KeyID() string { return h.id }

// String is the key id.
func (h *HMAC) String() string { return "fingerprint key " + h.id }

// sum hashes the purpose too, so that no value's fingerprint equals the key's id.
func (h *HMAC) sum(purpose, text string) string {
	pool := h.state()
	m := pool.Get().(hash.Hash)
	defer pool.Put(m)
	m.Reset()
	_, _ = io.WriteString(m, purpose)
	_, _ = m.Write([]byte(text))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// FingerprintCell is the fingerprint of a filled cell; the words empty and masked
// for cells known to hold nothing, or nothing readable; and empty for an unset cell.
func FingerprintCell(f *HMAC, c reconcile.Cell) string {
	switch c.State() {
	case reconcile.Filled:
		return f.Fingerprint(c.Text())
	case reconcile.Empty:
		return "empty"
	case reconcile.Masked:
		return "masked"
	}
	return ""
}
