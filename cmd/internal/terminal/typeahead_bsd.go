//go:build unix && !linux

package terminal

import "golang.org/x/sys/unix"

// readSide is FREAD of sys/file.h: what was typed, and not what was written.
const readSide = 1

// dropTyped drops what was typed at a terminal and not read yet.
func dropTyped(fd uintptr) error {
	return unix.IoctlSetPointerInt(int(fd), unix.TIOCFLUSH, readSide)
}
