package fake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"keyroster/providers/sandbox"
)

// defaultEntrances is the page size of entrances when none is asked for (Seam
// API reference, entrances).
const defaultEntrances = 900

// memberAllowed has, in the state's users and credentials, the entrances that
// each gives access to. Seam's own objects have no such member: what opens is
// told by the lists of accessible entrances.
const memberAllowed = "allowed_acs_entrance_ids"

// hidden are the members of the state that no answer shows: what a creation was
// given and Seam never says again.
var hidden = []string{memberAllowed, "credential_manager_acs_system_id", "salto_space_metadata", "hotek_metadata"}

// entrance is a door of a system.
type entrance struct {
	entry
	members sandbox.Object
	system  string
	search  string
}

func (w *workspace) readEntrance(m sandbox.Object) (*entrance, error) {
	m.Fallback("created_at", stamp(w.after(len(w.entrances))))
	e := &entrance{members: m}
	var display *string
	if err := cmp.Or(
		m.Take("acs_entrance_id", &e.id), m.Take("acs_system_id", &e.system),
		takeTime(m, "created_at", &e.created), m.Take("display_name", &display),
	); err != nil {
		return nil, err
	}
	s := w.systemByID[e.system]
	switch {
	case e.id == "":
		return nil, errors.New("acs_entrance_id must be given")
	case s == nil:
		return nil, fmt.Errorf("acs_system_id %q is not in acs_systems", e.system)
	}
	if firstText(display) == "" {
		title := "Entrance"
		m["display_name"], display = sandbox.Marshal(title), &title
	}
	m.Fallback("connected_account_id", s.members["connected_account_id"])
	m.Fallback("space_ids", []any{})
	m.Fallback("errors", []any{})
	e.search = strings.ToLower(firstText(display) + "\n" + e.id)
	w.noteIDs(m)
	e.raw = m.Encode("acs_entrance_id")
	return e, nil
}

func (w *workspace) entranceRecords() sandbox.Collection {
	return sandbox.Records[string, entrance]{
		ID:   "acs_entrance_id",
		Find: func(id string) *entrance { return w.entranceByID[id] },
		Read: w.readEntrance,
		Text: (*entrance).text,
		Enter: func(e *entrance) {
			w.entrances = enter(w.entrances, e)
			w.entranceByID[e.id] = e
		},
		Replace: func(e, changed *entrance) {
			w.entrances = leave(w.entrances, e)
			*e = *changed
			w.entrances = enter(w.entrances, e)
		},
		Remove: func(e *entrance) error {
			w.removeEntrance(e)
			return nil
		},
	}.Named("acs_entrances")
}

func (w *workspace) removeEntrance(e *entrance) {
	delete(w.entranceByID, e.id)
	w.entrances = leave(w.entrances, e)
}

// readAllowed are the entrances that a user or a credential gives access to.
func readAllowed(m sandbox.Object, into *[]string) error {
	if err := m.Take(memberAllowed, into); err != nil {
		return err
	}
	*into = slices.Compact(slices.Sorted(slices.Values(*into)))
	return nil
}

// shown is an object as the API answers it.
func shown(m sandbox.Object, id string) []byte {
	if !slices.ContainsFunc(hidden, func(name string) bool { _, found := m[name]; return found }) {
		return m.Encode(id)
	}
	changes := map[string]any{}
	for _, name := range hidden {
		changes[name] = sandbox.Drop{}
	}
	return m.With(changes).Encode(id)
}

// opens reports whether a credential gives access to an entrance, by itself or by
// its user.
func (w *workspace) opens(c *credential, id string) bool {
	if slices.Contains(c.allowed, id) {
		return true
	}
	u := w.userByID[c.user]
	return u != nil && slices.Contains(u.allowed, id)
}

// refuseEntrances says what is wrong with the entrances of a creation.
func (w *workspace) refuseEntrances(s *system, ids []string) *clash {
	for _, id := range ids {
		switch e := w.entranceByID[id]; {
		case e == nil:
			return &clash{http.StatusNotFound, "acs_entrance_not_found", "ACS entrance not found"}
		case e.system != s.id:
			return &clash{http.StatusBadRequest, "not_supported", "The entrance belongs to another ACS system"}
		}
	}
	return nil
}

func (s *Server) listEntrances(w http.ResponseWriter, r *http.Request, p *params) {
	system, account := p.id("acs_system_id"), p.id("connected_account_id")
	credential, search := p.id("acs_credential_id"), strings.ToLower(p.text("search"))
	space, ids := p.id("space_id"), p.ids("acs_entrance_ids")
	var holder *credentialOf
	if credential != "" {
		holder = &credentialOf{id: credential}
	}
	page(s, w, r, p, "acs_entrances", defaultEntrances, func(ws *workspace) []*entrance {
		holder.find(ws)
		return ws.entrances
	}, func(e *entrance) bool {
		return (system == "" || e.system == system) && strings.Contains(e.search, search) &&
			(account == "" || string(e.members["connected_account_id"]) == string(sandbox.Marshal(account))) &&
			(ids == nil || slices.Contains(ids, e.id)) && holder.opens(e.id) && e.inSpace(space)
	})
}

func (e *entrance) inSpace(space string) bool {
	var spaces []string
	_ = json.Unmarshal(e.members["space_ids"], &spaces)
	return space == "" || slices.Contains(spaces, space)
}

// credentialOf filters entrances by a credential; nil lets all pass.
type credentialOf struct {
	id    string
	found *credential
	in    *workspace
}

