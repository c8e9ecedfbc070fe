package terminal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/cmd/internal/terminal/terminaltest"
)

// TestPage: a terminal gets a pager, which is told to leave by itself after one screen. Where none
// starts, the text appears all the same.
func TestPage(t *testing.T) {
	pager := filepath.Join(t.TempDir(), "pager")
	script := "#!/bin/sh\necho \"$LESS $1\"; sed 's/^/: /'\n"
	if err := os.WriteFile(pager, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pager, term, want string
	}{
		{pager + " -x", "xterm", "FRX -x\n: one\n: two\n"},
		{pager, "dumb", "one\ntwo\n"},
		{filepath.Join(t.TempDir(), "none"), "xterm", "one\ntwo\n"},
	} {
		stream, text := terminaltest.New(t)
		environment := map[string]string{"PAGER": c.pager, "TERM": c.term}
		getenv := func(name string) string { return environment[name] }
		if err := (Style{Getenv: getenv}).Page(t.Context(), stream, "one\ntwo\n"); err != nil {
			t.Error(err)
		}
		if got := strings.ReplaceAll(text(), "\r", ""); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	var file strings.Builder
	err := Style{Getenv: environment("PAGER", pager)}.Page(t.Context(), &file, "one\n")
	if err != nil || file.String() != "one\n" {
		t.Errorf("no terminal: %q, %v", &file, err)
	}
}
