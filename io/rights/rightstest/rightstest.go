// Package rightstest lets tests say who may use a file, on every system.
package rightstest

import (
	"os"
	"runtime"
	"testing"

	"keyroster/io/rights"
)

// Private asserts that no user but the owner may use what is at a path.
func Private(t testing.TB, path string) {
	t.Helper()
	if e, err := rights.Of(path); err != nil || e != (rights.Exposure{}) {
		t.Errorf("%s: %+v, %v", path, e, err)
	}
}

// Readable asserts that other users may read what is at a path, if the file's own rights
// decide that: on Windows its folder does.
func Readable(t testing.TB, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("%s: %v, %v", path, info, err)
	}
}

// Audiences are the values of everyone that [Widen] can apply here: every user, only a group.
func Audiences() []bool {
	if groups {
		return []bool{true, false}
	}
	return []bool{true}
}

// Widen lets a group, or every user, read what is at a path.
func Widen(t testing.TB, path string, everyone bool) {
	t.Helper()
	if err := widen(path, everyone); err != nil {
		t.Fatal(err)
	}
}
