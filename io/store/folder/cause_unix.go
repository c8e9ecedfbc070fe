//go:build !windows

package folder

import "syscall"

// The errors of this system for a disk that is full or read-only, and for a path that leads
// through a file.
var (
	full     = []error{syscall.ENOSPC, syscall.EDQUOT}
	readOnly = []error{syscall.EROFS}
	noFolder = []error{syscall.ENOTDIR}
)
