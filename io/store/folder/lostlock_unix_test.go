//go:build !windows

package folder_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/store"
)

// TestLostLock: a lock whose file was removed or replaced keeps no other process out, and changes
// nothing.
func TestLostLock(t *testing.T) {
	for what, lose := range map[string]func(t *testing.T, path string){
		"removed": func(t *testing.T, path string) { must(t, os.Remove(path)) },
		"replaced": func(t *testing.T, path string) {
			must(t, os.Remove(path))
			put(t, path, "")
		},
		"with its folder": func(t *testing.T, path string) { must(t, os.RemoveAll(filepath.Dir(path))) },
	} {
		t.Run(what, func(t *testing.T) {
			f, state, runs := empty(t)
			opened := tenant(t, f)
			l := lock(t, opened, "mine")
			run, err := l.Create("hq", night)
			must(t, err)
			must(t, l.Held())
			lose(t, filepath.Join(opened.Place(), "lock"))
			if err := l.Held(); !errors.Is(err, store.ErrNotLocked) ||
				!strings.HasPrefix(err.Error(), "the lock is not held: ") {
				t.Errorf("held: %v", err)
			}
			// Another process has it now, and is not disturbed when we let go.
			other := lock(t, tenant(t, f), "other")
			must(t, other.Save(store.StateDocument, []byte("theirs")))
			for what, err := range everyChange(l, run) {
				if !errors.Is(err, store.ErrNotLocked) {
					t.Errorf("%s: %v", what, err)
				}
			}
			must(t, l.Close())
			holds(t, opened, "other")
			if text, err := os.ReadFile(filepath.Join(state, "doorflow-abc123", "state.json")); string(text) != "theirs" {
				t.Errorf("the state is %q, %v", text, err)
			}
			if entries, _ := os.ReadDir(runs); len(entries) != 1 {
				t.Errorf("runs %v", entries)
			}
			must(t, other.Held())
		})
	}
}
