package statedir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
)

const (
	schemaFamily = "keyroster/state/"
	schema       = schemaFamily + "1"
)

// State is what is remembered of a tenant. The zero value is a tenant that was
// never worked on.
type State struct {
	// LastGood is the last run that ended well, nil for none.
	LastGood *LastGood
	// OpenRun is the id of a run that was begun and not closed, empty for none.
	OpenRun string
	// SyncOwed: writes may have been accepted whose sync was not answered.
	SyncOwed bool
	// LeftParked are the ids of runs that nothing can resume and that left
	// records on temporary values, or may have.
	LeftParked []string
	// Replaced has, by the id of a record that a run replaced, the id of the one
	// that took its place.
	Replaced map[string]string
}

// LastGood is what the next run is measured against.
type LastGood struct {
	RunID string `json:"run_id"`
	// Records of the listing and Rows of the roster.
	Records int       `json:"records"`
	Rows    int       `json:"rows"`
	At      time.Time `json:"at"`
}

// document is state.json member by member, so that members written by a newer
// version outlive a save by this one.
type document map[string]json.RawMessage

// State reads what is remembered. Without a state.json it is the zero State. A
// file that is damaged, or of another schema, is an error that says what to do.
func (d *Dir) State() (State, error) {
	s, _, err := d.read()
	return s, err
}

// Saved reports whether anything is remembered, be it legible or not.
func (d *Dir) Saved() bool {
	_, err := os.Lstat(filepath.Join(d.path, stateFile))
	return !errors.Is(err, fs.ErrNotExist)
}

func (d *Dir) read() (State, document, error) {
	path := filepath.Join(d.path, stateFile)
	data, err := plainfile.Read(path, stateMax)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, document{}, nil
	}
	if err != nil {
		return State{}, nil, fmt.Errorf("read state: %w", err)
	}
	s, doc, err := decode(data)
	if err == nil {
		err = d.ours(doc)
	}
	if err != nil {
		return State{}, nil, fmt.Errorf("read state: %s: %w", path, err)
	}
	return s, doc, nil
}

// ours refuses the state of another tenant: a folder that was copied or renamed.
// Versions before did not write down whose it is.
func (d *Dir) ours(doc document) error {
	for _, part := range []struct{ name, want string }{{"provider", d.provider}, {"tenant", d.tenant}} {
		var is string
		if text, said := doc[part.name]; said && (json.Unmarshal(text, &is) != nil || is != part.want) {
			return fmt.Errorf("it is the state of %s %q, not %q: the folder, or the file, is another tenant's; %s", part.name, is, part.want, remedy)
		}
	}
	return nil
}

const remedy = "restore it from a backup, or move it away: the sizes of the last good run, which the next is held against, are then forgotten"

func decode(data []byte) (State, document, error) {
	var doc document
	var known struct {
		Schema   string            `json:"schema"`
		LastGood *LastGood         `json:"last_good"`
		OpenRun  *string           `json:"open_run"`
		SyncOwed *bool             `json:"sync_owed"`
		Parked   []string          `json:"left_parked"`
		Replaced map[string]string `json:"replaced"`
	}
	if err := errors.Join(json.Unmarshal(data, &doc), json.Unmarshal(data, &known)); err != nil || doc == nil {
		if strings.HasPrefix(known.Schema, schemaFamily) && known.Schema != schema {
			return State{}, nil, otherSchema(known.Schema)
		}
		return State{}, nil, errors.New("the file is damaged; " + remedy)
	}
	if known.Schema != schema {
		return State{}, nil, otherSchema(known.Schema)
	}
	// sync_owed decides whether doors are left behind: a file without it is
	// not taken for one that says false.
	if known.SyncOwed == nil || known.LastGood != nil && (known.LastGood.Records < 0 || known.LastGood.Rows < 0) {
		return State{}, nil, errors.New("the file is damaged; " + remedy)
	}
	s := State{LastGood: known.LastGood, SyncOwed: *known.SyncOwed, LeftParked: known.Parked, Replaced: known.Replaced}
	if known.OpenRun != nil {
		s.OpenRun = *known.OpenRun
	}
	return s, doc, nil
}

func otherSchema(found string) error {
	if strings.HasPrefix(found, schemaFamily) {
		return fmt.Errorf("the file has the schema %q, which this version does not know; use the version that wrote it, or a newer one", found)
	}
	return errors.New("the file is not a state file; " + remedy)
}

// Save replaces what is remembered; members that this version does not know
// are kept. The caller must hold the lock, else the error is [ErrNotLocked].
// When it returns nil the state is on disk.
func (d *Dir) Save(s State) error {
	if !d.lock.Locked() {
		return fmt.Errorf("save state: %w", ErrNotLocked)
	}
	_, doc, err := d.read()
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	data, err := d.encode(s, doc)
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	err = atomicio.WriteFile(filepath.Join(d.path, stateFile), 0o600, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	return nil
}

// encode writes the known members in their order, then the unknown ones of doc.
func (d *Dir) encode(s State, doc document) ([]byte, error) {
	lastGood, err := mergeLastGood(s.LastGood, doc["last_good"])
	if err != nil {
		return nil, err
	}
	var openRun *string
	if s.OpenRun != "" {
		openRun = &s.OpenRun
	}
	known, err := json.Marshal(struct {
		Schema   string            `json:"schema"`
		Provider string            `json:"provider"`
		Tenant   string            `json:"tenant"`
		LastGood json.RawMessage   `json:"last_good"`
		OpenRun  *string           `json:"open_run"`
		SyncOwed bool              `json:"sync_owed"`
		Parked   []string          `json:"left_parked,omitempty"`
		Replaced map[string]string `json:"replaced,omitempty"`
	}{schema, d.provider, d.tenant, lastGood, openRun, s.SyncOwed, s.LeftParked, s.Replaced})
	if err != nil {
		return nil, err
	}
	extra := maps.Clone(doc)
	for _, name := range []string{"schema", "provider", "tenant", "last_good", "open_run", "sync_owed", "left_parked", "replaced"} {
		delete(extra, name)
	}
	return join(known, extra)
}

// mergeLastGood keeps the unknown members of the stored run when it is still
// the same run: they say nothing about another.
func mergeLastGood(last *LastGood, stored json.RawMessage) (json.RawMessage, error) {
	known, err := json.Marshal(last)
	if err != nil || last == nil || stored == nil {
		return known, err
	}
	var before LastGood
	var extra document
	if err := errors.Join(json.Unmarshal(stored, &before), json.Unmarshal(stored, &extra)); err != nil || before.RunID != last.RunID {
		return known, err
	}
	for _, name := range []string{"run_id", "records", "rows", "at"} {
		delete(extra, name)
	}
	return join(known, extra)
}

// join adds members to a JSON object.
func join(object []byte, extra document) ([]byte, error) {
	if len(extra) == 0 {
		return object, nil
	}
	more, err := json.Marshal(extra)
	if err != nil {
		return nil, err
	}
	return slices.Concat(bytes.TrimSuffix(object, []byte("}")), []byte(","), more[1:]), nil
}
