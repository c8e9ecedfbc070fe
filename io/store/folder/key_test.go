package folder_test

import (
	"encoding/hex"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"keyroster/io/rights/rightstest"
	"keyroster/io/store"
)

func TestKeyIsMadeOnceAndPrivate(t *testing.T) {
	f, _, _ := empty(t)
	for _, name := range []store.Key{store.FingerprintKey, store.SealKey} {
		opened := tenant(t, f)
		if opened.HasKey(name) {
			t.Errorf("%s is there before it is made", name)
		}
		text, err := opened.Key(name, func() ([]byte, error) { return []byte("first"), nil })
		if err != nil || string(text) != "first" || !opened.HasKey(name) {
			t.Errorf("%s is %q, %v", name, text, err)
		}
		path := filepath.Join(opened.Place(), string(name))
		rightstest.Private(t, path)
		rightstest.Widen(t, path, true)
		text, err = tenant(t, f).Key(name, func() ([]byte, error) { return nil, errors.New("it was made again") })
		if err != nil || string(text) != "first" {
			t.Errorf("%s is %q, %v", name, text, err)
		}
		rightstest.Private(t, path)
	}
}

func TestKeyThatCannotBeMadeIsNotThere(t *testing.T) {
	f, _, _ := empty(t)
	opened := tenant(t, f)
	broken := errors.New("broken")
	if _, err := opened.Key(store.SealKey, func() ([]byte, error) { return nil, broken }); !errors.Is(err, broken) || opened.HasKey(store.SealKey) {
		t.Errorf("error %v", err)
	}
}

// TestRaceForTheFirstKey: all goroutines and processes that race for the first key get the same
// one.
func TestRaceForTheFirstKey(t *testing.T) {
	f, root, _ := empty(t)
	tenant(t, f)
	keys := make([]string, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			if i < 4 {
				out, err := process(t, root, "key").Output()
				if err != nil {
					t.Error(err)
				}
				keys[i] = strings.TrimSpace(string(out))
				return
			}
			opened, err := f.Tenant("doorflow", "abc123")
			if err != nil {
				t.Error(err)
				return
			}
			key, err := store.Fingerprints(opened)
			if err != nil {
				t.Error(err)
			}
			keys[i] = hex.EncodeToString(key)
		})
	}
	wg.Wait()
	for _, key := range keys {
		if len(key) != 64 || key != keys[0] {
			t.Errorf("keys %q", keys)
			break
		}
	}
}
