// Package sealio keeps what a run must not lose in an encrypted file: the plan, the
// roster and the old values of the records, so that an interrupted run can go on,
// or be undone, even when its roster was overwritten or came from a pipe.
//
// The file is an age file (https://age-encryption.org/v1) for one X25519
// recipient. Its identity stays in the state folder: neither the run folder nor
// the state folder alone gives a value away, and removing the identity makes
// every file sealed for it unreadable.
package sealio

import (
	"errors"
	"fmt"
	"io"

	"filippo.io/age"

	"keyroster/reconcile"
)

// Snapshot is what is sealed.
type Snapshot = reconcile.Snapshot

// ErrKey says that a sealed file was made for another identity.
var ErrKey = errors.New("it was sealed for another key")

// NewKey makes a key: the identity opens what was sealed for the recipient.
// The recipient (age1…) is public.
func NewKey() (identity reconcile.Secret, recipient string, err error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return reconcile.Secret{}, "", fmt.Errorf("make sealing key: %w", err)
	}
	return reconcile.NewSecret(key.String()), key.Recipient().String(), nil
}

// Seal encodes s to w, encrypted for recipient; it does not close w. No part of s
// ever reaches w in the clear.
func Seal(w io.Writer, recipient string, s *Snapshot) error {
	to, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		// Not the cause: it quotes the text, which may be an identity.
		return errors.New("seal snapshot: the recipient is not an age1… key")
	}
	sealed, err := age.Encrypt(w, to)
	if err != nil {
		return fmt.Errorf("seal snapshot: %w", err)
	}
	if err := encode(sealed, s); err != nil {
		return fmt.Errorf("seal snapshot: %w", err)
	}
	if err := sealed.Close(); err != nil { // it writes the last block
		return fmt.Errorf("seal snapshot: %w", err)
	}
	return nil
}

// Unseal reads what [Seal] wrote. A file that was cut, changed or continued is
// refused; one for another identity is [ErrKey]. No error quotes content.
func Unseal(r io.Reader, identity reconcile.Secret) (*Snapshot, error) {
	key, err := parseIdentity(identity)
	if err != nil {
		return nil, fmt.Errorf("unseal snapshot: %w", err)
	}
	from := &source{r: r}
	plain, err := age.Decrypt(from, key)
	if _, other := errors.AsType[*age.NoIdentityMatchError](err); other {
		return nil, fmt.Errorf("unseal snapshot: %w", ErrKey)
	}
	if err != nil {
		if from.err == nil {
			err = errors.New("its head is not that of an age file") // the cause quotes it
		} else {
			err = from.err
		}
		return nil, fmt.Errorf("unseal snapshot: %w", err)
	}
	s, err := decode(plain)
	if err != nil {
		return nil, fmt.Errorf("unseal snapshot: %w", err)
	}
	return s, nil
}

// source remembers the error with which reading failed, other than io.EOF.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func parseIdentity(identity reconcile.Secret) (*age.X25519Identity, error) {
	key, err := age.ParseX25519Identity(identity.Reveal())
	if err != nil {
		return nil, errors.New("the identity is not an AGE-SECRET-KEY-1… key") // the cause may quote it
	}
	return key, nil
}
