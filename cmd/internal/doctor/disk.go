package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// mayWrite reports whether this user may write to a folder, or make it. It
// writes nothing itself.
func mayWrite(folder string) error {
	for path := filepath.Clean(folder); ; path = filepath.Dir(path) {
		err := unix.Access(path, unix.W_OK|unix.X_OK)
		if errors.Is(err, fs.ErrNotExist) && path != filepath.Dir(path) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s cannot be written: %w", path, err)
		}
		return nil
	}
}

// freeSpace is the number of bytes that this user may still write to a folder,
// or to where it would be made.
func freeSpace(folder string) (uint64, error) {
	for path := filepath.Clean(folder); ; path = filepath.Dir(path) {
		var stat unix.Statfs_t
		err := unix.Statfs(path, &stat)
		if errors.Is(err, fs.ErrNotExist) && path != filepath.Dir(path) {
			continue
		}
		return stat.Bavail * uint64(stat.Bsize), err
	}
}
