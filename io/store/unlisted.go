package store

import (
	"encoding/json"
	"fmt"
)

const unlistedSchema = "keyroster/unlisted/1"

// Unlisted are the holders whose records were in no row at the last good run, by id: no name is
// kept.
type Unlisted struct {
	RunID string   `json:"run_id"`
	Keys  []string `json:"keys"`
}

// ReadUnlisted reads who was in no row. A document that is missing or cannot be used counts as
// empty, so that all are named again.
func ReadUnlisted(t Tenant) Unlisted {
	data, err := t.Document(UnlistedDocument)
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

// SaveUnlisted replaces who was in no row.
func SaveUnlisted(l Lock, u Unlisted) error {
	if u.Keys == nil {
		u.Keys = []string{}
	}
	data, err := line(struct {
		Schema string `json:"schema"`
		Unlisted
	}{unlistedSchema, u})
	if err == nil {
		err = l.Save(UnlistedDocument, data)
	}
	if err != nil {
		return fmt.Errorf("save who is in no row: %w", err)
	}
	return nil
}
