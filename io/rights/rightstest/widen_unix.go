//go:build !windows

package rightstest

import "os"

func widen(path string, everyone bool) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	mode := info.Mode().Perm() | 0o040
	if everyone {
		mode |= 0o004
	}
	return os.Chmod(path, mode)
}
