package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"keyroster/providers/sandbox"
)

// Edit changes the workspace, acs_systems, acs_users or acs_credentials behind
// the client's back, as somebody at Seam's console or at the provider would:
// without the checks of the API, but systems must be there. A user's or
// system's deletion takes what belongs to it along. A member that is set to
// null in an edit stays, with null.
func (s *Server) Edit(e sandbox.Edit) error {
	s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.workspace.edit(e); err != nil {
		return fmt.Errorf("edit %s: %v", e.Collection, err)
	}
	return nil
}

func (w *workspace) edit(e sandbox.Edit) error {
	switch e.Collection {
	case "workspace":
		if len(e.Set) == 0 {
			return errors.New("there is one, which can only be set")
		}
		object, err := merge(w.members, e.Set, "workspace_id")
		if err != nil {
			return err
		}
		return w.setWorkspace(object.object("workspace_id"))
	case "acs_systems":
		if len(e.Insert) > 0 {
			return w.insertSystem(e.Insert)
		}
		return w.editSystem(e)
	case "acs_users":
		if len(e.Insert) > 0 {
			return w.insertUser(e.Insert)
		}
		return w.editUser(e)
	case "acs_credentials":
		if len(e.Insert) > 0 {
			return w.insertCredential(e.Insert)
		}
		return w.editCredential(e)
	}
	return errors.New("there are workspace, acs_systems, acs_users and acs_credentials")
}

func (w *workspace) editSystem(e sandbox.Edit) error {
	s, err := find(w.systemByID, e.ID)
	if err != nil {
		return err
	}
	if e.Delete {
		for _, u := range slices.Clone(w.users) {
			if u.system == s.id {
				w.removeUser(u)
			}
		}
		for _, c := range slices.Clone(w.credentials) {
			if c.system == s {
				w.detach(c)
			}
		}
		delete(w.systemByID, s.id)
		w.systems = slices.DeleteFunc(w.systems, func(other *system) bool { return other == s })
		return nil
	}
	m, err := merge(s.members, e.Set, "acs_system_id")
	if err != nil {
		return err
	}
	changed, err := w.readSystem(m)
	if err != nil {
		return err
	}
	*s = *changed
	return nil
}

func (w *workspace) removeUser(u *user) {
	for _, c := range slices.Clone(u.creds) {
		w.detach(c)
	}
	delete(w.userByID, u.id)
	w.users = leave(w.users, u)
}

func (w *workspace) editUser(e sandbox.Edit) error {
	u, err := find(w.userByID, e.ID)
	if err != nil {
		return err
	}
	if e.Delete {
		w.removeUser(u)
		return nil
	}
	m, err := merge(u.members, e.Set, "acs_user_id")
	if err != nil {
		return err
	}
	changed, err := w.readUser(m)
	if err != nil {
		return err
	}
	w.users = leave(w.users, u)
	changed.creds = u.creds
	*u = *changed
	w.users = enter(w.users, u)
	return nil
}

func (w *workspace) editCredential(e sandbox.Edit) error {
	c, err := find(w.credByID, e.ID)
	if err != nil {
		return err
	}
	if e.Delete {
		w.detach(c)
		return nil
	}
	m, err := merge(c.members, e.Set, "acs_credential_id")
	if err != nil {
		return err
	}
	changed, err := w.readCredential(m)
	if err != nil {
		return err
	}
	w.replace(c, changed)
	return nil
}

// find decodes an id and finds its record.
func find[T any](records map[string]*T, id json.RawMessage) (*T, error) {
	var key string
	if err := json.Unmarshal(id, &key); err != nil {
		return nil, errors.New("id must be a text")
	}
	record := records[key]
	if record == nil {
		return nil, fmt.Errorf("there is no id %q", key)
	}
	return record, nil
}

// merge sets members of an object. The id stays.
func merge(object members, set []byte, id string) (members, error) {
	patch, err := readMembers(set)
	if err != nil {
		return nil, fmt.Errorf("set %v", err)
	}
	changes := map[string]any{}
	for name, value := range patch {
		if name == id {
			return nil, errors.New("an id cannot be changed")
		}
		changes[name] = value
	}
	return object.with(changes), nil
}
