//go:build !windows

package rights

import (
	"fmt"
	"io/fs"
	"os"
)

func exposure(path string) (Exposure, error) {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return Exposure{}, err
	}
	return Exposure{
		Others: true, Everyone: info.Mode().Perm()&0o004 != 0,
		Words: fmt.Sprintf("others can read it (mode %04o)", info.Mode().Perm()),
	}, nil
}

func remedy(path string) string { return "chmod 600 " + path }

// tighten fixes what it can: volumes that are mounted for a group get group rights
// again at each mount.
func tighten(path string, perm fs.FileMode) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	mode := info.Mode().Perm()
	if mode&^perm == 0 {
		return nil
	}
	if err := os.Chmod(path, perm); err != nil && mode&0o007 != 0 {
		return fmt.Errorf("%s is open to every user of this machine: %w", path, err)
	}
	return nil
}

func mkdir(path string) error { return os.Mkdir(path, 0o700) }

func createTemp(folder, prefix string) (*os.File, error) { return os.CreateTemp(folder, prefix+"*") }
