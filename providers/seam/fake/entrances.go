package fake

import (
	"encoding/json"
	"slices"
	"strings"

	"keyroster/providers/sandbox"
)

// defaultEntrances is the default page size of entrances (Seam API reference, entrances).
const defaultEntrances = 900

// memberAllowed has, in the state's users and credentials, the entrances that each gives
// access to. Seam's own objects have no such member: only the lists of accessible entrances
// show what opens.
const memberAllowed = "allowed_acs_entrance_ids"

// hidden are the members of the state that no answer shows: what was given to a creation
// and Seam never returns.
var hidden = []string{memberAllowed, "credential_manager_acs_system_id", "salto_space_metadata", "hotek_metadata"}

// entrance is a door of a system.
type entrance struct {
	entry
	system string
	search string
}

// opens reports whether a credential gives access to an entrance, by itself or by its user.
func (w *workspace) opens(c *credential, id string) bool {
	if slices.Contains(c.allowed, id) {
		return true
	}
	u := w.users.Find(c.user)
	return u != nil && slices.Contains(u.allowed, id)
}

// refuseEntrances says what is wrong with the entrances of a creation.
func (w *workspace) refuseEntrances(s *system, ids []string) *sandbox.Answer {
	for _, id := range ids {
		switch e := w.entrances.Find(id); {
		case e == nil:
			return missing("acs_entrance")
		case e.system != s.id:
			return unsupported("The entrance belongs to another ACS system")
		}
	}
	return nil
}

func (w *workspace) listEntrances(p *params) *sandbox.Answer {
	system, account := p.id("acs_system_id"), p.id("connected_account_id")
	credential, search := p.id("acs_credential_id"), strings.ToLower(p.text("search"))
	space, ids := p.id("space_id"), p.ids("acs_entrance_ids")
	c := w.credentials.Find(credential)
	return page(w, p, "acs_entrances", defaultEntrances, w.entrances.All, func(e *entrance) bool {
		return fits(system, e.system) && strings.Contains(e.search, search) && e.connected(account) &&
			(ids == nil || slices.Contains(ids, e.id)) &&
			(credential == "" || c != nil && w.opens(c, e.id)) && e.inSpace(space)
	})
}

func (e *entrance) inSpace(space string) bool {
	var spaces []string
	_ = json.Unmarshal(e.members["space_ids"], &spaces)
	return space == "" || slices.Contains(spaces, space)
}

func (w *workspace) getEntrance(p *params) *sandbox.Answer {
	return show(p, "acs_entrance", w.entrances.Find)
}

// listOpenedByCredential lists the entrances that a credential opens; it is unpaged.
func (w *workspace) listOpenedByCredential(p *params) *sandbox.Answer {
	c := w.credentials.Find(p.needID("acs_credential_id"))
	return answerUnpaged(p, "acs_entrances", "acs_credential", c != nil, w.entrances.All, func(e *entrance) bool {
		return w.opens(c, e.id)
	})
}

// listOpenedByUser lists the entrances that a user opens, by any credential.
func (w *workspace) listOpenedByUser(p *params) *sandbox.Answer {
	u, _ := w.holder(anyHolder(p))
	return answerUnpaged(p, "acs_entrances", "acs_user", u != nil, w.entrances.All, func(e *entrance) bool {
		return slices.Contains(u.allowed, e.id) ||
			slices.ContainsFunc(u.creds.All, func(c *credential) bool { return w.opens(c, e.id) })
	})
}

// anyHolder reads the user that a request names by its id or by its identity.
func anyHolder(p *params) creationRequest {
	n := creationRequest{user: p.id("acs_user_id"), identity: p.id("user_identity_id"), system: p.id("acs_system_id")}
	if n.user == "" && n.identity == "" {
		p.wrong("acs_user_id", required)
	}
	return n
}

// listOpeners lists the managed credentials that open an entrance.
func (w *workspace) listOpeners(p *params) *sandbox.Answer {
	id, onlyValid := p.needID("acs_entrance_id"), p.has("include_if")
	return answerUnpaged(
		p,
		"acs_credentials",
		"acs_entrance",
		w.entrances.Find(id) != nil,
		w.credentials.All,
		func(c *credential) bool {
			return c.managed && w.opens(c, id) && (!onlyValid || c.visionlineValid())
		},
	)
}

func (c *credential) visionlineValid() bool {
	var of struct {
		Valid bool `json:"is_valid"`
	}
	_ = json.Unmarshal(c.members["visionline_metadata"], &of)
	return of.Valid
}

// grantAccess lets a user through an entrance, with every credential.
func (w *workspace) grantAccess(p *params) *sandbox.Answer {
	id, n := p.needID("acs_entrance_id"), oneHolder(p)
	if refused := p.refused(); refused != nil {
		return refused
	}
	e := w.entrances.Find(id)
	if e == nil {
		return missing("acs_entrance")
	}
	n.system = e.system
	u, refused := w.holder(n)
	switch {
	case refused != nil:
		return refused
	case u.system != e.system:
		return unsupported("The user belongs to another ACS system")
	case slices.Contains(u.allowed, id):
		return done()
	}
	w.users.Change(u, u.members.With(map[string]any{memberAllowed: append(slices.Clone(u.allowed), id)}))
	return done().Changed(true)
}

// revokeAccess removes a user's own entrances; those of single credentials stay.
func (w *workspace) revokeAccess(p *params) *sandbox.Answer {
	n := anyHolder(p)
	if refused := p.refused(); refused != nil {
		return refused
	}
	u, refused := w.holder(n)
	switch {
	case refused != nil:
		return refused
	case len(u.allowed) == 0:
		return done()
	}
	w.users.Change(u, u.members.Without(memberAllowed))
	return done().Changed(true)
}
