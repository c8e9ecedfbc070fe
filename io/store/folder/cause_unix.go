//go:build !windows

package folder

import "syscall"

// What this system says of a disk that is full or read-only, and of a path that leads
// through a file.
var (
	full     = []error{syscall.ENOSPC, syscall.EDQUOT}
	readOnly = []error{syscall.EROFS}
	noFolder = []error{syscall.ENOTDIR}
)
