//go:build !windows

package atomicio

import (
	"errors"
	"os"

	"github.com/google/renameio/v2"
)

func newPending(target, folder string, perm os.FileMode) (pending, error) {
	return renameio.NewPendingFile(target, renameio.WithTempDir(folder), renameio.WithStaticPermissions(perm))
}

func flushDir(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	syncErr := d.Sync()
	return errors.Join(syncErr, d.Close())
}