func (o *credentialOf) find(ws *workspace) {
	if o != nil {
		o.found, o.in = ws.credByID[o.id], ws
	}
}

func (o *credentialOf) opens(id string) bool {
	return o == nil || o.found != nil && o.in.opens(o.found, id)
}

func (s *Server) getEntrance(w http.ResponseWriter, _ *http.Request, p *params) {
	s.show(w, p, "acs_entrance", "ACS entrance", func(ws *workspace, id string) []byte {
		if e := ws.entranceByID[id]; e != nil {
			return e.raw
		}
		return nil
	})
}

// listOpenedByCredential are the entrances that a credential opens; it is
// unpaged.
func (s *Server) listOpenedByCredential(w http.ResponseWriter, r *http.Request, p *params) {
	id := p.needID("acs_credential_id")
	s.listOpened(w, r, p, "acs_credential", "Credential", func(ws *workspace) func(string) bool {
		c := ws.credByID[id]
		if c == nil {
			return nil
		}
		return func(entrance string) bool { return ws.opens(c, entrance) }
	})
}

// listOpenedByUser are the entrances that a user opens, by any credential.
func (s *Server) listOpenedByUser(w http.ResponseWriter, r *http.Request, p *params) {
	id, identity, system := p.id("acs_user_id"), p.id("user_identity_id"), p.id("acs_system_id")
	if id == "" && identity == "" {
		p.wrong("acs_user_id", required)
	}
	s.listOpened(w, r, p, "acs_user", "ACS user", func(ws *workspace) func(string) bool {
		u, refused := ws.holder(newborn{user: id, identity: identity, system: system})
		if refused != nil {
			return nil
		}
		return func(entrance string) bool {
			return slices.Contains(u.allowed, entrance) ||
				slices.ContainsFunc(u.creds, func(c *credential) bool { return ws.opens(c, entrance) })
		}
	})
}

// listOpened answers with the entrances that somebody opens; find gives nil for
// nobody.
func (s *Server) listOpened(w http.ResponseWriter, r *http.Request, p *params, name, title string, find func(*workspace) func(string) bool) {
	if p.refused(w) {
		return
	}
	var rows [][]byte
	found := false
	s.state.Serve(func(ws *workspace) {
		opens := find(ws)
		if found = opens != nil; !found {
			return
		}
		for _, e := range ws.entrances {
			if opens(e.id) {
				rows = append(rows, e.raw)
			}
		}
	})
	if !found {
		failure(w, http.StatusNotFound, name+"_not_found", title+" not found")
		return
	}
	success(w, "acs_entrances", list(sandbox.Damage(r.Context(), rows)))
}

// listOpeners are the managed credentials that open an entrance.
func (s *Server) listOpeners(w http.ResponseWriter, r *http.Request, p *params) {
	id, onlyValid := p.needID("acs_entrance_id"), p.has("include_if")
	if p.refused(w) {
		return
	}
	var rows [][]byte
	found := false
	s.state.Serve(func(ws *workspace) {
		if found = ws.entranceByID[id] != nil; !found {
			return
		}
		for _, c := range ws.credentials {
			if c.managed && ws.opens(c, id) && (!onlyValid || c.visionlineValid()) {
				rows = append(rows, c.raw)
			}
		}
	})
	if !found {
		failure(w, http.StatusNotFound, "acs_entrance_not_found", "ACS entrance not found")
		return
	}
	success(w, "acs_credentials", list(sandbox.Damage(r.Context(), rows)))
}

func (c *credential) visionlineValid() bool {
	var of struct {
		Valid bool `json:"is_valid"`
	}
	_ = json.Unmarshal(c.members["visionline_metadata"], &of)
	return of.Valid
}

// grantAccess lets a user through an entrance, with every credential.
func (s *Server) grantAccess(w http.ResponseWriter, r *http.Request, p *params) {
	id, n := p.needID("acs_entrance_id"), newborn{user: p.id("acs_user_id"), identity: p.id("user_identity_id")}
	if (n.user == "") == (n.identity == "") {
		p.wrong("", "Exactly one of acs_user_id and user_identity_id must be provided")
	}
	s.commit(w, r, p, true, func(ws *workspace) (*credential, bool, *clash) {
		e := ws.entranceByID[id]
		if e == nil {
			return nil, false, &clash{http.StatusNotFound, "acs_entrance_not_found", "ACS entrance not found"}
		}
		n.system = e.system
		u, refused := ws.holder(n)
		switch {
		case refused != nil:
			return nil, false, refused
		case u.system != e.system:
			return nil, false, &clash{http.StatusBadRequest, "not_supported", "The user belongs to another ACS system"}
		case slices.Contains(u.allowed, id):
			return nil, false, nil
		}
		ws.changeUser(u, map[string]any{memberAllowed: append(slices.Clone(u.allowed), id)})
		return nil, true, nil
	})
}

// revokeAccess takes a user's own entrances away; those of single credentials
// stay.
func (s *Server) revokeAccess(w http.ResponseWriter, r *http.Request, p *params) {
	n := newborn{user: p.id("acs_user_id"), identity: p.id("user_identity_id"), system: p.id("acs_system_id")}
	if n.user == "" && n.identity == "" {
		p.wrong("acs_user_id", required)
	}
	s.commit(w, r, p, true, func(ws *workspace) (*credential, bool, *clash) {
		u, refused := ws.holder(n)
		if refused != nil || len(u.allowed) == 0 {
			return nil, false, refused
		}
		ws.changeUser(u, map[string]any{memberAllowed: sandbox.Drop{}})
		return nil, true, nil
	})
}
