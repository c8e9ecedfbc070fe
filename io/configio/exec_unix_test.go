//go:build !windows

package configio_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"keyroster/io/configio"
)

func TestCommands(t *testing.T) {
	const secret = "s3cret-4f9Q"
	dir := t.TempDir()
	if err := os.Chmod(write(t, filepath.Join(dir, "show"), "#!/bin/sh\necho \"$1 in $(basename \"$PWD\")\"\n"),
		0o700); err != nil {
		t.Fatal(err)
	}
	runs(t, dir, map[string]string{
		"exec:./show 'a  b'":                    "a  b in " + filepath.Base(dir),
		`exec:printf %s "a \"b\" \$c \d" e'|'f`: `a "b" $c \de|f`,
	})
	fails(t, dir, secret, map[string]string{
		"exec:true": "resolve exec:true: the value is empty",
		"exec:sh -c 'echo " + secret + "; echo " + secret +
			" >&2; exit 3'": "resolve exec:sh …: the command ended with exit status 3; run it by hand",
		"exec:sh -c 'yes " + secret + " | head -c 1000000'": "resolve exec:sh …: the value is larger " +
			"than 64 KiB",
	})
	if _, err := configio.ParseReference(`exec:a \`); err == nil {
		t.Error("a command ends within an escape")
	}
}

// TestCommandsAreKilled: a command that does not end is killed when the caller's context expires,
// and none is started after that.
func TestCommandsAreKilled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := reference(t, "exec:sleep 3600").Resolve(ctx, ".", os.Getenv)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	_, err = reference(t, "exec:echo x").Resolve(ctx, ".", os.Getenv)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a command was run after the end: %v", err)
	}
}
