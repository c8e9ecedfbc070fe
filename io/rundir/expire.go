package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"keyroster/io/plainfile"
)

// Expire deletes the folders below root of an account's runs that began before
// an instant, and returns their ids. It leaves what is not a run folder, runs
// of other accounts, and every run that is neither closed nor given up nor empty.
// The runs in keep stay too. It goes on after an error, and returns all of them.
func Expire(root, account string, before time.Time, keep ...string) ([]string, error) {
	return remove(root, account, before, keep, func(d *Dir) bool {
		if _, err := os.Lstat(d.Path(SealedFile)); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
		switch d.Judge().Standing {
		case StandsClosed, StandsAbandoned:
			return d.account() == account
		case StandsEmpty:
			return true
		}
		return false
	})
}

// DiscardEmpty deletes the folders below root of an account's runs that began
// before an instant and ended before they could send anything. A run that is at
// work has such a folder too: before must be long ago.
func DiscardEmpty(root, account string, before time.Time) ([]string, error) {
	return remove(root, account, before, nil, func(d *Dir) bool { return d.Judge().Standing == StandsEmpty })
}

// remove deletes the run folders of an account that are old and gone by a rule.
func remove(root, account string, before time.Time, keep []string, gone func(*Dir) bool) ([]string, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("look for old runs: %w", err)
	}
	var ids []string
	var failed []error
	for _, e := range entries {
		id := e.Name()
		if !e.IsDir() || slices.Contains(keep, id) || !Of(id, account) || !beganBefore(id, before) {
			continue
		}
		d := newDir(id, filepath.Join(root, id))
		if !gone(d) {
			continue
		}
		if err := os.RemoveAll(d.path); err != nil {
			failed = append(failed, fmt.Errorf("delete old run: %w", err))
			continue
		}
		ids = append(ids, id)
	}
	return ids, errors.Join(failed...)
}

// account is the account of a run that came to an end, as its own files name it.
func (d *Dir) account() string {
	if m, err := d.Manifest(); err == nil && m.RunID == d.ID {
		return m.Account
	}
	var says struct{ Account string }
	data, err := plainfile.Read(d.Path(AbandonedFile), manifestMax)
	if err != nil || json.Unmarshal(data, &says) != nil {
		return ""
	}
	return says.Account
}

func beganBefore(id string, before time.Time) bool {
	at, ok := Began(id)
	return ok && at.Before(before)
}

// Began is when a run began, to the second, by its id.
func Began(id string) (time.Time, bool) {
	if !idPattern.MatchString(id) {
		return time.Time{}, false
	}
	at, err := time.Parse(idTime, id[:len(idTime)])
	return at, err == nil
}
