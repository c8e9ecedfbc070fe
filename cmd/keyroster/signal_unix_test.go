//go:build !windows

package main

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// freeze and thaw are the signals that suspend a process and let it go on.
const freeze, thaw = syscall.SIGSTOP, syscall.SIGCONT

// killed is the exit code of a process that was killed, as package os reports it.
const killed = -1

// apart returns how to start a process so that deliver can reach it alone.
func apart(bool) *syscall.SysProcAttr { return nil }

// deliver sends a signal to a process.
func deliver(cmd *exec.Cmd, signal os.Signal) error { return cmd.Process.Signal(signal) }

// scriptsHere returns the scripts of a folder that are for this system, or nil for all.
func scriptsHere(*testing.T, string) []string { return nil }
