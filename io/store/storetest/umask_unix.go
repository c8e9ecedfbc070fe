//go:build unix

package storetest

import "syscall"

// umask sets the permissions that new files are not given, and returns what sets them
// back.
func umask(mask int) func() {
	was := syscall.Umask(mask)
	return func() { syscall.Umask(was) }
}
