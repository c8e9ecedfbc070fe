// Package atomicio writes files that appear whole or not at all, also when the
// machine loses power. It is the only place that renames files into place.
//
// [WriteFile] does, in this order:
//
//  1. open(folder/.name<random>, O_CREAT|O_EXCL, 0600) in the folder of the
//     target, so that the rename stays on one file system and no other user can
//     read the content before it has its permissions
//  2. fchmod to the permissions asked for, whatever the umask
//  3. write
//  4. fsync of the file: without it a crash after the rename may leave an
//     empty file under the final name
//  5. close, rename over the target
//  6. fsync of the folder, so that the rename itself survives
//
// On Windows 5 is MoveFileEx with MOVEFILE_REPLACE_EXISTING and MOVEFILE_WRITE_THROUGH,
// tried again for two seconds while another program has the target open; it also
// replaces 6, which that system does not have. Permissions are those of package rights.
//
// An error or a panic in 1 to 5 removes the temporary file and leaves the old
// file as it was. An error in 6 is returned with the new file in place: it is
// whole, but may be gone after a crash. A process killed in 1 to 5 leaves
// .name<random> behind, never a partial file under the final name.
package atomicio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"keyroster/io/plainfile"
	"keyroster/io/rights"
)

// WriteFile makes or replaces the file at path with what write writes, with exactly
// the permissions perm. Write's writer is buffered and valid only during the call.
//
// A symbolic link to a file is followed and stays a link. A target that exists and is not a
// regular file (a folder, a device, a pipe) is refused. Writers of one path may run at the same
// time: the last rename wins.
//
// Errors name path, never the temporary file, and wrap their cause: that of
// write, an errno such as ENOSPC or EACCES, or [plainfile.ErrHeld]. A missing folder is
// fs.ErrNotExist; it is not made.
func WriteFile(path string, perm os.FileMode, write func(io.Writer) error) error {
	target, err := resolve(path)
	if err != nil {
		return describe(path, cause(err))
	}
	folder := filepath.Dir(target)
	file, err := newPending(target, folder, perm)
	if err != nil {
		return describe(path, cause(err))
	}
	defer file.cleanup()
	buffered := bufio.NewWriterSize(nameless{file}, 64<<10)
	if err := write(buffered); err != nil {
		return describe(path, err)
	}
	if err := buffered.Flush(); err != nil {
		return describe(path, err)
	}
	if err := file.place(); err != nil {
		return describe(path, cause(err))
	}
	if err := SyncDir(folder); err != nil {
		return fmt.Errorf("write %s: the file is written, but its folder could not be synced to disk: %w", path, err)
	}
	return nil
}

// pending is a file that is being written beside its target.
type pending struct {
	*os.File
	target string
	placed bool
}

func newPending(target, folder string, perm os.FileMode) (*pending, error) {
	prefix, create := "."+filepath.Base(target), rights.CreateTemp
	if perm&0o077 != 0 {
		create = func(folder, prefix string) (*os.File, error) { return os.CreateTemp(folder, prefix+"*") }
	}
	f, err := create(folder, prefix)
	if err != nil {
		return nil, err
	}
	p := &pending{File: f, target: target}
	if err := f.Chmod(perm); err != nil {
		p.cleanup()
		return nil, err
	}
	return p, nil
}

// place flushes the file to the disk and puts it into its place.
func (p *pending) place() error {
	err := p.Sync()
	if closeErr := p.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	err = plainfile.Insist(func() error { return replace(p.Name(), p.target) }, passing)
	if err != nil && passing(err) {
		return fmt.Errorf("%w; close it there, and try again (%w)", plainfile.ErrHeld, err)
	}
	p.placed = err == nil
	return err
}

// cleanup removes what was not put into its place.
func (p *pending) cleanup() {
	if !p.placed {
		_ = p.Close() // it may be closed already
		_ = os.Remove(p.Name())
	}
}

// SyncDir makes the entries of a folder (files made, renamed or removed) survive
// a crash, where the system can be asked to.
func SyncDir(folder string) error {
	if err := flushDir(folder); err != nil {
		return fmt.Errorf("sync folder %s: %w", folder, cause(err))
	}
	return nil
}

var (
	errNotRegular = errors.New("exists and is not a regular file")
	errReserved   = errors.New("this system does not allow the file name; choose one that is not a device name, " +
		"without a colon and without a dot or space at its end")
)

// CheckName refuses a path that no file can have on this system, or that leads to
// something else: on Windows CON.csv is the console, and a file called "x." is x.
func CheckName(path string) error {
	if reserved(filepath.Base(path)) {
		return fmt.Errorf("write %s: %w", path, errReserved)
	}
	return nil
}

// resolve follows a symbolic link and refuses what a rename would destroy: as
// root, a rename over /dev/stdout replaces the device for everybody.
func resolve(path string) (string, error) {
	if reserved(filepath.Base(path)) {
		return "", errReserved
	}
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil // or its folder does not exist, which the open will report
	}
	if err != nil {
		return "", err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return "", err
		}
		if info, err = os.Stat(path); err != nil {
			return "", err
		}
	}
	if !info.Mode().IsRegular() {
		return "", errNotRegular
	}
	return path, nil
}

// nameless keeps the temporary file's name out of errors. Other errors of the
// caller's write are left alone: they may name another file.
type nameless struct{ file io.Writer }

func (w nameless) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	return n, cause(err)
}

// describe says which file could not be written and why, by the path that the caller knows.
func describe(path string, err error) error {
	folder := filepath.Dir(path)
	if _, statErr := os.Stat(folder); errors.Is(statErr, fs.ErrNotExist) {
		return fmt.Errorf("write %s: folder %s: %w", path, folder, err)
	}
	return fmt.Errorf("write %s: %w", path, err)
}

// cause takes operation and path off an error of package os: the path is that
// of the temporary file, which means nothing to a reader.
func cause(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	}
	return err
}
