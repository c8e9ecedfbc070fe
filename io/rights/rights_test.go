package rights_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"keyroster/io/rights"
	"keyroster/io/rights/rightstest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsMadeIsPrivate(t *testing.T) {
	dir := t.TempDir()
	rightstest.Widen(t, dir, rightstest.Audiences()[0])
	folder := filepath.Join(dir, "a", "ü b", "c")
	must(t, rights.MkdirAll(folder))
	must(t, rights.MkdirAll(folder))
	rightstest.Private(t, folder)
	rightstest.Private(t, filepath.Join(dir, "a"))
	if err := rights.Mkdir(folder); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
	names := map[string]bool{}
	for range 3 {
		f, err := rights.CreateTemp(folder, ".token")
		must(t, err)
		rightstest.Private(t, f.Name())
		if _, err := f.WriteString("x"); err != nil || !strings.HasPrefix(filepath.Base(f.Name()), ".token") {
			t.Errorf("%s: %v", f.Name(), err)
		}
		names[f.Name()] = true
		must(t, f.Close())
	}
	if len(names) != 3 {
		t.Errorf("files %v", names)
	}
	if _, err := rights.CreateTemp(filepath.Join(dir, "missing"), "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in no folder: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	if err := rights.MkdirAll(filepath.Join(dir, "file", "below")); err == nil {
		t.Error("a folder below a file")
	}
}

func TestFoldersMadeAtOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b", "c", "d")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := rights.MkdirAll(folder); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	rightstest.Private(t, folder)
}

func TestExposure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	must(t, os.WriteFile(path, nil, 0o600))
	must(t, rights.Tighten(path, 0o600))
	rightstest.Private(t, path)
	for _, toAll := range rightstest.Audiences() {
		rightstest.Widen(t, path, toAll)
		e, err := rights.Of(path)
		if err != nil || !e.Others || !strings.HasPrefix(e.Words, "others can read it (") || e.Everyone != toAll {
			t.Errorf("to all %t: %+v, %v", toAll, e, err)
		}
		must(t, rights.Tighten(path, 0o600))
		rightstest.Private(t, path)
	}
	if !strings.Contains(rights.Remedy(path), path) {
		t.Errorf("remedy %q", rights.Remedy(path))
	}
	if _, err := rights.Of(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
	if err := rights.Tighten(path+"x", 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
}
