//go:build !wine

package main

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// apart returns how to start a process so that deliver can reach it alone.
func apart(bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// pressKey presses Ctrl-Break, the only key that can be sent to a group of processes.
func pressKey(cmd *exec.Cmd) error {
	return windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(cmd.Process.Pid))
}
