package folder_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/io/store/storetest"
)

func TestLaws(t *testing.T) { storetest.Laws(t, world) }

// world returns an empty store in two folders. A power cut cannot be simulated on a file system
// that is in use.
func world(t *testing.T) storetest.World {
	dir, fast := quickDir(t)
	state, runs := filepath.Join(dir, "state"), filepath.Join(dir, "runs")
	w := storetest.World{
		Open: func() store.Store { return folder.New(state, runs) },
		Kill: func(_ store.Tenant, held store.Lock) {
			if err := folder.Die(held); err != nil {
				t.Error(err) // laws call this from goroutines of their own
			}
		},
		Lose: func(of store.Tenant, _ store.Lock) { must(t, os.Remove(filepath.Join(of.Place(), "lock"))) },
		Stray: func(name string) {
			must(t, os.MkdirAll(runs, 0o700))
			if !store.ValidID(name) {
				must(t, os.Mkdir(filepath.Join(runs, name), 0o700))
				return
			}
			put(t, filepath.Join(runs, name), "")
		},
		Fast: fast,
	}
	if runtime.GOOS == "windows" {
		w.Lose, w.Exclusive = nil, true // the lock file is open, so it cannot be removed
	} else {
		w.Modes = func() map[string]fs.FileMode { return modes(t, dir) }
		w.Loosen = func(of store.Tenant) {
			for path, mode := range modes(t, of.Place()) {
				must(t, os.Chmod(path, mode|0o077))
			}
			must(t, os.Chmod(of.Place(), 0o777))
		}
	}
	return w
}

// quickDir returns a folder of the test's own, in memory if there is such a place: the laws try
// hundreds of crashes, and a disk takes time for each write of each.
func quickDir(t *testing.T) (dir string, fast bool) {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "keyroster-laws-")
	if err != nil {
		return t.TempDir(), false
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir, true
}

// modes returns the permissions of everything in a folder.
func modes(t *testing.T, dir string) map[string]fs.FileMode {
	t.Helper()
	all := map[string]fs.FileMode{}
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			all[path] = info.Mode()
		}
		return err
	}))
	return all
}
