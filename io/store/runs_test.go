package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/store"
	"keyroster/io/store/folder"
)

func TestExpireDeletesOldClosedRunsOfTheAccountAlone(t *testing.T) {
	k := open(t)
	now := time.Date(2026, 4, 30, 2, 0, 0, 0, time.UTC)
	begin := func(account string, days int) *store.Run {
		run, err := k.held.Create(account, now.AddDate(0, 0, -days))
		must(t, err)
		return run
	}
	closed := func(account string, days int) string {
		run := begin(account, days)
		must(t, run.WriteManifest(store.Manifest{Account: account}))
		return run.ID()
	}
	old, older := closed("hq", 91), closed("hq", 400)
	keep := []string{closed("hq", 1), closed("hq", 89), closed("hq-2", 400)}
	good := closed("hq", 300)
	// A run that was killed before it could send anything, one that was abandoned, and one that can
	// be resumed.
	killed := begin("hq", 200).ID()
	given := begin("hq", 202)
	write(t, given, store.AbandonedFile, `{"account":"hq"}`)
	open := closed("hq", 201)
	damaged := begin("hq", 203)
	must(t, os.WriteFile(damaged.Path(store.ManifestFile), []byte("{"), 0o600))
	another := begin("hq", 204) // the folder of one account with the files of another
	must(t, another.WriteManifest(store.Manifest{Account: "HQ"}))
	keep = append(keep, good, open, damaged.ID(), another.ID())
	// Something that only looks like a run, and something else.
	for path, text := range map[string]string{filepath.Join(open, store.SealedFile): "x", "20200101T000000Z-hq-abcdef": "a file", "notes.txt": "x"} {
		must(t, os.WriteFile(filepath.Join(k.runs, path), []byte(text), 0o600))
	}
	const hollow = "20200101T000000Z-hq-fedcba"
	must(t, os.Mkdir(filepath.Join(k.runs, hollow), 0o700))
	gone, err := store.Expire(k.store, "hq", now.AddDate(0, 0, -90), good)
	must(t, err)
	if diff := cmp.Diff([]string{hollow, older, given.ID(), killed, old}, gone); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, id := range gone {
		if _, err := os.Stat(filepath.Join(k.runs, id)); err == nil {
			t.Errorf("%s is still there", id)
		}
	}
	for _, id := range append(keep, "20200101T000000Z-hq-abcdef", "notes.txt") {
		if _, err := os.Stat(filepath.Join(k.runs, id)); err != nil {
			t.Errorf("%s is gone: %v", id, err)
		}
	}
	// Without runs there is nothing to delete; what cannot be searched is an error.
	if gone, err := store.Expire(folder.New("", filepath.Join(k.runs, "none")), "hq", now); gone != nil || err != nil {
		t.Errorf("no runs: %q, %v", gone, err)
	}
	if _, err := store.Expire(folder.New("", filepath.Join(k.runs, "notes.txt")), "hq", now); err == nil {
		t.Error("no error for a folder that is none")
	}
}

func TestDiscardEmptyLeavesWhatMayHaveSentSomething(t *testing.T) {
	k := open(t)
	begin := func(account string, hours int) *store.Run {
		run, err := k.held.Create(account, night.Add(-time.Duration(hours)*time.Hour))
		must(t, err)
		return run
	}
	hollow, begun := begin("hq", 30), begin("hq", 1)
	closed, sealed, other := begin("hq", 40), begin("hq", 41), begin("hq-2", 42)
	must(t, closed.WriteManifest(store.Manifest{Account: "hq"}))
	write(t, sealed, store.SealedFile, "x")
	gone, err := store.DiscardEmpty(k.store, "hq", night.Add(-24*time.Hour))
	if diff := cmp.Diff([]string{hollow.ID()}, gone); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	left, err := k.store.Runs()
	if diff := cmp.Diff([]string{other.ID(), sealed.ID(), closed.ID(), begun.ID()}, left); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}
