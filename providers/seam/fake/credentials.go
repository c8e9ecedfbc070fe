package fake

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"keyroster/providers/sandbox"
)

func (w *workspace) getCredential(p *params) *sandbox.Answer { return w.showCredential(p, true) }

func (w *workspace) getUnmanaged(p *params) *sandbox.Answer { return w.showCredential(p, false) }

func (w *workspace) showCredential(p *params, managed bool) *sandbox.Answer {
	return show(p, "acs_credential", func(id string) *credential {
		if c := w.credentials.Find(id); c != nil && c.managed == managed {
			return c
		}
		return nil
	})
}

// writeAnswer returns the answer to a write of a credential; void leaves the credential out of it.
func writeAnswer(c *credential, void, changed bool) *sandbox.Answer {
	if void {
		return done().Changed(changed)
	}
	return success("acs_credential", c.raw).Changed(changed)
}

// editable returns the managed credential of that id. One that is being deleted is gone for
// writes.
func (w *workspace) editable(id string) (*credential, *sandbox.Answer) {
	c := w.credentials.Find(id)
	if c == nil || !c.managed || c.deleting {
		return nil, missing("acs_credential")
	}
	if c.parent != "" {
		return nil, unsupported("This credential belongs to a multi-phone sync credential")
	}
	return c, nil
}

// creationRequest is what a creation asks for.
type creationRequest struct {
	method, code, user, identity, system string
	starts, ends                         time.Time
	multi                                bool
	// entrances are those that it will open; manager is the system that its mobile key
	// comes from, empty for none.
	entrances []string
	manager   string
	metadata  map[string]sandbox.Object
}

// createCredential answers 200, not 201.
func (w *workspace) createCredential(p *params) *sandbox.Answer {
	method := p.needText("access_method")
	if method != "" && !slices.Contains([]string{"code", "card", "mobile_key", "cloud_key"}, method) {
		p.wrong("access_method", "Invalid enum value. Expected 'code' | 'card' | 'mobile_key' | 'cloud_key'")
	}
	n := creationRequest{
		method: method, code: p.code("code"), starts: p.time("starts_at"), ends: p.time("ends_at"),
		user: p.id("acs_user_id"), identity: p.id("user_identity_id"), system: p.id("acs_system_id"),
	}
	n.entrances, n.manager = p.ids("allowed_acs_entrance_ids"), p.id("credential_manager_acs_system_id")
	n.metadata = metadataOf(p)
	if multi := p.flag("is_multi_phone_sync_credential"); multi != nil {
		n.multi = *multi
	}
	if n.user == "" && (n.identity == "" || n.system == "") {
		p.wrong("", "Either acs_user_id, or user_identity_id and acs_system_id must be provided")
	}
	if refused := p.refused(); refused != nil {
		return refused
	}
	u, refused := w.holder(n)
	if refused != nil {
		return refused
	}
	now, s := time.Now(), w.systems.Find(u.system)
	checkTimes(p, n.starts, n.ends, now)
	refused = cmp.Or(w.checkCode(p, s, n.method, n.code, nil), p.refused(), w.refuseEntrances(s, n.entrances))
	if refused != nil {
		return refused
	}
	if n.manager != "" && w.systems.Find(n.manager) == nil {
		return missing("acs_system")
	}
	return writeAnswer(w.create(u, s, n, now), false, true)
}

// holder finds the user of a creation. Seam creates one for a user identity that the system
// does not know; the sandbox has no identities, so here that is an error.
func (w *workspace) holder(n creationRequest) (*user, *sandbox.Answer) {
	if n.user != "" {
		if u := w.users.Find(n.user); u != nil {
			return u, nil
		}
		return nil, missing("acs_user")
	}
	for _, u := range w.users.All {
		if u.identity == n.identity && u.system == n.system {
			return u, nil
		}
	}
	return nil, failure(http.StatusBadRequest, "user_identity_not_found", "User identity not found")
}

// oneHolder reads the user that a write names in one of two ways.
func oneHolder(p *params) creationRequest {
	n := creationRequest{user: p.id("acs_user_id"), identity: p.id("user_identity_id")}
	if (n.user == "") == (n.identity == "") {
		p.wrong("", "Exactly one of acs_user_id and user_identity_id must be provided")
	}
	return n
}

