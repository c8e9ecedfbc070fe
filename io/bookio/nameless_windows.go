package bookio

import (
	"os"

	"golang.org/x/sys/windows"
)

// nameless makes a file in a folder that is gone however this process ends: an open file
// cannot be removed here, but the system can be asked to remove it.
func nameless(folder string) (*os.File, error) {
	f, err := os.CreateTemp(folder, "workbook-*")
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return os.OpenFile(f.Name(), os.O_RDWR|windows.O_FILE_FLAG_DELETE_ON_CLOSE, 0)
}
