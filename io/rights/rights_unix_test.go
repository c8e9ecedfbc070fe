//go:build !windows

package rights

import (
	"os"
	"testing"
)

// widen lets a group, or every user, read what is at a path.
func widen(t *testing.T, path string, everyone bool) {
	t.Helper()
	mode := os.FileMode(0o750)
	if everyone {
		mode = 0o755
	}
	must(t, os.Chmod(path, mode))
}
