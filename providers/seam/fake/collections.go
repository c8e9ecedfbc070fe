package fake

import (
	"encoding/json"
	"errors"
	"slices"

	"keyroster/providers/sandbox"
)

// Edit changes the workspace, acs_systems, acs_users, acs_entrances or
// acs_credentials behind
// the client's back, as somebody at Seam's console or at the provider would:
// without the checks of the API, but systems must be there. A user's or
// system's deletion takes what belongs to it along. A member that is set to
// null in an edit stays, with null.
func (s *Server) Edit(e sandbox.Edit) error {
	var err error
	s.state.Write(func(w *workspace) {
		err = e.Apply(w.own(), w.systemRecords(), w.userRecords(), w.entranceRecords(), w.credentialRecords())
	})
	return err
}

// own is the workspace's own object as a collection of one.
func (w *workspace) own() sandbox.Collection {
	return sandbox.Collection{
		Name: "workspace",
		Set: func(_ json.RawMessage, patch sandbox.Object) error {
			if _, found := patch["workspace_id"]; found {
				return errors.New("an id cannot be changed")
			}
			return w.setWorkspace(w.members.Patch(patch))
		},
	}
}

func (w *workspace) systemRecords() sandbox.Collection {
	return sandbox.Records[string, system]{
		ID:   "acs_system_id",
		Find: func(id string) *system { return w.systemByID[id] },
		Read: w.readSystem,
		Text: (*system).text,
		Enter: func(s *system) {
			w.systems = append(w.systems, s)
			w.systemByID[s.id] = s
		},
		Replace: func(s, changed *system) { *s = *changed },
		Remove: func(s *system) error {
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
			for _, e := range slices.Clone(w.entrances) {
				if e.system == s.id {
					w.removeEntrance(e)
				}
			}
			delete(w.systemByID, s.id)
			w.systems = slices.DeleteFunc(w.systems, func(other *system) bool { return other == s })
			return nil
		},
	}.Named("acs_systems")
}

func (w *workspace) userRecords() sandbox.Collection {
	return sandbox.Records[string, user]{
		ID:   "acs_user_id",
		Find: func(id string) *user { return w.userByID[id] },
		Read: w.readUser,
		Text: (*user).text,
		Enter: func(u *user) {
			w.users = enter(w.users, u)
			w.userByID[u.id] = u
		},
		Replace: w.replaceUser,
		Remove: func(u *user) error {
			w.removeUser(u)
			return nil
		},
	}.Named("acs_users")
}

// replaceUser gives a user the content of another one.
func (w *workspace) replaceUser(u, changed *user) {
	w.users = leave(w.users, u)
	changed.creds = u.creds
	*u = *changed
	w.users = enter(w.users, u)
}

func (w *workspace) removeUser(u *user) {
	for _, c := range slices.Clone(u.creds) {
		w.detach(c)
	}
	delete(w.userByID, u.id)
	w.users = leave(w.users, u)
}

func (w *workspace) credentialRecords() sandbox.Collection {
	return sandbox.Records[string, credential]{
		ID:      "acs_credential_id",
		Find:    func(id string) *credential { return w.credByID[id] },
		Read:    w.readCredential,
		Text:    (*credential).text,
		Enter:   w.attach,
		Replace: w.replace,
		Remove: func(c *credential) error {
			w.detach(c)
			return nil
		},
	}.Named("acs_credentials")
}
