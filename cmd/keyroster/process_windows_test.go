package main

import (
	"os"
	"os/exec"
)

// Windows has no signals that suspend and continue a process.
var freeze, thaw os.Signal

// killed is the exit code of a process that was killed.
const killed = 1

// deliver sends a signal to a process; an interrupt is a key press.
func deliver(cmd *exec.Cmd, signal os.Signal) error {
	if signal == os.Interrupt {
		return pressKey(cmd)
	}
	return cmd.Process.Signal(signal)
}
