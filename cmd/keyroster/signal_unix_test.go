//go:build !windows

package main

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// A process is stopped for a while, and goes on, by these.
const freeze, thaw = syscall.SIGSTOP, syscall.SIGCONT

// killed is the exit code of a process that was killed, as package os has it.
const killed = -1

// apart is how a process is started that deliver can reach alone.
func apart(bool) *syscall.SysProcAttr { return nil }

// deliver sends a signal to a process.
func deliver(cmd *exec.Cmd, signal os.Signal) error { return cmd.Process.Signal(signal) }

// scriptsHere are the scripts of a folder that are for this system, nil for all.
func scriptsHere(*testing.T, string) []string { return nil }
