package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

const valuesSchema = "keyroster/values/1"

// Values are fingerprints of what was last written to the records of a tenant, where a listing
// does not show it.
type Values struct {
	// KeyID names the key of the fingerprints, which are useless with another key.
	KeyID string `json:"key_id"`
	// ByID has the values that cannot be read, by the ids of records.
	ByID map[string]string `json:"values"`
	// Kept has the texts that the provider stores in another spelling, by record id and column
	// name.
	Kept map[string]map[string]Kept `json:"kept,omitempty"`
	// Nights has the records that the last run wrote, by their ids.
	Nights map[string]Nights `json:"nights,omitempty"`
}

// Kept is a text that was written, and the one that the provider showed then.
type Kept struct {
	Wrote string `json:"wrote"`
	Shows string `json:"shows"`
}

// Nights counts the runs in a row that wrote the same to a record.
type Nights struct {
	// Run is the last of them, Wrote what it wrote.
	Run   string `json:"run"`
	Wrote string `json:"wrote"`
	Count int    `json:"count"`
}

// Empty reports whether nothing is remembered.
func (v Values) Empty() bool { return len(v.ByID) == 0 && len(v.Kept) == 0 && len(v.Nights) == 0 }

// ReadValues reads what was last written to the records of a tenant. Without a
// document there is nothing. One that is damaged, or of another schema, is an error
// that says what to do.
func ReadValues(t Tenant) (Values, error) {
	data, err := t.Document(ValuesDocument)
	if errors.Is(err, fs.ErrNotExist) {
		return Values{}, nil
	}
	if err != nil {
		return Values{}, fmt.Errorf("read remembered values: %w", err)
	}
	var file struct {
		Schema string `json:"schema"`
		Values
	}
	if json.Unmarshal(data, &file) != nil || file.Schema != valuesSchema || file.KeyID == "" {
		return Values{}, fmt.Errorf("read remembered values: %s is damaged, or of another version; "+
			"restore it from a backup, or move it away: every value that cannot be read is then written again",
			placeOf(t, string(ValuesDocument)))
	}
	return file.Values, nil
}

// SaveValues replaces what was last written. When it returns nil the values survive a
// crash.
func SaveValues(l Lock, v Values) error {
	data, err := line(struct {
		Schema string `json:"schema"`
		Values
	}{valuesSchema, v})
	if err == nil {
		err = l.Save(ValuesDocument, data)
	}
	if err != nil {
		return fmt.Errorf("save remembered values: %w", err)
	}
	return nil
}

// line is a document in JSON on one line.
func line(document any) ([]byte, error) {
	data, err := json.Marshal(document)
	return append(data, '\n'), err
}
