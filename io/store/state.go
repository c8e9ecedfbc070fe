package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	stateFamily = "keyroster/state/"
	stateSchema = stateFamily + "1"
)

// State is what is remembered of a tenant. The zero value is a tenant without any run.
type State struct {
	// LastGood is the last run that ended well, nil for none.
	LastGood *LastGood
	// OpenRun is the id of a run that was begun and not closed, empty for none.
	OpenRun string
	// SyncOwed: writes may have been accepted without an answered sync.
	SyncOwed bool
	// LeftParked are the ids of runs that cannot be resumed and that left records on temporary
	// values, or may have.
	LeftParked []string
	// MayPark has, by the id of the open run or of one of LeftParked, the ids of the records
	// that it may have put on temporary values. A run without an entry is of a version that did
	// not keep them, so it may have parked any record. Entries of other runs are not saved.
	MayPark map[string][]string
	// Replaced has, by the id of a record that a run replaced, the id of the one
	// that took its place.
	Replaced map[string]string
}

// LastGood is what the next run is compared with.
type LastGood struct {
	RunID string `json:"run_id"`
	// Records of the listing and Rows of the roster.
	Records int       `json:"records"`
	Rows    int       `json:"rows"`
	At      time.Time `json:"at"`
}

// document is a state by members, so that those of a newer version survive a save by this one.
type document map[string]json.RawMessage

// ReadState reads what is remembered of a tenant. Without a state document it is the
// zero State. One that is damaged, of another schema or of another tenant is an error
// that says what to do.
func ReadState(t Tenant) (State, error) {
	s, _, err := readState(t)
	return s, err
}

func readState(t Tenant) (State, document, error) {
	data, err := t.Document(StateDocument)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, document{}, nil
	}
	if err != nil {
		return State{}, nil, fmt.Errorf("read state: %w", err)
	}
	s, doc, err := decode(data)
	if err == nil {
		err = ours(t, doc)
	}
	if err != nil {
		return State{}, nil, fmt.Errorf("read state: %s: %w", placeOf(t, string(StateDocument)), err)
	}
	return s, doc, nil
}

// ours refuses the state of another tenant: its folder was copied or renamed. Earlier versions
// did not record the tenant.
func ours(t Tenant, doc document) error {
	provider, tenant := t.Of()
	for _, part := range []struct{ name, want string }{{"provider", provider}, {"tenant", tenant}} {
		var is string
		if text, said := doc[part.name]; said && (json.Unmarshal(text, &is) != nil || is != part.want) {
			return fmt.Errorf("it is the state of %s %q, not %q: the folder or file belongs to another tenant; %s",
				part.name, is, part.want, remedy)
		}
	}
	return nil
}

// placeOf says where a part of what is remembered of a tenant is kept.
func placeOf(t Tenant, name string) string { return t.Place() + string(filepath.Separator) + name }

const remedy = "restore it from a backup, or move it away: " +
	"the sizes of the last good run are then lost, and the next run is not compared with them"

func decode(data []byte) (State, document, error) {
	var doc document
	var known struct {
		Schema   string              `json:"schema"`
		LastGood *LastGood           `json:"last_good"`
		OpenRun  *string             `json:"open_run"`
		SyncOwed *bool               `json:"sync_owed"`
		Parked   []string            `json:"left_parked"`
		MayPark  map[string][]string `json:"may_park"`
		Replaced map[string]string   `json:"replaced"`
	}
	err := errors.Join(json.Unmarshal(data, &doc), json.Unmarshal(data, &known))
	if err != nil || doc == nil {
		if strings.HasPrefix(known.Schema, stateFamily) && known.Schema != stateSchema {
			return State{}, nil, otherSchema(known.Schema)
		}
		return State{}, nil, errors.New("the file is damaged; " + remedy)
	}
	if known.Schema != stateSchema {
		return State{}, nil, otherSchema(known.Schema)
	}
	// sync_owed decides whether the doors still need a sync: a file without it must not be read
	// as false.
	last := known.LastGood
	if known.SyncOwed == nil || last != nil && (last.Records < 0 || last.Rows < 0) {
		return State{}, nil, errors.New("the file is damaged; " + remedy)
	}
	s := State{
		LastGood: last, SyncOwed: *known.SyncOwed,
		LeftParked: known.Parked, MayPark: known.MayPark, Replaced: known.Replaced,
	}
	if known.OpenRun != nil {
		s.OpenRun = *known.OpenRun
	}
	return s, doc, nil
}

func otherSchema(found string) error {
	if strings.HasPrefix(found, stateFamily) {
		return fmt.Errorf("the file has the schema %q, which this version does not support; "+
			"use the version that wrote it, or a newer one", found)
	}
	return errors.New("the file is not a state file; " + remedy)
}

// SaveState replaces what is remembered of a tenant whose lock is held; members that
// this version does not know are kept. A state that cannot be read is not replaced.
// When it returns nil the state survives a crash.
func SaveState(t Tenant, l Lock, s State) error {
	if err := l.Held(); err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	_, doc, err := readState(t)
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	data, err := encode(t, s, doc)
	if err == nil {
		err = l.Save(StateDocument, data)
	}
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	return nil
}

// encode writes the known members in their order, then the unknown ones of doc.
func encode(t Tenant, s State, doc document) ([]byte, error) {
	lastGood, err := mergeLastGood(s.LastGood, doc["last_good"])
	if err != nil {
		return nil, err
	}
	provider, tenant := t.Of()
	var openRun *string
	if s.OpenRun != "" {
		openRun = &s.OpenRun
	}
	known, err := json.Marshal(struct {
		Schema   string              `json:"schema"`
		Provider string              `json:"provider"`
		Tenant   string              `json:"tenant"`
		LastGood json.RawMessage     `json:"last_good"`
		OpenRun  *string             `json:"open_run"`
		SyncOwed bool                `json:"sync_owed"`
		Parked   []string            `json:"left_parked,omitempty"`
		MayPark  map[string][]string `json:"may_park,omitempty"`
		Replaced map[string]string   `json:"replaced,omitempty"`
	}{stateSchema, provider, tenant, lastGood, openRun, s.SyncOwed, s.LeftParked, s.mayPark(), s.Replaced})
	if err != nil {
		return nil, err
	}
	extra := maps.Clone(doc)
	for _, name := range []string{
		"schema", "provider", "tenant", "last_good", "open_run", "sync_owed",
		"left_parked", "may_park", "replaced",
	} {
		delete(extra, name)
	}
	return join(known, extra)
}

// mayPark are the entries of MayPark that are saved.
func (s *State) mayPark() map[string][]string {
	kept := maps.Clone(s.MayPark)
	maps.DeleteFunc(kept, func(run string, _ []string) bool {
		return run != s.OpenRun && !slices.Contains(s.LeftParked, run)
	})
	return kept
}

// mergeLastGood keeps the unknown members of the stored run if it is still the same run; they
// do not apply to another.
func mergeLastGood(last *LastGood, stored json.RawMessage) (json.RawMessage, error) {
	known, err := json.Marshal(last)
	if err != nil || last == nil || stored == nil {
		return known, err
	}
	var before LastGood
	var extra document
	err = errors.Join(json.Unmarshal(stored, &before), json.Unmarshal(stored, &extra))
	if err != nil || before.RunID != last.RunID {
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
