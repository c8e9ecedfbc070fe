package atomicio

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"

	"keyroster/io/plainfile"
)

func replace(from, to string) error {
	source, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	target, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(source, target, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
}

// reserved reports whether the system reserves a name: CON, NUL and the like are devices,
// a colon leads to a stream that no user sees, and a dot or blank at the end is dropped.
func reserved(name string) bool {
	return !filepath.IsLocal(name) || name != strings.TrimRight(name, ". ")
}

// passing reports whether what kept a file out of its place may pass: another
// program has the target open, which this system also reports as access denied.
func passing(err error) bool {
	return plainfile.Held(err) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}

// flushDir only checks that the folder exists: it cannot be flushed here, and
// replace writes through.
func flushDir(folder string) error {
	_, err := os.Stat(folder)
	return err
}