func (w *workspace) create(u *user, s *system, n creationRequest, now time.Time) *credential {
	id, warnings := w.nextID(u), []any{}
	m := map[string]any{
		"acs_credential_id": id, "acs_user_id": u.id, "acs_system_id": u.system, "access_method": n.method, "code": nil,
		"created_at": stamp(now), "is_multi_phone_sync_credential": n.multi,
		"is_latest_desired_state_synced_with_provider": false, "latest_desired_state_synced_with_provider_at": nil,
	}
	if u.identity != "" {
		m["user_identity_id"] = u.identity
	}
	switch n.method {
	case "code":
		if n.code == "" {
			n.code = w.freeCode(s, id)
		}
	case "card":
		m["card_number"], m["is_issued"] = nil, false
		warnings = append(
			warnings,
			warning("waiting_to_be_issued", "The card must be encoded before it can be used", now, nil),
		)
	}
	if n.code != "" {
		m["code"] = w.stored(n.code)
	}
	if !n.starts.IsZero() && n.starts.Before(now) {
		n.starts = now
		warnings = append(
			warnings,
			warning("schedule_modified", "The start was moved so that it is not in the past", now, nil),
		)
	}
	if !n.starts.IsZero() {
		m["starts_at"] = stamp(n.starts)
	}
	if !n.ends.IsZero() {
		m["ends_at"] = stamp(n.ends)
	}
	m["warnings"] = warnings
	object := sandbox.ObjectOf(m)
	n.extras(object)
	must(w.credentials.Insert(object))
	c := w.credentials.Find(id)
	w.enqueue(c, now)
	return c
}

// nextID makes the id of a user's next credential.
func (w *workspace) nextID(u *user) string {
	for {
		w.made[u.id]++
		id := sandbox.Derive(w.seed, "credential", u.id, strconv.Itoa(w.made[u.id])).UUID()
		if w.credentials.Find(id) == nil {
			return id
		}
	}
}

// updateCredential changes code and ends_at if they are given. Seam does not document what
// happens if neither is; here that is refused. Other members are ignored.
func (w *workspace) updateCredential(p *params) *sandbox.Answer {
	id, code, ends := p.needID("acs_credential_id"), p.code("code"), p.time("ends_at")
	if !p.has("code") && !p.has("ends_at") {
		p.wrong("", "Either code or ends_at must be provided")
	}
	return w.edit(p, id, func(c *credential, now time.Time) (map[string]any, *sandbox.Answer) {
		checkTimes(p, c.starts, ends, now)
		if refused := cmp.Or(w.checkCode(p, c.system, c.method, code, c), p.refused()); refused != nil {
			return nil, refused
		}
		code, changes := w.stored(code), map[string]any{}
		if code != "" && code != c.code {
			changes["code"] = code
		}
		if !ends.IsZero() && !ends.Equal(c.ends) {
			changes["ends_at"] = stamp(ends)
		}
		return changes, nil
	})
}

// edit makes a change of an editable credential. The change is accepted and has yet to
// reach the provider; what that said of the former state is dropped.
func (w *workspace) edit(
	p *params, id string, change func(*credential, time.Time) (map[string]any, *sandbox.Answer),
) *sandbox.Answer {
	if refused := p.refused(); refused != nil {
		return refused
	}
	c, refused := w.editable(id)
	if refused != nil {
		return refused
	}
	now := time.Now()
	changes, refused := change(c, now)
	if refused != nil {
		return refused
	}
	if len(changes) > 0 {
		changes["is_latest_desired_state_synced_with_provider"] = false
		changes["errors"] = []any{}
		changes["warnings"] = keptWarnings(c, changes)
		w.change(c, changes)
		w.enqueue(c, now)
	}
	return writeAnswer(c, w.settings.void, len(changes) > 0)
}

func (w *workspace) assignCredential(p *params) *sandbox.Answer {
	id, n := p.needID("acs_credential_id"), oneHolder(p)
	return w.edit(p, id, func(c *credential, _ time.Time) (map[string]any, *sandbox.Answer) {
		n.system = c.system.id
		u, refused := w.holder(n)
		switch {
		case refused != nil:
			return nil, refused
		case u.system != c.system.id:
			return nil, unsupported("The user belongs to another ACS system")
		case c.user == u.id:
			return nil, nil
		}
		changes := map[string]any{"acs_user_id": u.id, "user_identity_id": sandbox.Drop{}}
		if u.identity != "" {
			changes["user_identity_id"] = u.identity
		}
		return changes, nil
	})
}

func (w *workspace) unassignCredential(p *params) *sandbox.Answer {
	return w.edit(p, p.needID("acs_credential_id"), func(c *credential, _ time.Time) (map[string]any, *sandbox.Answer) {
		if c.user == "" {
			return nil, nil
		}
		return map[string]any{"acs_user_id": sandbox.Drop{}, "user_identity_id": sandbox.Drop{}}, nil
	})
}

// deleteCredential takes effect after the delay of all changes: until then the credential
// stays, with the warning being_deleted.
func (w *workspace) deleteCredential(p *params) *sandbox.Answer {
	id := p.needID("acs_credential_id")
	if refused := p.refused(); refused != nil {
		return refused
	}
	c := w.credentials.Find(id)
	switch {
	case c == nil || !c.managed:
		return missing("acs_credential")
	case c.deleting:
		return done()
	}
	now := time.Now()
	c.pendingDelete = true
	if w.delay == 0 {
		w.credentials.Leave(c)
		return done().Changed(true)
	}
	doomed := warning("being_deleted", "The credential is being deleted", now, nil)
	w.change(c, map[string]any{"warnings": append(keptWarnings(c, nil), doomed)})
	w.enqueue(c, now)
	return done().Changed(true)
}
