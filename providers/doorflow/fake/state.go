package fake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// peopleOf returns the table of people. The state can be edited as by an administrator at
// DoorFlow's own pages: people and types of credentials must exist; deleting a person
// deletes the person's credentials; a type in use cannot be deleted. The doors learn of it
// with the next sync.
func peopleOf(a *account) sandbox.Table[int64, person] {
	return sandbox.Table[int64, person]{
		Name: "people", ID: "id", Read: a.readPerson,
		Key:  func(p *person) int64 { return p.id },
		Text: func(p *person) []byte { return p.raw },
		Keep: func(p, changed *person) { changed.creds = p.creds },
		Remove: func(p *person) error {
			for _, c := range slices.Clone(p.creds) {
				a.remove(c)
			}
			a.people.Leave(p)
			return nil
		},
	}
}

func typesOf(a *account) sandbox.Table[int64, credentialType] {
	return sandbox.Table[int64, credentialType]{
		// The slugs of types name members of people.
		Name: "credential_types", ID: "id", Read: a.readType, First: true,
		Key:  func(t *credentialType) int64 { return t.id },
		Text: func(t *credentialType) []byte { return t.raw },
		Keep: func(t, changed *credentialType) { changed.count = t.count },
		Remove: func(t *credentialType) error {
			if t.count > 0 {
				return fmt.Errorf("there are %d credentials of this type", t.count)
			}
			a.types.Leave(t)
			return nil
		},
	}
}

func credentialsOf(a *account) sandbox.Table[string, credential] {
	return sandbox.Table[string, credential]{
		Name: "credentials", ID: "id", Read: a.readCredential,
		Key:     func(c *credential) string { return c.id },
		Compare: func(c, other *credential) int { return cmp.Compare(c.order, other.order) },
		Text:    func(c *credential) []byte { return c.append(nil, false) },
		Keep: func(c, changed *credential) {
			changed.order, changed.door, changed.atDoor = c.order, c.door, c.atDoor
		},
		Entered: func(c *credential) {
			c.person.creds = append(c.person.creds, c)
			c.typ.count++
			a.countValue(c, 1)
			a.dirty[c] = true
		},
		Left: func(c *credential) {
			c.person.creds = slices.DeleteFunc(c.person.creds, func(other *credential) bool { return other == c })
			c.typ.count--
			a.countValue(c, -1)
			a.dirty[c] = true
		},
		Remove: func(c *credential) error {
			a.remove(c)
			return nil
		},
	}
}

func (a *account) readType(object sandbox.Object) (*credentialType, error) {
	t := &credentialType{}
	var code int64
	if err := object.Into(map[string]any{"id": &t.id, "label": &t.label, "slug": &t.slug, "code": &code}); err != nil {
		return nil, err
	}
	if t.id <= 0 || t.label == "" || t.slug == "" {
		return nil, errors.New("id, label and slug must be given")
	}
	switch {
	case a.settings.mobile[t.id] || code >= 300 && code <= 399:
		t.kind = mobile
	case code == 10:
		t.kind = pin
	}
	object.Fallback(map[string]any{"code": nil})
	t.raw = object.Encode("id")
	return t, nil
}

func (a *account) readPerson(object sandbox.Object) (*person, error) {
	p := &person{}
	var first, last, updated string
	if err := object.Into(map[string]any{
		"id": &p.id, "first_name": &first, "last_name": &last,
		"email": &p.email, "system_id": &p.systemID, "updated_at": &updated,
	}); err != nil {
		return nil, err
	}
	if p.id <= 0 || first == "" || last == "" {
		return nil, errors.New("id, first_name and last_name must be given")
	}
	p.email, p.systemID = strings.ToLower(p.email), strings.ToLower(p.systemID)
	p.updated = time.Date(2025, 3, 1, 8, 0, 0, 0, time.UTC)
	if updated != "" {
		at, err := time.Parse(time.RFC3339, updated)
		if err != nil {
			return nil, errors.New("updated_at must be a time in ISO 8601")
		}
		p.updated = at
	}
	for _, t := range a.types.All {
		delete(object, t.slug) // derived from the credentials
	}
	object.Fallback(map[string]any{"email": nil, "system_id": nil, "enabled": true, "groups": []any{}, "roles": []any{}})
	p.raw = object.Encode("id")
	return p, nil
}

// readCredential reads a credential whose person and type exist.
func (a *account) readCredential(object sandbox.Object) (*credential, error) {
	c := &credential{order: a.nextOrder()}
	var typeID, personID int64
	var value *text
	var label string
	members := map[string]any{
		"id": &c.id, "credential_type_id": &typeID, "person_id": &personID, "label": &label, "value": &value,
		"status": &c.status, "url": &c.url, "wallet_type": &c.wallet,
	}
	if err := object.Into(members); err != nil {
		return nil, err
	}
	c.typ, c.person = a.types.Find(typeID), a.people.Find(personID)
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
	if rest := object.Without(slices.Collect(maps.Keys(members))...); len(rest) > 0 {
		more := rest.Encode("id")
		c.extra = slices.Concat([]byte(","), more[1:len(more)-1])
	}
	return c, nil
}

// text is a value that may come as a number, as careless clients send it: then it is the
// number's text, without leading zeros.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && (data[0] == '-' || data[0] >= '0' && data[0] <= '9') {
		*t = text(data)
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}
