package atomicio

import (
	"errors"
	"os"
	"path/filepath"
)

// temporary is a file that is renamed over its target, which Windows does in one
// step within a folder.
type temporary struct {
	*os.File
	target string
	placed bool
}

func newPending(target, folder string, perm os.FileMode) (pending, error) {
	f, err := os.CreateTemp(folder, "."+filepath.Base(target)+"*")
	if err != nil {
		return nil, err
	}
	t := &temporary{File: f, target: target}
	if err := f.Chmod(perm); err != nil {
		return nil, errors.Join(err, t.Cleanup())
	}
	return t, nil
}

// CloseAtomicallyReplace implements pending.
func (t *temporary) CloseAtomicallyReplace() error {
	syncErr := t.Sync()
	if err := errors.Join(syncErr, t.Close()); err != nil {
		return err
	}
	if err := os.Rename(t.Name(), t.target); err != nil {
		return err
	}
	t.placed = true
	return nil
}

// Cleanup implements pending.
func (t *temporary) Cleanup() error {
	if t.placed {
		return nil
	}
	_ = t.Close() // it may be closed already
	return os.Remove(t.Name())
}

// flushDir only looks whether the folder is there: Windows flushes the entries of a
// folder with the files.
func flushDir(folder string) error {
	_, err := os.Stat(folder)
	return err
}
