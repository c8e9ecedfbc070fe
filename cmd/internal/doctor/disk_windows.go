package doctor

import (
	"cmp"
	"os"

	"golang.org/x/sys/windows"
)

// The rights to create files and folders in a folder, from winnt.h.
const addFile, addFolder = 0x2, 0x4

// access fails unless this user may create files in a folder: it opens the folder with those
// rights, and creates nothing.
func access(folder string) error {
	// A plain file could be opened like this too, and a path below a file just looks missing.
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return cmp.Or(err, error(windows.ERROR_DIRECTORY))
	}
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return err
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	handle, err := windows.CreateFile(
		name, addFile|addFolder, share, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0,
	)
	if err != nil {
		return err
	}
	return windows.CloseHandle(handle)
}

// available is the number of bytes that this user may still write to a folder.
func available(folder string) (free uint64, err error) {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, err
	}
	err = windows.GetDiskFreeSpaceEx(name, &free, nil, nil)
	return free, err
}
