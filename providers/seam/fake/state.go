package fake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// put sets the workspace's own object.
func (w *workspace) put(m sandbox.Object) error {
	if w.settings.workspaceID != "" {
		m["workspace_id"] = sandbox.Marshal(w.settings.workspaceID)
	}
	if w.settings.notSandbox {
		m["is_sandbox"] = sandbox.Marshal(false)
	}
	m.Fallback(map[string]any{
		"workspace_id": w.settings.unnamed, "name": "Sandbox workspace",
		"company_name": "Example Company", "connect_partner_name": "Example Company",
		"connect_webview_customization": map[string]any{}, "is_publishable_key_auth_enabled": false,
		"organization_id": nil, "is_suspended": false, "is_sandbox": true,
	})
	w.id = ""
	if err := m.Take("workspace_id", &w.id); err != nil || w.id == "" {
		return cmp.Or(err, errors.New("workspace_id must be given"))
	}
	w.members = m
	return nil
}

// after returns a creation time for the nth record without one: long ago, a second apart, so
// that a file keeps its order.
func (w *workspace) after(n int) string {
	return stamp(time.Date(2025, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second))
}

// beginRead begins to read a record: its id, its system and other members. nth is how many
// records of the kind there are.
func (w *workspace) beginRead(
	m sandbox.Object, name string, nth int, e *entry, members map[string]any,
) (*system, error) {
	m.Fallback(map[string]any{"created_at": w.after(nth)})
	var systemID string
	members[name+"_id"], members["acs_system_id"], members["created_at"] = &e.id, &systemID, &e.created
	if err := m.Into(members); err != nil {
		return nil, err
	}
	s := w.systems.Find(systemID)
	switch {
	case e.id == "":
		return nil, errors.New(name + "_id must be given")
	case s == nil:
		return nil, fmt.Errorf("acs_system_id %q is not in acs_systems", systemID)
	}
	m.Fallback(map[string]any{"connected_account_id": s.members["connected_account_id"], "errors": []any{}})
	return s, nil
}

// finishRead finishes it with the objects for state and answers.
func (w *workspace) finishRead(m sandbox.Object, name string, e *entry) {
	w.noteIDs(m)
	e.members, e.full = m, m.Encode(name+"_id")
	e.raw = e.full
	if slices.ContainsFunc(hidden, func(name string) bool { return m[name] != nil }) {
		e.raw = m.Without(hidden...).Encode(name + "_id")
	}
}

func (w *workspace) readSystem(m sandbox.Object) (*system, error) {
	s := &system{}
	if err := cmp.Or(m.Take("acs_system_id", &s.id), m.Take("external_type", &s.kind)); err != nil {
		return nil, err
	}
	if s.id == "" {
		return nil, errors.New("acs_system_id must be given")
	}
	m.Fallback(map[string]any{
		"name": "ACS system", "connected_account_id": sandbox.Derive(w.seed, "connected account", s.id).UUID(),
		"workspace_id": w.id, "created_at": w.after(0), "is_credential_manager": false,
		"location":  map[string]any{"time_zone": nil},
		"image_url": "https://connect.getseam.com/assets/images/acs_systems/unknown.png", "image_alt_text": "ACS system",
		"errors": []any{}, "warnings": []any{},
	})
	m.Fallback(map[string]any{"connected_account_ids": []json.RawMessage{m["connected_account_id"]}})
	w.finishRead(m, "acs_system", &s.entry)
	return s, nil
}

func (w *workspace) readEntrance(m sandbox.Object) (*entrance, error) {
	e := &entrance{}
	var display string
	s, err := w.beginRead(m, "acs_entrance", len(w.entrances.All), &e.entry, map[string]any{"display_name": &display})
	if err != nil {
		return nil, err
	}
	if e.system = s.id; display == "" {
		display = "Entrance"
		m["display_name"] = sandbox.Marshal(display)
	}
	m.Fallback(map[string]any{"space_ids": []any{}})
	e.search = strings.ToLower(display + "\n" + e.id)
	w.finishRead(m, "acs_entrance", &e.entry)
	return e, nil
}

func (w *workspace) readUser(m sandbox.Object) (*user, error) {
	u := &user{creds: records[credential]("", true, nil)}
	var display, full, email, address, phone string
	s, err := w.beginRead(m, "acs_user", len(w.users.All), &u.entry, map[string]any{
		"user_identity_id": &u.identity, "display_name": &display, "full_name": &full, "email": &email, "email_address": &address,
		"phone_number": &phone, "user_identity_email_address": &u.email, memberAllowed: &u.allowed,
	})
	if err != nil {
		return nil, err
	}
	m.Fallback(map[string]any{
		"workspace_id": w.id, "display_name": cmp.Or(full, address, email), "is_managed": true, "is_suspended": false,
		"last_successful_sync_at": nil, "warnings": []any{},
	})
	u.system, u.email, u.allowed = s.id, strings.ToLower(u.email), sorted(u.allowed)
	u.search = searched(display, full, email, address, phone, u.id, u.system, u.identity)
	w.finishRead(m, "acs_user", &u.entry)
	return u, nil
}

// readCredential reads a credential whose system exists.
func (w *workspace) readCredential(m sandbox.Object) (*credential, error) {
	c := &credential{managed: true}
	var card, display string
	var warnings []struct {
		Code string `json:"warning_code"`
	}
	s, err := w.beginRead(m, "acs_credential", len(w.credentials.All), &c.entry, map[string]any{
		"acs_user_id": &c.user, "user_identity_id": &c.identity, "access_method": &c.method, "is_managed": &c.managed,
		"is_multi_phone_sync_credential": &c.multiPhone, "parent_acs_credential_id": &c.parent, "code": &c.code,
		"card_number": &card, "display_name": &display, "starts_at": &c.starts, "ends_at": &c.ends,
		"warnings": &warnings, memberAllowed: &c.allowed,
	})
	switch {
	case err != nil:
		return nil, err
	case c.method == "":
		return nil, errors.New("access_method must be given")
	}
	if c.system = s; display == "" {
		display = cmp.Or(
			map[string]string{"code": "PIN", "card": "Card", "mobile_key": "Mobile key"}[c.method],
			"Credential",
		)
		m["display_name"] = sandbox.Marshal(display)
	}
	for _, warning := range warnings {
		c.deleting = c.deleting || warning.Code == "being_deleted"
	}
	m.Fallback(map[string]any{
		"workspace_id": w.id, "is_managed": true, "is_multi_phone_sync_credential": false,
		"is_latest_desired_state_synced_with_provider": true, "latest_desired_state_synced_with_provider_at": stamp(c.created),
		"warnings": []any{},
	})
	if kind := credentialKinds[s.kind]; kind != "" {
		m.Fallback(map[string]any{"external_type": kind})
	}
	c.allowed, c.search = sorted(c.allowed), searched(display, c.code, card, c.user, c.id)
	w.finishRead(m, "acs_credential", &c.entry)
	return c, nil
}

// searched returns the text that the parameter search matches.
func searched(texts ...string) string { return strings.ToLower(strings.Join(texts, "\n") + "\n") }

func sorted(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }
