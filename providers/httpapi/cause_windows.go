package httpapi

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// The system's errors for connections that fail. Those of package syscall are made up by Go
// here: no call returns them.
var (
	refused = []error{windows.WSAECONNREFUSED, windows.ERROR_CONNECTION_REFUSED, syscall.ECONNREFUSED}
	reset   = []error{
		windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.ERROR_NETNAME_DELETED,
		syscall.ECONNRESET, syscall.EPIPE,
	}
	unreachable = []error{
		windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAENETDOWN,
		windows.ERROR_HOST_UNREACHABLE, windows.ERROR_NETWORK_UNREACHABLE,
	}
)
