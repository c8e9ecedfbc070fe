package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"keyroster/providers/sandbox"
)

// Edit changes people, credential_types or credentials behind the client's
// back, as somebody at DoorFlow's own pages would: without the checks of the
// API, but people and types of credentials must be there. Deleting a person
// deletes the person's credentials; a type that is used cannot be deleted. The
// doors learn of it with the next sync.
func (s *Server) Edit(e sandbox.Edit) error {
	s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.account.edit(e); err != nil {
		return fmt.Errorf("edit %s: %v", e.Collection, err)
	}
	return nil
}

func (a *account) edit(e sandbox.Edit) error {
	switch e.Collection {
	case "people":
		if len(e.Insert) > 0 {
			return a.insertPerson(e.Insert)
		}
		return a.editPerson(e)
	case "credential_types":
		if len(e.Insert) > 0 {
			return a.insertType(e.Insert)
		}
		return a.editType(e)
	case "credentials":
		if len(e.Insert) > 0 {
			return a.insertCredential(e.Insert)
		}
		return a.editCredential(e)
	}
	return errors.New("there are people, credential_types and credentials")
}

func (a *account) editPerson(e sandbox.Edit) error {
	p, err := find(a.personByID, e.ID)
	if err != nil {
		return err
	}
	if e.Delete {
		for _, c := range slices.Clone(p.creds) {
			a.remove(c)
		}
		delete(a.personByID, p.id)
		a.people = slices.DeleteFunc(a.people, func(other *person) bool { return other == p })
		return nil
	}
	object, err := merge(p.raw, e.Set)
	if err != nil {
		return err
	}
	changed, err := a.readPerson(object)
	if err != nil {
		return err
	}
	changed.creds = p.creds
	*p = *changed
	return nil
}

func (a *account) editType(e sandbox.Edit) error {
	t, err := find(a.typeByID, e.ID)
	if err != nil {
		return err
	}
	if e.Delete {
		if t.count > 0 {
			return fmt.Errorf("there are %d credentials of this type", t.count)
		}
		delete(a.typeByID, t.id)
		a.types = slices.DeleteFunc(a.types, func(other *credentialType) bool { return other == t })
		return nil
	}
	object, err := merge(t.raw, e.Set)
	if err != nil {
		return err
	}
	changed, err := a.readType(object)
	if err != nil {
		return err
	}
	changed.count = t.count
	*t = *changed
	return nil
}

func (a *account) editCredential(e sandbox.Edit) error {
	c, err := find(a.credByID, e.ID)
	if err != nil {
		return err
	}
	if e.Delete {
		a.remove(c)
		return nil
	}
	object, err := merge(c.append(nil, false), e.Set)
	if err != nil {
		return err
	}
	changed, err := a.readCredential(object)
	if err != nil {
		return err
	}
	a.detach(c)
	changed.order, changed.door, changed.atDoor = c.order, c.door, c.atDoor
	*c = *changed
	a.attach(c)
	return nil
}

// find decodes an id and finds its record.
func find[K comparable, V any](records map[K]*V, id json.RawMessage) (*V, error) {
	var key K
	if err := json.Unmarshal(id, &key); err != nil {
		return nil, fmt.Errorf("id must be of the kind %T", key)
	}
	record := records[key]
	if record == nil {
		return nil, fmt.Errorf("there is no id %v", key)
	}
	return record, nil
}

// merge sets members of an object. The id stays.
func merge(object, set []byte) ([]byte, error) {
	base, err := readMembers(object)
	if err != nil {
		return nil, err
	}
	patch, err := readMembers(set)
	if err != nil {
		return nil, fmt.Errorf("set %v", err)
	}
	for _, name := range patch.names {
		if name == "id" {
			return nil, errors.New("an id cannot be changed")
		}
		base.set(name, patch.values[name])
	}
	return base.object(), nil
}
