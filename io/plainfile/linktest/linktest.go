// Package linktest makes symbolic links for tests.
package linktest

import (
	"os"
	"runtime"
	"testing"
)

// Symlink makes a symbolic link, and reports whether this system has one. All but
// Windows do: there a user needs a right to make one, and Wine makes none that leads anywhere.
func Symlink(t testing.TB, target, path string) bool {
	t.Helper()
	err := os.Symlink(target, path)
	if err == nil {
		_, err = os.Readlink(path)
	}
	if err == nil {
		return true
	}
	if runtime.GOOS != "windows" {
		t.Fatal(err)
	}
	_ = os.RemoveAll(path)
	return false
}
