package rights

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// private asserts that no user but the owner may use what is at a path.
func private(t *testing.T, path string) {
	t.Helper()
	if e, err := Of(path); err != nil || e != (Exposure{}) {
		t.Errorf("%s: %+v, %v", path, e, err)
	}
}

func TestWhatIsMadeIsPrivate(t *testing.T) {
	dir := t.TempDir()
	widen(t, dir, false)
	folder := filepath.Join(dir, "a", "ü b", "c")
	must(t, MkdirAll(folder))
	must(t, MkdirAll(folder))
	private(t, folder)
	private(t, filepath.Join(dir, "a"))
	if err := Mkdir(folder); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
	names := map[string]bool{}
	for range 3 {
		f, err := CreateTemp(folder, ".token")
		must(t, err)
		private(t, f.Name())
		if _, err := f.WriteString("x"); err != nil || !strings.HasPrefix(filepath.Base(f.Name()), ".token") {
			t.Errorf("%s: %v", f.Name(), err)
		}
		names[f.Name()] = true
		must(t, f.Close())
	}
	if len(names) != 3 {
		t.Errorf("files %v", names)
	}
	if _, err := CreateTemp(filepath.Join(dir, "missing"), "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in no folder: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	if err := MkdirAll(filepath.Join(dir, "file", "below")); err == nil {
		t.Error("a folder below a file")
	}
}

func TestFoldersMadeAtOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b", "c", "d")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := MkdirAll(folder); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	private(t, folder)
}

func TestExposure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	must(t, os.WriteFile(path, nil, 0o600))
	must(t, Tighten(path, 0o600))
	private(t, path)
	for _, toAll := range []bool{true, false} {
		widen(t, path, toAll)
		e, err := Of(path)
		if err != nil || !e.Others || !strings.HasPrefix(e.Words, "others may read it (") || e.Everyone != toAll {
			t.Errorf("to all %t: %+v, %v", toAll, e, err)
		}
		must(t, Tighten(path, 0o600))
		private(t, path)
	}
	if !strings.Contains(Remedy(path), path) {
		t.Errorf("remedy %q", Remedy(path))
	}
	if _, err := Of(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
	if err := Tighten(path+"x", 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
}
