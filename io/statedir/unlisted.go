package statedir

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
)

const (
	unlistedFile   = "unlisted.json"
	unlistedSchema = "keyroster/unlisted/1"
)

// Unlisted are those whose records were in no row at the last good run, by id:
// no name is kept.
type Unlisted struct {
	RunID string   `json:"run_id"`
	Keys  []string `json:"keys"`
}

// Unlisted reads who was in no row. A file that is missing or cannot be used
// knows of nobody, so that everybody is named once more.
func (d *Dir) Unlisted() Unlisted {
	data, err := plainfile.Read(filepath.Join(d.path, unlistedFile), valuesMax)
	if err != nil {
		return Unlisted{}
	}
	var file struct {
		Schema string `json:"schema"`
		Unlisted
	}
	if json.Unmarshal(data, &file) != nil || file.Schema != unlistedSchema {
		return Unlisted{}
	}
	return file.Unlisted
}

// SaveUnlisted replaces who was in no row. The caller must hold the lock, else
// the error is [ErrNotLocked].
func (d *Dir) SaveUnlisted(u Unlisted) error {
	if !d.lock.Locked() {
		return fmt.Errorf("save who is in no row: %w", ErrNotLocked)
	}
	if u.Keys == nil {
		u.Keys = []string{}
	}
	err := atomicio.WriteFile(filepath.Join(d.path, unlistedFile), 0o600, func(w io.Writer) error {
		return json.NewEncoder(w).Encode(struct {
			Schema string `json:"schema"`
			Unlisted
		}{unlistedSchema, u})
	})
	if err != nil {
		return fmt.Errorf("save who is in no row: %w", err)
	}
	return nil
}
