// Package linktest makes symbolic links for tests.
package linktest

import (
	"os"
	"runtime"
	"testing"
)

// Symlink makes a symbolic link, and reports whether this system can. All but Windows can:
// there a user needs a privilege for it, and Wine's links lead nowhere.
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
