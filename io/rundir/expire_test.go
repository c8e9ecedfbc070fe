package rundir

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestExpireDeletesOldClosedRunsOfTheAccountAlone(t *testing.T) {
	root := t.TempDir()
	now := time.Date(2026, 4, 30, 2, 0, 0, 0, time.UTC)
	closed := func(account string, days int) string {
		d, err := Create(root, account, now.AddDate(0, 0, -days))
		if err == nil {
			err = d.WriteManifest(Manifest{Account: account})
		}
		if err != nil {
			t.Fatal(err)
		}
		return d.ID
	}
	old, older := closed("hq", 91), closed("hq", 400)
	keep := map[string]bool{closed("hq", 1): true, closed("hq", 89): true, closed("hq-2", 400): true}
	good := closed("hq", 300)
	keep[good] = true
	// A run that was killed before it could send anything, and one that can be resumed.
	killed, err := Create(root, "hq", now.AddDate(0, 0, -200))
	if err != nil {
		t.Fatal(err)
	}
	open := closed("hq", 201)
	keep[open] = true
	// Something that only looks like one, and something else.
	for path, text := range map[string]string{filepath.Join(open, SealedFile): "x", "20200101T000000Z-hq-abcdef": "a file", "notes.txt": "x"} {
		if err := os.WriteFile(filepath.Join(root, path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const hollow = "20200101T000000Z-hq-fedcba"
	if err := os.Mkdir(filepath.Join(root, hollow), 0o700); err != nil {
		t.Fatal(err)
	}
	gone, err := Expire(root, "hq", now.AddDate(0, 0, -90), good)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{hollow, older, killed.ID, old}, gone); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, id := range gone {
		if _, err := os.Stat(filepath.Join(root, id)); err == nil {
			t.Errorf("%s is still there", id)
		}
	}
	for id, want := range keep {
		if _, err := os.Stat(filepath.Join(root, id)); want && err != nil {
			t.Errorf("%s is gone: %v", id, err)
		}
	}
	if _, err := Expire(filepath.Join(root, "none"), "hq", now); err == nil {
		t.Error("no error for a folder that is not there")
	}
}
