package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

const movedSchema = "keyroster/moved/1"

// Moved is where a tenant that has left a store now lives.
type Moved struct {
	Schema string `json:"schema"`
	// To names the place for people.
	To string `json:"to"`
	// At is when it left.
	At time.Time `json:"at"`
}

// MovedError says that a tenant lives elsewhere: what is remembered of it here may be read, but
// nothing may be written to its provider from here.
type MovedError struct {
	// Place is where the tenant was remembered.
	Place string
	Moved
}

// Error names both places.
func (e *MovedError) Error() string {
	return fmt.Sprintf("%s: the tenant lives in %s since %s", e.Place, e.To, e.At.Format(time.RFC3339))
}

// CheckMoved is nil for a tenant that lives in this store, else a [*MovedError]; a document that
// cannot be read is an error too. Call it under the tenant's lock before writing to a provider.
func CheckMoved(t Tenant) error {
	data, err := t.Document(MovedDocument)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read where the tenant lives: %w", err)
	}
	moved := &MovedError{Place: t.Place()}
	if json.Unmarshal(data, &moved.Moved) != nil || moved.Schema != movedSchema || moved.To == "" {
		return fmt.Errorf("read where the tenant lives: %s is damaged, or of a newer version; restore it from a backup",
			placeOf(t, string(MovedDocument)))
	}
	return moved
}

// RecordMove records that a tenant lives in another place from now on. Removing the document
// records that it lives here again.
func RecordMove(l Lock, to string, at time.Time) error {
	data, err := json.Marshal(Moved{movedSchema, to, at.UTC().Truncate(time.Second)})
	if err == nil {
		err = l.Save(MovedDocument, data)
	}
	return err
}
