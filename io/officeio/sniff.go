package officeio

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"unicode/utf16"

	"keyroster/io/cellio"
	"keyroster/io/plainfile"
)

// fault is an InputError about a file that is not a container.
func fault(file, kind, message, remedy string) *cellio.InputError {
	return &cellio.InputError{File: file, Kind: kind, Message: message, Remedy: remedy}
}

const (
	zipMagic = "PK\x03\x04"
	oleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	// emptyZip is the directory of a zip file without entries.
	emptyZip = "PK\x05\x06"
)

// IsWorkbook reports by its first bytes (eight suffice) whether a file is one that readers of
// workbooks open, or refuse with a remedy: a zip or an old Excel file. Anything else may be text.
func IsWorkbook(head []byte) bool {
	return bytes.HasPrefix(head, []byte(zipMagic)) || bytes.HasPrefix(head, []byte(emptyZip)) ||
		bytes.HasPrefix(head, []byte(oleMagic))
}

// workbookMax bounds the size of a workbook's file.
const workbookMax = 1 << 30

// OpenFile opens a workbook's file, which must be regular, and returns its size.
// The error is a [*cellio.InputError].
func OpenFile(path string) (*os.File, int64, error) {
	f, err := plainfile.Open(path, workbookMax)
	if errors.Is(err, plainfile.ErrKind) {
		if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
			return nil, 0, fault(path, cellio.KindDirectory, "is a folder, not a workbook", "name a file in it")
		}
		return nil, 0, fault(
			path, cellio.KindFileType, "is a pipe, a device or a socket, not a workbook",
			"name the file",
		)
	}
	if err != nil {
		message, remedy := "the file cannot be opened", "check the path"
		switch {
		case errors.Is(err, fs.ErrNotExist):
			message = "there is no such file"
		case errors.Is(err, fs.ErrPermission):
			message = "this user may not read the file"
		case errors.Is(err, plainfile.ErrSize):
			message = "the file is too large for a workbook: at most 1 GiB are read"
		case errors.Is(err, plainfile.ErrHeld):
			message = "another program has the file open and locked"
			remedy = "close it there, or save a copy and use that"
		}
		return nil, 0, fault(path, cellio.KindMissingFile, message, remedy)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, fault(path, cellio.KindMissingFile, "the file cannot be read", "check the path")
	}
	return f, info.Size(), nil
}

// sniff refuses, by the first bytes, anything but a zip file.
func sniff(file string, src io.ReaderAt, size int64) error {
	if size == 0 {
		return fault(file, cellio.KindEmptyFile, "the file is empty", "export the file again")
	}
	head := make([]byte, len(oleMagic))
	n, err := src.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return fault(file, cellio.KindMissingFile, "the file cannot be read", "check the disk or the network share")
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte(zipMagic)):
		return nil
	case bytes.HasPrefix(head, []byte(emptyZip)):
		return NotWorkbook(file)
	case bytes.Equal(head, []byte(oleMagic)):
		return oleFault(file, src, size)
	case allZero(src, size):
		return fault(
			file, cellio.KindDamaged, "the file holds only zero bytes: copying was interrupted",
			"copy it again",
		)
	}
	return fault(file, cellio.KindFileType, "is not a workbook",
		"save it as .xlsx or .ods, or name it .csv if it is a text file")
}

// allZero reports whether the first 4 KiB are zero, as a broken copy leaves them.
func allZero(src io.ReaderAt, size int64) bool {
	head := make([]byte, min(size, 4096))
	n, _ := src.ReadAt(head, 0)
	return n > 0 && len(bytes.Trim(head[:n], "\x00")) == 0
}

// NotWorkbook is the error about a zip file that holds something else.
func NotWorkbook(file string) error {
	return fault(
		file, cellio.KindFileType, "is a zip file but not a workbook",
		"unpack it if it holds the roster, or save the roster as .xlsx or .ods",
	)
}

// oleFault distinguishes the two kinds of OLE compound files that people have: a
// workbook with a password and one of Excel 97 to 2003. Their directories consist
// of entries of 128 bytes that start with a name in UTF-16.
func oleFault(file string, src io.ReaderAt, size int64) error {
	entries := []struct {
		name  []byte
		fault error
	}{
		{
			oleName("EncryptedPackage"),
			fault(
				file, cellio.KindPassword, "the workbook is protected by a password",
				"remove the password in the spreadsheet program (File, Info, Protect) and save it again",
			),
		},
		{oleName("Workbook"), errOldExcel(file)},
		{oleName("Book"), errOldExcel(file)},
	}
	block := make([]byte, 64<<10)
	for at := int64(0); at < size; at += int64(len(block)) {
		n, err := src.ReadAt(block, at)
		for i := 0; i+64 <= n; i += 128 {
			for _, entry := range entries {
				if bytes.HasPrefix(block[i:n], entry.name) {
					return entry.fault
				}
			}
		}
		if err != nil {
			break
		}
	}
	return fault(
		file, cellio.KindFileType,
		"is an old or password-protected Office file, not an .xlsx workbook",
		"open it in a spreadsheet program and save it as .xlsx without a password",
	)
}

func errOldExcel(file string) error {
	return fault(
		file, cellio.KindFileType, "is a workbook of Excel 97 to 2003 (.xls)",
		"open it in a spreadsheet program and save it as .xlsx",
	)
}

// oleName is a directory entry's name with its end.
func oleName(name string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(name + "\x00")) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}
