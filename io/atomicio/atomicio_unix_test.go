//go:build !windows

package atomicio_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"keyroster/io/atomicio"
)

func TestWriteFilePermissions(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o077, 0o277} {
		for _, perm := range []fs.FileMode{0o600, 0o644, 0o400, 0o660} {
			t.Run(fmt.Sprintf("umask %03o perm %03o", umask, perm), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "f")
				// A file that was open to everyone must not stay so.
				if err := os.WriteFile(path, nil, 0o666); err != nil {
					t.Fatal(err)
				}
				old := syscall.Umask(umask)
				err := atomicio.WriteFile(path, perm, writeText("x"))
				syscall.Umask(old)
				if err != nil {
					t.Fatal(err)
				}
				info, err := os.Stat(path)
				if err != nil || info.Mode() != perm {
					t.Errorf("mode %v (%v), want %v", info.Mode(), err, perm)
				}
			})
		}
	}
}

func TestTemporaryFileIsPrivateWhileWritten(t *testing.T) {
	dir := t.TempDir()
	err := atomicio.WriteFile(filepath.Join(dir, "token"), 0o600, func(io.Writer) error {
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			return fmt.Errorf("%d files (%v)", len(entries), err)
		}
		info, err := entries[0].Info()
		if err != nil || info.Mode() != 0o600 {
			return fmt.Errorf("mode %v (%v)", info.Mode(), err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestRefusedTargets(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "folder"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	must(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	must(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	must(t, os.Symlink(os.DevNull, filepath.Join(dir, "device")))

	tests := []struct {
		name, want string
		is         error
	}{
		{
			"missing/report.csv",
			"write %: folder " + filepath.Join(dir, "missing") + ": no such file or directory", fs.ErrNotExist,
		},
		{"file/report.csv", "write %: not a directory", syscall.ENOTDIR},
		{"folder", "write %: exists and is not a regular file", nil},
		{"pipe", "write %: exists and is not a regular file", nil},
		{"device", "write %: exists and is not a regular file", nil},
		{"dangling", "write %: no such file or directory", fs.ErrNotExist},
		{strings.Repeat("n", 300), "write %: file name too long", syscall.ENAMETOOLONG},
	}
	for _, test := range tests {
		t.Run(test.name[:min(10, len(test.name))], func(t *testing.T) {
			path := filepath.Join(dir, test.name)
			called := false
			err := atomicio.WriteFile(path, 0o600, func(io.Writer) error { called = true; return nil })
			if err == nil || called {
				t.Fatalf("error %v, write called %t", err, called)
			}
			if want := strings.Replace(test.want, "%", path, 1); err.Error() != want {
				t.Errorf("error %q, want %q", err, want)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("error %v is not %v", err, test.is)
			}
		})
	}
	only(t, dir, "dangling", "device", "file", "folder", "pipe")
}

func TestSymbolicLinkIsFollowed(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "data"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "data", "token"), []byte("old"), 0o600))
	link := filepath.Join(dir, "token")
	must(t, os.Symlink(filepath.Join("data", "token"), link))

	must(t, atomicio.WriteFile(link, 0o600, writeText("new")))
	content(t, filepath.Join(dir, "data", "token"), "new")
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
	only(t, filepath.Join(dir, "data"), "token")
}

// TestConcurrentWritersAndReaders: a reader sees the old file or a new one, always whole, no matter
// who is writing.
func TestConcurrentWritersAndReaders(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state.json")
	must(t, atomicio.WriteFile(path, 0o600, writeText(strings.Repeat("0", 5000))))
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			text := strings.Repeat(string(rune('1'+n)), 5000)
			for range 20 {
				if err := atomicio.WriteFile(path, 0o600, writeText(text)); err != nil {
					t.Error(err)
				}
				got, err := os.ReadFile(path)
				if err != nil || len(got) != 5000 || strings.Trim(string(got), string(got[:1])) != "" {
					t.Errorf("read %d bytes of a mixture (%v)", len(got), err)
				}
			}
		})
	}
	wg.Wait()
	only(t, dir, "state.json")
}

func TestSyncDirOfAMissingFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing")
	err := atomicio.SyncDir(path)
	if !errors.Is(err, fs.ErrNotExist) || err.Error() != "sync folder "+path+": no such file or directory" {
		t.Errorf("error %v", err)
	}
}
