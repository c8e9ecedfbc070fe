package terminal

import "golang.org/x/sys/unix"

// dropTyped discards what was typed at a terminal but not read yet.
func dropTyped(fd uintptr) error { return unix.IoctlSetInt(int(fd), unix.TCFLSH, unix.TCIFLUSH) }
