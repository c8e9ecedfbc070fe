package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// probeSize is more than a file system keeps inside an inode, so that a full
// disk cannot pass.
const probeSize = 64 << 10

// probe writes a file to the disk and removes it. The fsync is essential: file systems that
// allocate late accept a write to a full disk.
func probe(folder string) (err error) {
	path := filepath.Join(folder, ".probe")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, writeErr := f.Write(make([]byte, probeSize))
	var syncErr error
	if writeErr == nil {
		syncErr = f.Sync()
	}
	return errors.Join(writeErr, syncErr, f.Close(), os.Remove(path))
}

// describe says why no run folder can be made in root, and what to do.
func describe(root string, err error) error {
	why := ""
	switch {
	case isAny(err, full):
		why = "the disk is full; free some space"
	case isAny(err, readOnly):
		why = "the disk is read-only; choose another folder with --runs"
	case errors.Is(err, fs.ErrPermission):
		why = "this user cannot write there; choose another folder with --runs"
	case isAny(err, noFolder), errors.Is(err, fs.ErrExist):
		why = "it is a file, or inside a file; choose a folder with --runs"
	default:
		return fmt.Errorf("make run folder in %s: %w", root, err)
	}
	return fmt.Errorf("make run folder in %s: %s (%w)", root, why, err)
}

func isAny(err error, of []error) bool {
	for _, e := range of {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
