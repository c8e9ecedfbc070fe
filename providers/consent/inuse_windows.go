package consent

import "golang.org/x/sys/windows"

// inUse is the system's error for a port that another program listens on.
const inUse = windows.WSAEADDRINUSE
