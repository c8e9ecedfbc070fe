package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// begun is the time in a run's id.
var begun = regexp.MustCompile(`^(\d{8}T\d{6}Z)-.+-[0-9a-f]{6}$`)

// Expire deletes the folders below root of an account's runs that began before
// an instant, and returns their ids. It leaves what is not a run folder, runs
// of other accounts, and every run that is not closed: one without a manifest,
// or with a sealed copy that a resume needs. The runs in keep stay too. It goes
// on after an error, and returns all of them.
func Expire(root, account string, before time.Time, keep ...string) ([]string, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("look for old runs: %w", err)
	}
	var gone []string
	var failed []error
	for _, e := range entries {
		id := e.Name()
		if !e.IsDir() || slices.Contains(keep, id) || !beganBefore(id, before) {
			continue
		}
		d := newDir(id, filepath.Join(root, id))
		m, err := d.Manifest()
		if err != nil || m.Account != account || m.RunID != id {
			continue
		}
		if _, err := os.Lstat(d.Path(SealedFile)); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.RemoveAll(d.path); err != nil {
			failed = append(failed, fmt.Errorf("delete old run: %w", err))
			continue
		}
		gone = append(gone, id)
	}
	return gone, errors.Join(failed...)
}

func beganBefore(id string, before time.Time) bool {
	found := begun.FindStringSubmatch(id)
	if found == nil {
		return false
	}
	at, err := time.Parse("20060102T150405Z", found[1])
	return err == nil && at.Before(before)
}
