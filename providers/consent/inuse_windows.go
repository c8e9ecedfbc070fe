package consent

import "golang.org/x/sys/windows"

// inUse is what this system says of a port that another program listens on.
const inUse = windows.WSAEADDRINUSE
