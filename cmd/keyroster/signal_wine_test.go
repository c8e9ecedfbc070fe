//go:build windows && wine

package main

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/windows"
)

// A key press ends all processes but this one.
func init() { signal.Notify(make(chan os.Signal, 1), os.Interrupt) }

// apart returns how to start a process. Wine delivers Ctrl-C to all processes of a console, and
// Ctrl-Break to none, so sandboxes have no console.
func apart(sandbox bool) *syscall.SysProcAttr {
	if sandbox {
		return &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS}
	}
	return nil
}

// pressKey presses Ctrl-C.
func pressKey(cmd *exec.Cmd) error {
	if cmd.SysProcAttr != nil {
		return errors.ErrUnsupported
	}
	return windows.GenerateConsoleCtrlEvent(windows.CTRL_C_EVENT, 0)
}
