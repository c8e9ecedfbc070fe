//go:build !windows

package httpapi

import "syscall"

// What this system says of connections that come to nothing.
var (
	refused     = []error{syscall.ECONNREFUSED}
	reset       = []error{syscall.ECONNRESET, syscall.EPIPE}
	unreachable = []error{syscall.EHOSTUNREACH, syscall.ENETUNREACH}
)
