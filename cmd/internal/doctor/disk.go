package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// mayWrite returns an error unless this user may write to a folder, or create it. It writes nothing.
func mayWrite(folder string) error {
	path, err := nearest(folder, access)
	if err != nil {
		return fmt.Errorf("%s is not writable: %w", path, err)
	}
	return nil
}

// freeSpace is the number of bytes that this user may still write to a folder, or to the place
// where it would be created.
func freeSpace(folder string) (free uint64, err error) {
	_, err = nearest(folder, func(path string) error {
		free, err = available(path)
		return err
	})
	return free, err
}

// nearest calls look on a folder, or on its nearest existing parent, and returns which it was.
func nearest(folder string, look func(path string) error) (string, error) {
	for path := filepath.Clean(folder); ; path = filepath.Dir(path) {
		err := look(path)
		if !errors.Is(err, fs.ErrNotExist) || path == filepath.Dir(path) {
			return path, err
		}
	}
}
