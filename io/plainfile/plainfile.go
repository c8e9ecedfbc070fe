// Package plainfile opens files that people name, or that other processes may have put in the
// place of our own: it refuses anything but regular files, and files larger than their use allows.
//
// A pipe that no process writes to would hang a night for ever, and a device would
// fill the memory. Nothing of the kind is opened, not even for a moment: some devices
// react to being opened. What counts is the target of a symbolic link, not the link.
//
// [OpenStream] is for rosters, which may come from a shell: the streams that this
// process was started with are read, and no other pipe is.
package plainfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Unlimited is the limit of files that are read as a stream and never held.
const Unlimited = 1<<63 - 1

// ErrKind says that a path leads to something other than a regular file.
var ErrKind = errors.New("not a regular file")

// ErrSize says that a file is larger than its use allows.
var ErrSize = errors.New("too large")

// ErrHeld says that another program has a file open and locks all others out.
var ErrHeld = errors.New("another program has it open")

// Open opens a regular file of at most so many bytes for reading. Its errors are
// an [*fs.PathError] each, and wrap [ErrKind], [ErrSize], [ErrHeld], or the cause.
func Open(path string, most int64) (*os.File, error) {
	return open(path, most, os.Stat, func() (*os.File, error) {
		// It may have been replaced in between: opening must not wait.
		return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	})
}

// OpenIn is [Open] within a folder that no path leads out of.
func OpenIn(root *os.Root, name string, most int64) (*os.File, error) {
	return open(name, most, root.Stat, func() (*os.File, error) {
		return root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	})
}

// Read reads a regular file of at most so many bytes. Its errors are those of
// [Open].
func Read(path string, most int64) ([]byte, error) {
	f, err := Open(path, most)
	if err != nil {
		return nil, err
	}
	return readAll(f, path, most)
}

// ReadIn is [Read] within a folder that no path leads out of.
func ReadIn(root *os.Root, name string, most int64) ([]byte, error) {
	f, err := OpenIn(root, name, most)
	if err != nil {
		return nil, err
	}
	return readAll(f, name, most)
}

func readAll(f *os.File, path string, most int64) ([]byte, error) {
	data, err := io.ReadAll(Capped(f, path, most))
	return data, errors.Join(err, f.Close())
}

// OpenStream is [Open], but also opens the streams that this process was started with:
// /dev/stdin, and what a shell makes of <(…). Readers of a stream bound it with [Capped].
func OpenStream(path string, most int64) (*os.File, error) {
	if !inherited(path) {
		return Open(path, most)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = fits(path, info, most)
	}
	if errors.Is(err, ErrKind) && !info.IsDir() && info.Mode()&fs.ModeSocket == 0 {
		err = nil
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// inherited reports whether a path names a stream of this process.
func inherited(path string) bool {
	path = filepath.Clean(path)
	return path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}

func open(
	path string, most int64, stat func(string) (fs.FileInfo, error), do func() (*os.File, error),
) (*os.File, error) {
	info, err := stat(path)
	if err == nil {
		err = fits(path, info, most)
	}
	if err != nil {
		return nil, asOpen(path, err)
	}
	var f *os.File
	err = Insist(func() error {
		f, err = do()
		return err
	}, Held)
	if Held(err) {
		err = ErrHeld
	}
	if err != nil {
		return nil, asOpen(path, err)
	}
	if info, err = f.Stat(); err == nil {
		err = fits(path, info, most)
	}
	if err != nil {
		_ = f.Close()
		return nil, asOpen(path, err)
	}
	return f, nil
}

// asOpen is an error of opening a path, whichever call found it.
func asOpen(path string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return &fs.PathError{Op: "open", Path: path, Err: err}
}

// fits refuses anything but a regular file, and one that is too large.
func fits(path string, info fs.FileInfo, most int64) error {
	switch {
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "open", Path: path, Err: fmt.Errorf("%w: it is %s", ErrKind, kind(info.Mode()))}
	case info.Size() > most:
		return &fs.PathError{Op: "open", Path: path, Err: tooLarge(most)}
	}
	return nil
}

func tooLarge(most int64) error {
	for _, unit := range []struct {
		name string
		size int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if most >= unit.size {
			return fmt.Errorf("%w: at most %d %s are read", ErrSize, most/unit.size, unit.name)
		}
	}
	return fmt.Errorf("%w: at most %d bytes are read", ErrSize, most)
}

func kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}

// Capped reads at most that many bytes of r; more is an error that wraps [ErrSize]. It is for
// streams and for files that grow while they are read, whose size is not known beforehand.
func Capped(r io.Reader, path string, most int64) io.Reader {
	return &capped{r: r, path: path, left: most, most: most}
}

type capped struct {
	r          io.Reader
	path       string
	left, most int64
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, &fs.PathError{Op: "read", Path: c.path, Err: tooLarge(c.most)}
	}
	if int64(len(p)) > c.left && c.left < Unlimited {
		p = p[:min(int64(len(p)), c.left+1)]
	}
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return n + int(c.left), &fs.PathError{Op: "read", Path: c.path, Err: tooLarge(c.most)}
	}
	return n, err
}
