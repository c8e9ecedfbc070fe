package statedir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"keyroster/io/atomicio"
)

const (
	valuesFile   = "values.json"
	valuesSchema = "keyroster/values/1"
)

// Values are the fingerprints of the values last written to the records of a
// tenant whose values cannot be read.
type Values struct {
	// KeyID names the key of the fingerprints; with another key, none of them
	// says anything.
	KeyID string `json:"key_id"`
	// ByID has the fingerprints by the ids of records.
	ByID map[string]string `json:"values"`
}

// Values reads what was last written. Without a values.json there are none. A
// file that is damaged, or of another schema, is an error that says what to do.
func (d *Dir) Values() (Values, error) {
	path := filepath.Join(d.path, valuesFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Values{}, nil
	}
	if err == nil {
		err = tighten(path, 0o600)
	}
	if err != nil {
		return Values{}, fmt.Errorf("read remembered values: %w", err)
	}
	var file struct {
		Schema string `json:"schema"`
		Values
	}
	if json.Unmarshal(data, &file) != nil || file.Schema != valuesSchema || file.KeyID == "" {
		return Values{}, fmt.Errorf("read remembered values: %s is damaged, or of another version; restore it from a backup, or move it away: "+
			"every value that cannot be read is then written once more", path)
	}
	return file.Values, nil
}

// SaveValues replaces what was last written. The caller must hold the lock,
// else the error is [ErrNotLocked]. When it returns nil the file is on disk.
func (d *Dir) SaveValues(v Values) error {
	if !d.lock.Locked() {
		return fmt.Errorf("save remembered values: %w", ErrNotLocked)
	}
	err := atomicio.WriteFile(filepath.Join(d.path, valuesFile), 0o600, func(w io.Writer) error {
		return json.NewEncoder(w).Encode(struct {
			Schema string `json:"schema"`
			Values
		}{valuesSchema, v})
	})
	if err != nil {
		return fmt.Errorf("save remembered values: %w", err)
	}
	return nil
}
