//go:build !wine

package main

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// apart is how a process is started that deliver can reach alone.
func apart(bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// pressKey presses Ctrl-Break, the one key that a group of processes can be sent.
func pressKey(cmd *exec.Cmd) error {
	return windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(cmd.Process.Pid))
}
