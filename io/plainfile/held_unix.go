//go:build !windows

package plainfile

// isHeld is never true here: no program keeps others from opening a file.
func isHeld(error) bool { return false }
