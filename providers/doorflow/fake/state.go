package fake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// stateFile is the state file, and what GET /_sandbox/state answers.
type stateFile struct {
	People          []json.RawMessage `json:"people"`
	CredentialTypes []json.RawMessage `json:"credential_types"`
	Credentials     []json.RawMessage `json:"credentials"`
}

// State is the state in the shape of the state file, with values in clear.
func (s *Server) State() any {
	var file stateFile
	s.state.Read(func(a *account) { file = a.file() })
	return file
}

func (a *account) file() stateFile {
	return stateFile{
		People:          sandbox.Objects(a.people, (*person).text), // replaced as a whole, never changed
		CredentialTypes: sandbox.Objects(a.types, (*credentialType).text),
		Credentials:     sandbox.Objects(a.credentials, (*credential).text),
	}
}

// again makes an account of the same people, types and credentials, for reading.
func (a *account) again() *account {
	other := newAccount(a.settings)
	if err := other.enter(a.file()); err != nil {
		panic("read a state that was good before: " + err.Error())
	}
	return other
}

// load adds the records of a state file.
func (a *account) load(file []byte) error {
	var state stateFile
	if err := sandbox.ReadStateFile(file, &state); err != nil {
		return err
	}
	return a.enter(state)
}

func (a *account) enter(state stateFile) error {
	return sandbox.Load(
		// Types come first, because their slugs name members of people.
		sandbox.Loading{Collection: a.typeRecords(), Objects: state.CredentialTypes},
		sandbox.Loading{Collection: a.personRecords(), Objects: state.People},
		sandbox.Loading{Collection: a.credentialRecords(), Objects: state.Credentials},
	)
}

func (a *account) readType(object sandbox.Object) (*credentialType, error) {
	t := &credentialType{}
	var code *int64
	if err := cmp.Or(
		object.Take("id", &t.id), object.Take("label", &t.label),
		object.Take("slug", &t.slug), object.Take("code", &code),
	); err != nil {
		return nil, err
	}
	if t.id <= 0 || t.label == "" || t.slug == "" {
		return nil, errors.New("id, label and slug must be given")
	}
	switch {
	case a.settings.mobile[t.id] || code != nil && *code >= 300 && *code <= 399:
		t.kind = mobile
	case code != nil && *code == 10:
		t.kind = pin
	}
	object.Fallback("code", nil)
	t.raw = object.Encode("id")
	return t, nil
}

func (a *account) readPerson(object sandbox.Object) (*person, error) {
	p := &person{}
	var first, last string
	var email, systemID, updated *string
	if err := cmp.Or(
		object.Take("id", &p.id), object.Take("first_name", &first), object.Take("last_name", &last),
		object.Take("email", &email), object.Take("system_id", &systemID), object.Take("updated_at", &updated),
	); err != nil {
		return nil, err
	}
	if p.id <= 0 || first == "" || last == "" {
		return nil, errors.New("id, first_name and last_name must be given")
	}
	if email != nil {
		p.email = strings.ToLower(*email)
	}
	p.updated = time.Date(2025, 3, 1, 8, 0, 0, 0, time.UTC)
	if updated != nil {
		at, err := time.Parse(time.RFC3339, *updated)
		if err != nil {
			return nil, errors.New("updated_at must be a time in ISO 8601")
		}
		p.updated = at
	}
	if systemID != nil {
		p.systemID = strings.ToLower(*systemID)
	}
	for _, t := range a.types {
		delete(object, t.slug) // told by the credentials
	}
	object.Fallback("email", nil)
	object.Fallback("system_id", nil)
	object.Fallback("enabled", true)
	object.Fallback("groups", []any{})
	object.Fallback("roles", []any{})
	p.raw = object.Encode("id")
	return p, nil
}

// readCredential reads a credential whose person and type are there.
func (a *account) readCredential(object sandbox.Object) (*credential, error) {
	c := &credential{}
	var typeID, personID int64
	var value *text
	var label, status, url, wallet *string
	if err := cmp.Or(
		object.Take("id", &c.id), object.Take("credential_type_id", &typeID), object.Take("person_id", &personID),
		object.Take("label", &label), object.Take("value", &value), object.Take("status", &status),
		object.Take("url", &url), object.Take("wallet_type", &wallet),
	); err != nil {
		return nil, err
	}
	c.typ, c.person = a.typeByID[typeID], a.personByID[personID]
	switch {
	case c.id == "":
		return nil, errors.New("id must be given")
	case c.typ == nil:
		return nil, fmt.Errorf("credential_type_id %d is not in credential_types", typeID)
	case c.person == nil:
		return nil, fmt.Errorf("person_id %d is not in people", personID)
	}
	if value != nil {
		c.value, c.hasValue = string(*value), true
	}
	c.status, c.url, c.wallet = orEmpty(status), orEmpty(url), orEmpty(wallet)
	for _, name := range []string{"id", "credential_type_id", "person_id", "label", "value", "status", "url", "wallet_type"} {
		delete(object, name)
	}
	if len(object) > 0 {
		rest := object.Encode("id")
		c.extra = slices.Concat([]byte(","), rest[1:len(rest)-1])
	}
	return c, nil
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// text is a value that may come as a number, as careless clients send it: then
// it is the number's text, in which leading zeros are lost.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && (data[0] == '-' || data[0] >= '0' && data[0] <= '9') {
		*t = text(data)
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}
