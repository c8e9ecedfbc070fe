// Package rights makes files and folders that only their owner may use, and reports
// where others may use them too.
//
// It uses permissions, and on Windows access control lists: there only the user, the
// system and the administrators have access, and nothing is inherited from the
// folders above. A file system that keeps neither is accepted as it is.
package rights

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Exposure is what users other than the owner may do with a file.
type Exposure struct {
	// Others reports whether another user may read or change it, Everyone whether every
	// user of the machine may read it.
	Others, Everyone bool
	// Words describe it, such as "others can read it (mode 0640)".
	Words string
}

// Of is what others may do with the file or folder at a path.
func Of(path string) (Exposure, error) { return exposure(path) }

// Remedy is a command that removes the access of others to a file.
func Remedy(path string) string { return remedy(path) }

// Tighten removes the access of others to a file or folder, where the system allows it;
// it fails only if every user still had access.
func Tighten(path string, perm fs.FileMode) error { return tighten(path, perm) }

// Mkdir makes a folder, 0700.
func Mkdir(path string) error { return mkdir(path) }

// MkdirAll makes a folder and the missing ones above it, 0700 each.
func MkdirAll(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	if parent := filepath.Dir(path); parent != path {
		if err := MkdirAll(parent); err != nil {
			return err
		}
	}
	err := Mkdir(path)
	if err != nil {
		// Another process may have made it in between.
		if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
			return nil
		}
	}
	return err
}

// CreateTemp makes a file, 0600, with a unique name that begins with prefix.
func CreateTemp(folder, prefix string) (*os.File, error) { return createTemp(folder, prefix) }
