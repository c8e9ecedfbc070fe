//go:build !windows

package main

import "syscall"

// A process is stopped for a while, and goes on, by these.
const freeze, thaw = syscall.SIGSTOP, syscall.SIGCONT
