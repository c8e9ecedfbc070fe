package fake

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"keyroster/providers/sandbox"
)

func (s *Server) getCredential(w http.ResponseWriter, _ *http.Request, p *params) {
	s.showCredential(w, p, true)
}

func (s *Server) getUnmanaged(w http.ResponseWriter, _ *http.Request, p *params) {
	s.showCredential(w, p, false)
}

func (s *Server) showCredential(w http.ResponseWriter, p *params, managed bool) {
	s.show(w, p, "acs_credential", "Credential", func(ws *workspace, id string) []byte {
		if c := ws.credByID[id]; c != nil && c.managed == managed {
			return c.raw
		}
		return nil
	})
}

// commit runs a write under the lock and sends what it came to. act returns
// the credential as it is after the write, and whether anything changed; void
// keeps the credential out of the answer.
func (s *Server) commit(w http.ResponseWriter, r *http.Request, p *params, void bool, act func(ws *workspace) (c *credential, changed bool, refused *clash)) {
	if p.refused(w) {
		return
	}
	var changed bool
	var refused *clash
	var object []byte
	s.state.Write(func(ws *workspace) {
		var c *credential
		if c, changed, refused = act(ws); c != nil {
			object = c.raw
		}
	})
	if changed {
		sandbox.MarkApplied(r.Context())
	}
	switch {
	case refused != nil:
		failure(w, refused.status, refused.kind, refused.message)
	case p.refused(w):
	case void || object == nil:
		success(w, "", nil)
	default:
		success(w, "acs_credential", object)
	}
}

var noCredential = &clash{http.StatusNotFound, "acs_credential_not_found", "Credential not found"}

// editable is the managed credential of that id. One that is being deleted is
// gone for writes.
func (w *workspace) editable(id string) (*credential, *clash) {
	c := w.credByID[id]
	if c == nil || !c.managed || c.deleting {
		return nil, noCredential
	}
	if c.parent != "" {
		return nil, &clash{http.StatusBadRequest, "not_supported", "This credential belongs to a multi-phone sync credential"}
	}
	return c, nil
}

// createCredential answers 200, not 201.
func (s *Server) createCredential(w http.ResponseWriter, r *http.Request, p *params) {
	method := p.needText("access_method")
	if method != "" && !slices.Contains([]string{"code", "card", "mobile_key", "cloud_key"}, method) {
		p.wrong("access_method", "Invalid enum value. Expected 'code' | 'card' | 'mobile_key' | 'cloud_key'")
	}
	n := newborn{
		method: method, code: p.code("code"), starts: p.time("starts_at"), ends: p.time("ends_at"),
		user: p.id("acs_user_id"), identity: p.id("user_identity_id"), system: p.id("acs_system_id"),
	}
	n.entrances, n.manager, n.metadata = p.ids("allowed_acs_entrance_ids"), p.id("credential_manager_acs_system_id"), metadataOf(p)
	if multi := p.flag("is_multi_phone_sync_credential"); multi != nil {
		n.multi = *multi
	}
	if n.user == "" && (n.identity == "" || n.system == "") {
		p.wrong("", "Either acs_user_id, or user_identity_id and acs_system_id must be provided")
	}
	s.commit(w, r, p, false, func(ws *workspace) (*credential, bool, *clash) {
		u, refused := ws.holder(n)
		if refused != nil {
			return nil, false, refused
		}
		return ws.create(p, u, n)
	})
}

// newborn is what a creation asks for.
type newborn struct {
	method, code, user, identity, system string
	starts, ends                         time.Time
	multi                                bool
	// entrances are those that it will open; manager is the system that its
	// mobile key comes from, empty for none.
	entrances []string
	manager   string
	metadata  map[string]sandbox.Object
}

// holder finds the user of a creation. Seam creates one for a user identity
// that the system does not know; identities are no part of the sandbox, so
// here that is an error.
func (w *workspace) holder(n newborn) (*user, *clash) {
	if n.user != "" {
		if u := w.userByID[n.user]; u != nil {
			return u, nil
		}
		return nil, &clash{http.StatusNotFound, "acs_user_not_found", "ACS user not found"}
	}
	for _, u := range w.users {
		if u.identity == n.identity && u.system == n.system {
			return u, nil
		}
	}
	return nil, &clash{http.StatusBadRequest, "user_identity_not_found", "User identity not found"}
}

func (w *workspace) create(p *params, u *user, n newborn) (*credential, bool, *clash) {
	now, system := time.Now(), w.systemByID[u.system]
	judgeTimes(p, n.starts, n.ends, now)
	if refused := w.judgeCode(p, system, n.method, n.code, nil); refused != nil || len(p.issues) > 0 {
		return nil, false, refused
	}
	if refused := w.refuseEntrances(system, n.entrances); refused != nil {
		return nil, false, refused
	}
	if n.manager != "" && w.systemByID[n.manager] == nil {
		return nil, false, &clash{http.StatusNotFound, "acs_system_not_found", "ACS system not found"}
	}
	id := w.nextID(u)
	warnings := []any{}
	m := sandbox.ObjectOf(map[string]any{
		"acs_credential_id": id, "acs_user_id": u.id, "acs_system_id": u.system, "access_method": n.method,
		"created_at": stamp(now), "is_multi_phone_sync_credential": n.multi,
		"is_latest_desired_state_synced_with_provider": false, "latest_desired_state_synced_with_provider_at": nil,
	})
	if u.identity != "" {
		m["user_identity_id"] = sandbox.Marshal(u.identity)
	}
	n.extras(m)
	switch n.method {
	case "code":
		if n.code == "" {
			n.code = w.freeCode(system, id)
		}
	case "card":
		m["card_number"], m["is_issued"] = sandbox.Marshal(nil), sandbox.Marshal(false)
		warnings = append(warnings, warning("waiting_to_be_issued", "The card must be encoded before it can be used", now, nil))
	}
	m["code"] = sandbox.Marshal(nil)
	if n.code != "" {
		m["code"] = sandbox.Marshal(w.kept(n.code))
	}
	if !n.starts.IsZero() && n.starts.Before(now) {
		n.starts = now
		warnings = append(warnings, warning("schedule_modified", "The start was moved so that it is not in the past", now, nil))
	}
	if !n.starts.IsZero() {
		m["starts_at"] = sandbox.Marshal(stamp(n.starts))
	}
	if !n.ends.IsZero() {
		m["ends_at"] = sandbox.Marshal(stamp(n.ends))
	}
	m["warnings"] = sandbox.Marshal(warnings)
	c, err := w.readCredential(m)
	if err != nil {
		panic("create a credential: " + err.Error())
	}
	w.attach(c)
	w.enqueue(c, now)
	return c, true, nil
}

