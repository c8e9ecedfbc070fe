package folder

import "golang.org/x/sys/windows"

// The errors of this system for a disk that is full or read-only, and for a path that leads
// through a file.
var (
	full = []error{
		windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED,
	}
	readOnly = []error{windows.ERROR_WRITE_PROTECT}
	noFolder = []error{windows.ERROR_DIRECTORY, windows.ERROR_PATH_NOT_FOUND}
)
