//go:build unix

package storetest

import "syscall"

// umask sets the umask, and returns a function that restores it.
func umask(mask int) func() {
	was := syscall.Umask(mask)
	return func() { syscall.Umask(was) }
}
