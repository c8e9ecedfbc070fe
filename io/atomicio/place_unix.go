//go:build !windows

package atomicio

import (
	"errors"
	"os"
	"syscall"
)

func replace(from, to string) error { return os.Rename(from, to) }

// reserved reports whether the system reserves a name.
func reserved(string) bool { return false }

// passing reports whether what kept a file out of its place may pass.
func passing(error) bool { return false }

func flushDir(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // some file systems cannot, and say so
	}
	return errors.Join(err, d.Close())
}
