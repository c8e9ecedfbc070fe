//go:build !windows

package httpapi

import "syscall"

// The system's errors for connections that fail.
var (
	refused     = []error{syscall.ECONNREFUSED}
	reset       = []error{syscall.ECONNRESET, syscall.EPIPE}
	unreachable = []error{syscall.EHOSTUNREACH, syscall.ENETUNREACH}
)
