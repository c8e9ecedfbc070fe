package sealio

import (
	"fmt"
	"strings"

	"filippo.io/age"

	"keyroster/reconcile"
)

// NewKeyText makes a key and returns it in the format of age-keygen: its recipient
// in a comment, and its identity. The text is a secret.
func NewKeyText() ([]byte, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "# public key: %s\n%s\n", key.Recipient(), key), nil
}

// ParseKey reads a key in the format of age-keygen: comments and one identity. Its
// error names the place of the text, and never quotes it.
func ParseKey(text []byte, place string) (identity reconcile.Secret, recipient string, err error) {
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 1 {
		identity := reconcile.NewSecret(lines[0])
		if key, err := parseIdentity(identity); err == nil {
			return identity, key.Recipient().String(), nil
		}
	}
	return reconcile.Secret{}, "", fmt.Errorf("read sealing key: %s does not hold one AGE-SECRET-KEY-1… key; "+
		"restore it from a backup; if you remove it, runs sealed with it cannot be resumed", place)
}
