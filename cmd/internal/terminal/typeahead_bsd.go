//go:build unix && !linux

package terminal

import "golang.org/x/sys/unix"

// readSide is FREAD of sys/file.h: discard input, not output.
const readSide = 1

// dropTyped discards what was typed at a terminal but not read yet.
func dropTyped(fd uintptr) error {
	return unix.IoctlSetPointerInt(int(fd), unix.TIOCFLUSH, readSide)
}
