//go:build !windows

package plainfile

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestOpenRefusesWhatIsNoFile: only regular files are opened, and opening never waits.
func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	must(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	must(t, os.Symlink("pipe", filepath.Join(dir, "link")))
	must(t, os.Symlink("/dev/zero", filepath.Join(dir, "zero")))
	must(t, os.Mkdir(filepath.Join(dir, "folder"), 0o700))
	listener, err := net.Listen("unix", filepath.Join(dir, "socket"))
	must(t, err)
	defer listener.Close()
	root, err := os.OpenRoot(dir)
	must(t, err)
	defer root.Close()
	for name, want := range map[string]string{
		"pipe": "it is a pipe", "link": "it is a pipe", "zero": "it is a device",
		"folder": "it is a folder", "socket": "it is a socket",
	} {
		path := filepath.Join(dir, name)
		for what, open := range map[string]func() (*os.File, error){
			"Open":       func() (*os.File, error) { return Open(path, Unlimited) },
			"OpenStream": func() (*os.File, error) { return OpenStream(path, Unlimited) },
			"OpenIn":     func() (*os.File, error) { return OpenIn(root, name, Unlimited) },
		} {
			_, err := open()
			if what == "OpenIn" && name == "zero" {
				if err == nil {
					t.Error("a link leads out of the folder")
				}
				continue
			}
			if !errors.Is(err, ErrKind) || !strings.HasSuffix(err.Error(), ": not a regular file: "+want) {
				t.Errorf("%s of %s: %v", what, name, err)
			}
			if _, ok := errors.AsType[*fs.PathError](err); !ok {
				t.Errorf("%s of %s: %T", what, name, err)
			}
		}
	}
	if _, err := Open(filepath.Join(dir, "missing"), 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
}

// TestStreams: what the shell has opened is read, whatever it is.
func TestStreams(t *testing.T) {
	r, w, err := os.Pipe()
	must(t, err)
	defer r.Close()
	go func() {
		_, _ = io.WriteString(w, "from a pipe")
		_ = w.Close()
	}()
	f, err := OpenStream("/dev/fd/"+strconv.Itoa(int(r.Fd())), Unlimited)
	must(t, err)
	defer f.Close()
	if data, err := io.ReadAll(f); err != nil || string(data) != "from a pipe" {
		t.Errorf("read %q, %v", data, err)
	}
}
