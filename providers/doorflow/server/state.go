package server

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// stateFile is the state file, and what GET /_sandbox/state answers.
type stateFile struct {
	People          []json.RawMessage `json:"people"`
	CredentialTypes []json.RawMessage `json:"credential_types"`
	Credentials     []json.RawMessage `json:"credentials"`
}

// State is the state in the shape of the state file, with values in clear.
func (s *Server) State() any {
	s.settle()
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.account
	state := stateFile{
		People:          make([]json.RawMessage, len(a.people)),
		CredentialTypes: make([]json.RawMessage, len(a.types)),
		Credentials:     make([]json.RawMessage, len(a.credentials)),
	}
	for i, p := range a.people {
		state.People[i] = p.raw // replaced as a whole, never changed
	}
	for i, t := range a.types {
		state.CredentialTypes[i] = t.raw
	}
	for i, c := range a.credentials {
		state.Credentials[i] = c.append(nil, false)
	}
	return state
}

// load adds the records of a state file.
func (a *account) load(file []byte) error {
	if len(file) == 0 {
		return nil
	}
	var state stateFile
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&state); err != nil {
		return fmt.Errorf("read sandbox state: %v", err)
	}
	// Types come first, because their slugs name members of people.
	for i, object := range state.CredentialTypes {
		if err := a.insertType(object); err != nil {
			return fmt.Errorf("read sandbox state: credential_types[%d]: %v", i, err)
		}
	}
	for i, object := range state.People {
		if err := a.insertPerson(object); err != nil {
			return fmt.Errorf("read sandbox state: people[%d]: %v", i, err)
		}
	}
	for i, object := range state.Credentials {
		if err := a.insertCredential(object); err != nil {
			return fmt.Errorf("read sandbox state: credentials[%d]: %v", i, err)
		}
	}
	return nil
}

func (a *account) insertType(object []byte) error {
	t, err := a.readType(object)
	if err != nil {
		return err
	}
	if a.typeByID[t.id] != nil {
		return fmt.Errorf("id %d is there already", t.id)
	}
	a.types = append(a.types, t)
	a.typeByID[t.id] = t
	return nil
}

func (a *account) insertPerson(object []byte) error {
	p, err := a.readPerson(object)
	if err != nil {
		return err
	}
	if a.personByID[p.id] != nil {
		return fmt.Errorf("id %d is there already", p.id)
	}
	a.people = append(a.people, p)
	a.personByID[p.id] = p
	return nil
}

func (a *account) insertCredential(object []byte) error {
	c, err := a.readCredential(object)
	if err != nil {
		return err
	}
	if a.credByID[c.id] != nil {
		return fmt.Errorf("id %q is there already", c.id)
	}
	a.attach(c)
	return nil
}

func (a *account) readType(object []byte) (*credentialType, error) {
	members, err := readMembers(object)
	if err != nil {
		return nil, err
	}
	t := &credentialType{}
	var code *int64
	if err := cmp.Or(
		members.take("id", &t.id), members.take("label", &t.label),
		members.take("slug", &t.slug), members.take("code", &code),
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
	members.fallback("code", "null")
	t.raw = members.object()
	return t, nil
}

func (a *account) readPerson(object []byte) (*person, error) {
	members, err := readMembers(object)
	if err != nil {
		return nil, err
	}
	p := &person{}
	var first, last string
	var email, systemID *string
	if err := cmp.Or(
		members.take("id", &p.id), members.take("first_name", &first), members.take("last_name", &last),
		members.take("email", &email), members.take("system_id", &systemID),
	); err != nil {
		return nil, err
	}
	if p.id <= 0 || first == "" || last == "" {
		return nil, errors.New("id, first_name and last_name must be given")
	}
	if email != nil {
		p.email = strings.ToLower(*email)
	}
	if systemID != nil {
		p.systemID = strings.ToLower(*systemID)
	}
	for _, t := range a.types {
		members.drop(t.slug) // told by the credentials
	}
	members.fallback("email", "null")
	members.fallback("system_id", "null")
	members.fallback("enabled", "true")
	members.fallback("groups", "[]")
	members.fallback("roles", "[]")
	p.raw = members.object()
	return p, nil
}

// readCredential reads a credential whose person and type are there.
func (a *account) readCredential(object []byte) (*credential, error) {
	members, err := readMembers(object)
	if err != nil {
		return nil, err
	}
	c := &credential{}
	var typeID, personID int64
	var value *text
	var label, status, url, wallet *string
	if err := cmp.Or(
		members.take("id", &c.id), members.take("credential_type_id", &typeID), members.take("person_id", &personID),
		members.take("label", &label), members.take("value", &value), members.take("status", &status),
		members.take("url", &url), members.take("wallet_type", &wallet),
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
		members.drop(name)
	}
	if len(members.names) > 0 {
		rest := members.object()
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

// members is a JSON object whose members keep their text.
type members struct {
	names  []string
	values map[string]json.RawMessage
}

func readMembers(object []byte) (*members, error) {
	m := &members{values: map[string]json.RawMessage{}}
	if err := json.Unmarshal(object, &m.values); err != nil || m.values == nil {
		return nil, errors.New("is not a JSON object")
	}
	m.names = slices.Collect(maps.Keys(m.values))
	return m, nil
}

// take decodes a member, if it is there. The error names the member and never
// its value.
func (m *members) take(name string, into any) error {
	value, found := m.values[name]
	if !found {
		return nil
	}
	if err := json.Unmarshal(value, into); err != nil {
		return fmt.Errorf("%s is of the wrong kind", name)
	}
	return nil
}

func (m *members) set(name string, value json.RawMessage) {
	if _, found := m.values[name]; !found {
		m.names = append(m.names, name)
	}
	m.values[name] = value
}

func (m *members) fallback(name, value string) {
	if _, found := m.values[name]; !found {
		m.set(name, json.RawMessage(value))
	}
}

func (m *members) drop(name string) {
	if _, found := m.values[name]; found {
		delete(m.values, name)
		m.names = slices.DeleteFunc(m.names, func(n string) bool { return n == name })
	}
}

// object encodes the members, id first, the others in the order of their names.
func (m *members) object() []byte {
	slices.Sort(m.names)
	if i := slices.Index(m.names, "id"); i > 0 {
		m.names = slices.Insert(slices.Delete(m.names, i, i+1), 0, "id")
	}
	b := []byte{'{'}
	for i, name := range m.names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, name), ':')
		var compact bytes.Buffer
		if err := json.Compact(&compact, m.values[name]); err != nil {
			panic("compact what was decoded: " + err.Error())
		}
		b = append(b, compact.Bytes()...)
	}
	return append(b, '}')
}