// nextID makes the id of a user's next credential.
func (w *workspace) nextID(u *user) string {
	for {
		w.made[u.id]++
		id := sandbox.Derive(w.seed, "credential", u.id, strconv.Itoa(w.made[u.id])).UUID()
		if w.credByID[id] == nil {
			return id
		}
	}
}

// updateCredential changes code and ends_at, those that are given. What
// happens when neither is, Seam does not say; here it is refused. Other
// members are ignored.
func (s *Server) updateCredential(w http.ResponseWriter, r *http.Request, p *params) {
	id, code, ends := p.needID("acs_credential_id"), p.code("code"), p.time("ends_at")
	if !p.has("code") && !p.has("ends_at") {
		p.wrong("", "Either code or ends_at must be provided")
	}
	s.commit(w, r, p, s.settings.void, func(ws *workspace) (*credential, bool, *clash) {
		c, refused := ws.editable(id)
		if refused != nil {
			return nil, false, refused
		}
		now := time.Now()
		judgeTimes(p, c.starts, ends, now)
		if refused := ws.judgeCode(p, c.system, c.method, code, c); refused != nil || len(p.issues) > 0 {
			return nil, false, refused
		}
		code, changes := ws.kept(code), map[string]any{}
		if code != "" && code != c.code {
			changes["code"] = code
		}
		if !ends.IsZero() && !ends.Equal(c.ends) {
			changes["ends_at"] = stamp(ends)
		}
		return c, ws.accept(c, changes, now), nil
	})
}

// accept takes a change on: it has yet to reach the provider. What the
// provider said of the former state is forgotten.
func (w *workspace) accept(c *credential, changes map[string]any, now time.Time) bool {
	if len(changes) == 0 {
		return false
	}
	changes["is_latest_desired_state_synced_with_provider"] = false
	changes["errors"] = []any{}
	changes["warnings"] = keptWarnings(c, changes)
	w.change(c, changes)
	w.enqueue(c, now)
	return true
}

func (s *Server) assignCredential(w http.ResponseWriter, r *http.Request, p *params) {
	id, n := p.needID("acs_credential_id"), newborn{user: p.id("acs_user_id"), identity: p.id("user_identity_id")}
	if (n.user == "") == (n.identity == "") {
		p.wrong("", "Exactly one of acs_user_id and user_identity_id must be provided")
	}
	s.commit(w, r, p, s.settings.void, func(ws *workspace) (*credential, bool, *clash) {
		c, refused := ws.editable(id)
		if refused != nil {
			return nil, false, refused
		}
		n.system = c.system.id
		u, refused := ws.holder(n)
		if refused != nil {
			return nil, false, refused
		}
		if u.system != c.system.id {
			return nil, false, &clash{http.StatusBadRequest, "not_supported", "The user belongs to another ACS system"}
		}
		if c.user == u.id {
			return c, false, nil
		}
		changes := map[string]any{"acs_user_id": u.id, "user_identity_id": sandbox.Drop{}}
		if u.identity != "" {
			changes["user_identity_id"] = u.identity
		}
		return c, ws.accept(c, changes, time.Now()), nil
	})
}

func (s *Server) unassignCredential(w http.ResponseWriter, r *http.Request, p *params) {
	id := p.needID("acs_credential_id")
	s.commit(w, r, p, s.settings.void, func(ws *workspace) (*credential, bool, *clash) {
		c, refused := ws.editable(id)
		if refused != nil || c.user == "" {
			return c, false, refused
		}
		return c, ws.accept(c, map[string]any{"acs_user_id": sandbox.Drop{}, "user_identity_id": sandbox.Drop{}}, time.Now()), nil
	})
}

// deleteCredential takes effect after the delay of all changes: until then the
// credential stays, with the warning being_deleted.
func (s *Server) deleteCredential(w http.ResponseWriter, r *http.Request, p *params) {
	id := p.needID("acs_credential_id")
	s.commit(w, r, p, true, func(ws *workspace) (*credential, bool, *clash) {
		c := ws.credByID[id]
		switch {
		case c == nil || !c.managed:
			return nil, false, noCredential
		case c.deleting:
			return nil, false, nil
		}
		now := time.Now()
		c.pendingDelete = true
		if ws.delay == 0 {
			ws.detach(c)
			return nil, true, nil
		}
		ws.change(c, map[string]any{"warnings": append(keptWarnings(c, nil), warning("being_deleted", "The credential is being deleted", now, nil))})
		ws.enqueue(c, now)
		return nil, true, nil
	})
}
