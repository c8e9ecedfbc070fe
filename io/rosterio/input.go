package rosterio

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/io/plainfile"
	"keyroster/reconcile"
)

// input is one roster as the command line or the configuration names it.
type input struct{ path, sheet string }

// parseInput splits badges.xlsx#Doors. Both paths and sheets may hold a #, so the
// whole is tried as a path first, then the first split whose path exists.
func parseInput(name string) input {
	if name == Stdin || exists(name) {
		return input{path: cleanPath(name)}
	}
	first := input{path: cleanPath(name)}
	for i := range len(name) {
		if name[i] != '#' || i == 0 || i == len(name)-1 {
			continue
		}
		split := input{path: cleanPath(name[:i]), sheet: name[i+1:]}
		if exists(name[:i]) {
			return split
		}
		if first.sheet == "" {
			first = split
		}
	}
	return first
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func cleanPath(path string) string {
	if path == "" {
		return path
	}
	return filepath.Clean(path)
}

// read reads the input into a roster of its own.
func (in input) read(ctx context.Context, part *reconcile.Roster, options Options) error {
	if in.path == Stdin {
		return in.readStdin(ctx, part, options)
	}
	f, info, err := openFile(in.path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := bufio.NewReaderSize(plainfile.Capped(f, in.path, rosterMax), 4096)
	begin, err := head.Peek(8)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return in.fault(cellio.KindMissingFile, "the file cannot be read", "check the disk or the network share")
	case isLock(in.path) && !officeio.IsWorkbook(begin):
		return in.fault(
			cellio.KindFileType,
			"is the lock file of a workbook that is open in a spreadsheet program",
			"close the workbook there, or exclude the lock file: [!~]*.xlsx instead of *.xlsx",
		)
	case len(begin) == 0:
		return in.fault(cellio.KindEmptyFile, "the file is empty", "export the file again")
	case !officeio.IsWorkbook(begin):
		if err := in.readCSV(ctx, head, part, options); err != nil {
			return err
		}
		return in.unchanged(
			f,
			info,
			"wait until it is completely written; better, export under another name and rename the file when it is complete",
		)
	case !info.Mode().IsRegular():
		return in.fault(cellio.KindFileType, "is a workbook that is not in a regular file", "save it to a file first")
	}
	return in.readWorkbook(ctx, f, info, part, options)
}

// isLock reports by its name whether a file is the lock of a workbook: ~$name.xlsx
// is Excel's, .~lock.name.xlsx# LibreOffice's. Shell patterns match such files.
func isLock(path string) bool {
	name := filepath.Base(path)
	return strings.HasPrefix(name, "~$") || strings.HasPrefix(name, ".~lock.")
}

// unchanged refuses a file that was written to while it was read: the rows may
// be half of one export and half of the next.
func (in input) unchanged(f *os.File, before os.FileInfo, remedy string) error {
	if !before.Mode().IsRegular() {
		return nil
	}
	now, err := f.Stat()
	if err != nil || now.Size() != before.Size() || !now.ModTime().Equal(before.ModTime()) {
		return in.fault(cellio.KindDamaged, "the file changed while it was read", remedy)
	}
	return nil
}

func (in input) readStdin(ctx context.Context, part *reconcile.Roster, options Options) error {
	if options.Stdin == nil {
		return in.fault(cellio.KindMissingFile, "there is no standard input", "name a file")
	}
	head := bufio.NewReaderSize(plainfile.Capped(options.Stdin, stdinName, rosterMax), 4096)
	begin, err := head.Peek(8)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return in.fault(cellio.KindMissingFile, "standard input cannot be read", "name a file")
	case len(begin) == 0:
		return in.fault(
			cellio.KindEmptyFile, "standard input is empty",
			"check that the command before the pipe succeeded",
		)
	case officeio.IsWorkbook(begin):
		return in.fault(
			cellio.KindFileType, "standard input is a workbook",
			"name the file; only CSV is read from standard input",
		)
	}
	return in.readCSV(ctx, head, part, options)
}

// rosterMax is the size in bytes up to which a roster is read; a million rows
// take a tenth of it.
const rosterMax = 1 << 30

// openFile opens what can be read as a stream of bytes.
func openFile(path string) (*os.File, os.FileInfo, error) {
	in := input{path: path}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return nil, nil, in.fault(cellio.KindDirectory, "is a folder, not a roster", "name a file in it")
	}
	var f *os.File
	if err == nil {
		f, err = plainfile.OpenStream(path, rosterMax)
	}
	if err == nil {
		info, err = f.Stat()
	}
	if err != nil {
		return nil, nil, in.openFault(err)
	}
	return f, info, nil
}

// openFault says why a file cannot be opened, and what to do.
func (in input) openFault(err error) error {
	switch {
	case errors.Is(err, plainfile.ErrKind):
		return in.fault(
			cellio.KindFileType, "is a pipe, a device or a socket, not a file",
			"name the file; from a pipe, - reads CSV",
		)
	case errors.Is(err, plainfile.ErrSize):
		return in.fault(
			cellio.KindFileType, "is too large for a roster: at most 1 GiB are read",
			"check that it is the export; you can also split the roster into several files",
		)
	case errors.Is(err, fs.ErrNotExist):
		return in.fault(
			cellio.KindMissingFile, "there is no such file",
			"check the path; relative paths start at the current folder, those of a configuration at its folder",
		)
	case errors.Is(err, fs.ErrPermission):
		return in.fault(
			cellio.KindMissingFile, "this user may not read the file",
			"check its permissions",
		)
	case errors.Is(err, plainfile.ErrHeld):
		return in.fault(
			cellio.KindMissingFile, "another program has the file open and locked",
			"close it there, or save a copy and use that",
		)
	}
	return in.fault(cellio.KindMissingFile, "the file cannot be opened", "check the path")
}

func (in input) fault(kind, message, remedy string) error {
	file := in.path
	if file == Stdin {
		file = stdinName
	}
	return &cellio.InputError{File: file, Sheet: in.sheet, Kind: kind, Message: message, Remedy: remedy}
}

// stdinName is what problems and reports call standard input.
const stdinName = "standard input"

// digest is the SHA-256 of everything that r yields, in hexadecimal digits.
func digest(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// sheetList names sheets for a remedy.
func sheetList(sheets []cellio.Sheet) string {
	names := make([]string, len(sheets))
	for i, s := range sheets {
		names[i] = s.Name
		if !s.Visible {
			names[i] += " (hidden)"
		}
	}
	return strings.Join(names, ", ")
}
