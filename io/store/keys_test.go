package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/store"
)

func TestFingerprints(t *testing.T) {
	k := open(t)
	key, err := store.Fingerprints(k)
	if err != nil || len(key) != 32 {
		t.Fatalf("%d bytes, %v", len(key), err)
	}
	again, err := store.Fingerprints(k)
	if err != nil || !bytes.Equal(key, again) {
		t.Errorf("another key, %v", err)
	}
	for _, text := range []string{"", "00ff", strings.Repeat("zz", 32), strings.Repeat("00", 33)} {
		k.put(t, "fingerprint.key", text)
		_, err := store.Fingerprints(k)
		path := filepath.Join(k.Place(), "fingerprint.key")
		if err == nil || !strings.HasPrefix(err.Error(), "read fingerprint key: "+path+" does not hold 64 hexadecimal digits;") || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("error %v", err)
		}
		k.holds(t, "fingerprint.key", text) // it is not overwritten
	}
}

func TestSealKeyOf(t *testing.T) {
	k := open(t)
	identity, recipient, err := store.SealKeyOf(k)
	must(t, err)
	k.holds(t, "seal.key", "# public key: "+recipient+"\n"+identity.Reveal()+"\n")
	again, same, err := store.SealKeyOf(k)
	if err != nil || again.Reveal() != identity.Reveal() || same != recipient {
		t.Errorf("another key, %v", err)
	}
	for _, text := range []string{"", "AGE-SECRET-KEY-1NONE", identity.Reveal() + "\n" + identity.Reveal()} {
		k.put(t, "seal.key", text)
		_, _, err := store.SealKeyOf(k)
		path := filepath.Join(k.Place(), "seal.key")
		if err == nil || !strings.HasPrefix(err.Error(), "read sealing key: "+path+" does not hold one AGE-SECRET-KEY-1… key;") || strings.Contains(err.Error(), "NONE") || strings.Contains(err.Error(), identity.Reveal()) {
			t.Errorf("error %v", err)
		}
		k.holds(t, "seal.key", text)
	}
}

// TestKeysThatCannotBeHad: errors say what could not be done with which key.
func TestKeysThatCannotBeHad(t *testing.T) {
	k := open(t)
	must(t, os.Mkdir(filepath.Join(k.Place(), "seal.key"), 0o700))
	if _, _, err := store.SealKeyOf(k); err == nil || !strings.HasPrefix(err.Error(), "read sealing key: ") {
		t.Errorf("error %v", err)
	}
	must(t, os.Mkdir(filepath.Join(k.Place(), "fingerprint.lock"), 0o700))
	if _, err := store.Fingerprints(k); err == nil || !strings.HasPrefix(err.Error(), "make fingerprint key: ") {
		t.Errorf("error %v", err)
	}
}
