//go:build !windows

package doctor

import "golang.org/x/sys/unix"

// access fails unless this user may create files in a folder.
func access(folder string) error { return unix.Access(folder, unix.W_OK|unix.X_OK) }

// available is the number of bytes that this user may still write to a folder.
func available(folder string) (uint64, error) {
	var stat unix.Statfs_t
	err := unix.Statfs(folder, &stat)
	return stat.Bavail * uint64(stat.Bsize), err
}
