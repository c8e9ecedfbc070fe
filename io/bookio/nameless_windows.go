package bookio

import (
	"os"

	"golang.org/x/sys/windows"
)

// nameless makes a file in a folder of which nothing is left, however this process ends:
// here no open file can be removed, but one can be left to the system to remove.
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
