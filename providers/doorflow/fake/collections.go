package fake

import (
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
	var err error
	s.state.Write(func(a *account) {
		err = e.Apply(a.personRecords(), a.typeRecords(), a.credentialRecords())
	})
	return err
}

func (a *account) personRecords() sandbox.Collection {
	return sandbox.Records[int64, person]{
		ID:   "id",
		Find: func(id int64) *person { return a.personByID[id] },
		Read: a.readPerson,
		Text: (*person).text,
		Enter: func(p *person) {
			a.people = append(a.people, p)
			a.personByID[p.id] = p
		},
		Replace: func(p, changed *person) {
			changed.creds = p.creds
			*p = *changed
		},
		Remove: func(p *person) error {
			for _, c := range slices.Clone(p.creds) {
				a.remove(c)
			}
			delete(a.personByID, p.id)
			a.people = slices.DeleteFunc(a.people, func(other *person) bool { return other == p })
			return nil
		},
	}.Named("people")
}

func (a *account) typeRecords() sandbox.Collection {
	return sandbox.Records[int64, credentialType]{
		ID:   "id",
		Find: func(id int64) *credentialType { return a.typeByID[id] },
		Read: a.readType,
		Text: (*credentialType).text,
		Enter: func(t *credentialType) {
			a.types = append(a.types, t)
			a.typeByID[t.id] = t
		},
		Replace: func(t, changed *credentialType) {
			changed.count = t.count
			*t = *changed
		},
		Remove: func(t *credentialType) error {
			if t.count > 0 {
				return fmt.Errorf("there are %d credentials of this type", t.count)
			}
			delete(a.typeByID, t.id)
			a.types = slices.DeleteFunc(a.types, func(other *credentialType) bool { return other == t })
			return nil
		},
	}.Named("credential_types")
}

func (a *account) credentialRecords() sandbox.Collection {
	return sandbox.Records[string, credential]{
		ID:    "id",
		Find:  func(id string) *credential { return a.credByID[id] },
		Read:  a.readCredential,
		Text:  (*credential).text,
		Enter: a.attach,
		Replace: func(c, changed *credential) {
			a.detach(c)
			changed.order, changed.door, changed.atDoor = c.order, c.door, c.atDoor
			*c = *changed
			a.attach(c)
		},
		Remove: func(c *credential) error {
			a.remove(c)
			return nil
		},
	}.Named("credentials")
}
