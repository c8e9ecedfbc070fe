//go:build !windows

package bookio

import (
	"errors"
	"os"
)

// nameless makes a file in a folder that is gone however this process ends.
func nameless(folder string) (*os.File, error) {
	f, err := os.CreateTemp(folder, "workbook-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
