package atomicio_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/atomicio"
)

func writeText(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// only asserts that folder holds nothing but the named files.
func only(t *testing.T, folder string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(names) {
		t.Errorf("folder holds %q, want %q", got, names)
	}
}

func content(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

func TestWriteFileReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.csv")
	for _, text := range []string{"one", "", strings.Repeat("long ", 100_000)} {
		if err := atomicio.WriteFile(path, 0o600, writeText(text)); err != nil {
			t.Fatal(err)
		}
		content(t, path, text)
		only(t, dir, "report.csv")
	}
}

func TestWriteFileInTheWorkingFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := atomicio.WriteFile("plan.json", 0o600, writeText("{}")); err != nil {
		t.Fatal(err)
	}
	content(t, "plan.json", "{}")
}

func TestFailedWriteLeavesTheOldFile(t *testing.T) {
	refused := errors.New("render sheet: out of ink")
	tests := map[string]func(io.Writer) error{
		"at once": func(io.Writer) error { return refused },
		"after a part": func(w io.Writer) error {
			_, _ = io.WriteString(w, strings.Repeat("part ", 100_000))
			return refused
		},
	}
	for name, write := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "report.csv")
			if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			err := atomicio.WriteFile(path, 0o600, write)
			if !errors.Is(err, refused) || err.Error() != "write "+path+": render sheet: out of ink" {
				t.Errorf("error %v", err)
			}
			content(t, path, "old")
			only(t, dir, "report.csv")
		})
	}
}

func TestPanicLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.csv")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = atomicio.WriteFile(path, 0o600, func(io.Writer) error { panic("bug") })
	}()
	content(t, path, "old")
	only(t, dir, "report.csv")
}

// TestErrorOfTheCallerKeepsItsPath: the caller's own error may name another file, so it is kept whole.
func TestErrorOfTheCallerKeepsItsPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	err := atomicio.WriteFile(path, 0o600, func(io.Writer) error {
		_, err := os.Open("no-such-side-file")
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "no-such-side-file") {
		t.Errorf("error %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
