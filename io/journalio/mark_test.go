package journalio_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"keyroster/io/journalio"
	"keyroster/io/rights/rightstest"
)

// open makes a journal whose process died: its first lines were synced, the others only written.
func open(t *testing.T, synced, written int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.ndjson")
	j, err := journalio.CreateAt(path)
	check(t, err)
	check(t, j.Append(true, story()[:synced]...))
	for _, e := range story()[synced : synced+written] {
		check(t, j.Append(false, e))
	}
	left := contents(t, path+journalio.MarkSuffix)
	t.Cleanup(func() { check(t, j.Close()) })
	// Copy what the dead process left, as closing the journal syncs all of it.
	copied := filepath.Join(t.TempDir(), "journal.ndjson")
	check(t, os.WriteFile(copied, contents(t, path), 0o600))
	check(t, os.WriteFile(copied+journalio.MarkSuffix, left, 0o600))
	return copied
}

// keep keeps only the first lines of a journal.
func keep(t *testing.T, path string, lines int) {
	t.Helper()
	all := bytes.SplitAfter(contents(t, path), []byte("\n"))
	check(t, os.WriteFile(path, bytes.Join(all[:lines], nil), 0o600))
}

func damagedAt(err error) int {
	if damage, ok := errors.AsType[*journalio.DamageError](err); ok {
		return damage.Line
	}
	return 0
}

// TestLinesMissingAtTheEndAreSeen: lines missing at the end of an open journal are noticed, however
// few or many are left.
func TestLinesMissingAtTheEndAreSeen(t *testing.T) {
	for left := range 5 {
		path := open(t, 3, 2)
		keep(t, path, left)
		before := contents(t, path)
		if _, err := journalio.ReadAt(path); damagedAt(err) != left+1 {
			t.Errorf("%d of 5 lines: read: %v", left, err)
		}
		if _, _, err := journalio.ResumeAt(path); damagedAt(err) != left+1 {
			t.Errorf("%d of 5 lines: resume: %v", left, err)
		}
		if !bytes.Equal(contents(t, path), before) {
			t.Error("a refused journal was changed")
		}
		check(t, os.Remove(path))
		if _, err := journalio.CreateAt(path); damagedAt(err) != 1 {
			t.Errorf("a journal that is gone: create: %v", err)
		}
	}
	said, err := journalio.ReadAt(open(t, 3, 2))
	if err != nil || said.Entries != 5 {
		t.Errorf("whole: %+v, %v", said, err)
	}
}

// TestAPowerCutTakesNoSyncedLine: after a restart of the machine, lines that were only written may
// be gone, but no others.
func TestAPowerCutTakesNoSyncedLine(t *testing.T) {
	paths := map[int]string{}
	for left := 2; left <= 5; left++ {
		paths[left] = open(t, 3, 2)
		keep(t, paths[left], left)
	}
	journalio.StartMachineAgain(t)
	for left, path := range paths {
		j, said, err := journalio.ResumeAt(path)
		if left < 3 {
			if damagedAt(err) != left+1 {
				t.Errorf("%d of 3 synced lines: %v", left, err)
			}
			continue
		}
		if err != nil || said.Entries != left {
			t.Errorf("%d lines, 3 of them synced: %+v, %v", left, said, err)
			continue
		}
		check(t, j.Close())
	}
}

// TestLinesWrittenAnewAreSeen: lines that were rewritten are noticed, although their chain is
// intact.
func TestLinesWrittenAnewAreSeen(t *testing.T) {
	path := open(t, 3, 2)
	other := write(t, story()[:5]...)
	check(t, os.WriteFile(path, contents(t, other), 0o600))
	if _, _, err := journalio.ResumeAt(path); damagedAt(err) != 5 {
		t.Errorf("another journal of as many lines: %v", err)
	}
}

// TestASpoiltMarkWantsNothing: a power cut may spoil a mark, and losing the mark loses no line.
func TestASpoiltMarkWantsNothing(t *testing.T) {
	for _, text := range []string{"", "\x00\x00\x00", `{"boot":"`} {
		path := open(t, 3, 2)
		keep(t, path, 4)
		check(t, os.WriteFile(path+journalio.MarkSuffix, []byte(text), 0o600))
		j, said, err := journalio.ResumeAt(path)
		if err != nil || said.Entries != 4 {
			t.Fatalf("mark %q: %+v, %v", text, said, err)
		}
		check(t, j.Append(true, story()[4]))
		check(t, j.Close())
		keep(t, path, 4)
		if _, err := journalio.ReadAt(path); damagedAt(err) != 5 {
			t.Errorf("mark %q, made anew: %v", text, err)
		}
	}
}

// TestTheEndTakesTheMarkAway: only the end of a journal removes its mark.
func TestTheEndTakesTheMarkAway(t *testing.T) {
	path := write(t, story()...)
	if _, err := os.Stat(path + journalio.MarkSuffix); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the mark of a journal that ended: %v", err)
	}
	path = write(t, story()[:4]...)
	info, err := os.Stat(path + journalio.MarkSuffix)
	check(t, err)
	rightstest.Private(t, path+journalio.MarkSuffix)
	if info.Size() != 512 {
		t.Errorf("the mark: %d bytes", info.Size())
	}
}
