//go:build !windows

package consent

import "syscall"

// inUse is the system's error for a port that another program listens on.
const inUse = syscall.EADDRINUSE
