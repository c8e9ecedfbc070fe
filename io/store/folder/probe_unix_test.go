//go:build !windows

package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestDescribe(t *testing.T) {
	tests := []struct {
		cause error
		want  string
	}{
		{syscall.ENOSPC, "make run folder in runs: the disk is full; free some space (write p: no space left on device)"},
		{syscall.EDQUOT, "make run folder in runs: the disk is full; free some space (write p: disk quota exceeded)"},
		{syscall.EROFS, "make run folder in runs: the disk is read-only; choose another folder with --runs (write p: read-only file system)"},
		{
			syscall.EACCES,
			"make run folder in runs: this user cannot write there; " +
				"choose another folder with --runs (write p: permission denied)",
		},
		{syscall.EIO, "make run folder in runs: write p: input/output error"},
	}
	for _, test := range tests {
		// As probe returns it: the write failed, but closing and removing did not.
		err := describe("runs", errors.Join(&fs.PathError{Op: "write", Path: "p", Err: test.cause}, nil))
		if err.Error() != test.want {
			t.Errorf("got  %s\nwant %s", err, test.want)
		}
		if !errors.Is(err, test.cause) {
			t.Errorf("%v does not wrap %v", err, test.cause)
		}
	}
}

func TestProbeLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := probe(dir); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
	if err := probe(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

// TestPermissionsWithoutAMask: folders and files belong to the user alone, whatever the umask
// allows.
func TestPermissionsWithoutAMask(t *testing.T) {
	root := filepath.Join(t.TempDir(), "var", "runs")
	old := syscall.Umask(0)
	run, err := runs(root).create("hq", time.Now())
	if err == nil {
		f, m, journalErr := run.CreateJournal()
		err = errors.Join(journalErr, m.Put([]byte("x")), m.Close(false), f.Close())
	}
	syscall.Umask(old)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{
		root: fs.ModeDir | 0o700, filepath.Dir(root): fs.ModeDir | 0o700, run.Path(""): fs.ModeDir | 0o700,
		run.Path("journal.ndjson"): 0o600, run.Path("journal.ndjson.mark"): 0o600,
	} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s has mode %v (%v)", path, info.Mode(), err)
		}
	}
}
