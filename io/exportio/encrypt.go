package exportio

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
)

// Recipients are those who may read an encrypted export.
type Recipients struct{ list []age.Recipient }

// ParseRecipients reads public keys as age takes them: age1…, ssh-ed25519 … and
// ssh-rsa …. None is no encryption.
func ParseRecipients(keys []string) (Recipients, error) {
	var r Recipients
	for _, key := range keys {
		key = strings.TrimSpace(key)
		if strings.HasPrefix(key, "AGE-SECRET-KEY-") {
			return Recipients{}, errors.New("read recipient: this is a secret key; use the public key, age1…")
		}
		if strings.HasPrefix(key, "ssh-") {
			one, err := agessh.ParseRecipient(key)
			if err != nil {
				return Recipients{}, errors.New("read recipient: not an SSH public key that files can be encrypted to")
			}
			r.list = append(r.list, one)
			continue
		}
		some, err := age.ParseRecipients(strings.NewReader(key))
		if err != nil || len(some) == 0 {
			return Recipients{}, fmt.Errorf("read recipient: want age1… or ssh-ed25519 …, not %.12q", key)
		}
		r.list = append(r.list, some...)
	}
	return r, nil
}

// None reports whether nothing is encrypted.
func (r Recipients) None() bool { return len(r.list) == 0 }

// Seal calls write with a writer whose bytes reach w encrypted or, with no
// recipient, as they are. What reached w is whole only if the error is nil.
func (r Recipients) Seal(w io.Writer, write func(io.Writer) error) error {
	if r.None() {
		return write(w)
	}
	sealed, err := age.Encrypt(w, r.list...)
	if err != nil {
		return fmt.Errorf("encrypt the export: %w", err)
	}
	if err := write(sealed); err != nil {
		return err
	}
	if err := sealed.Close(); err != nil {
		return fmt.Errorf("encrypt the export: %w", err)
	}
	return nil
}
