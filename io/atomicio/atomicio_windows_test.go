package atomicio_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/windows"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
)

// TestFileThatIsHeldForAMoment: a program that briefly holds the file open does not stop a new one
// from replacing it.
func TestFileThatIsHeldForAMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.csv")
	must(t, os.WriteFile(path, []byte("old"), 0o600))
	held, err := os.Open(path)
	must(t, err)
	time.AfterFunc(300*time.Millisecond, func() { _ = held.Close() })
	must(t, atomicio.WriteFile(path, 0o600, writeText("new")))
	content(t, path, "new")
}

func TestFileThatStaysHeld(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.csv")
	must(t, os.WriteFile(path, []byte("old"), 0o600))
	name, err := windows.UTF16PtrFromString(path)
	must(t, err)
	held, err := windows.CreateFile(name, windows.GENERIC_READ, windows.FILE_SHARE_READ, nil, windows.OPEN_EXISTING, 0, 0)
	must(t, err)
	err = atomicio.WriteFile(path, 0o600, writeText("new"))
	if !errors.Is(err, plainfile.ErrHeld) {
		t.Errorf("error %v", err)
	}
	must(t, windows.CloseHandle(held))
	content(t, path, "old")
	only(t, dir, "report.csv")
}

// TestReservedNames: no user would find again what is written to a device, or to a stream of
// another file.
func TestReservedNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"CON", "nul", "LPT1", "aux.csv", "ab:c.csv", "x.", "x.csv. ", "x "} {
		if err := atomicio.WriteFile(dir+`\`+name, 0o600, writeText("x")); err == nil {
			t.Errorf("%s was written", name)
		}
		if err := atomicio.CheckName(dir + `\` + name); err == nil {
			t.Errorf("%s is a name", name)
		}
	}
	only(t, dir)
}
