//go:build !linux && !darwin && !windows

package journalio

// machineBoot is not known here: only lines that were synced are required.
func machineBoot() string { return "" }
