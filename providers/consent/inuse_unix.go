//go:build !windows

package consent

import "syscall"

// inUse is what this system says of a port that another program listens on.
const inUse = syscall.EADDRINUSE
