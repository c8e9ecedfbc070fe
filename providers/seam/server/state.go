package server

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// stateFile is the state file, and what GET /_sandbox/state answers.
type stateFile struct {
	Workspace   json.RawMessage   `json:"workspace"`
	Systems     []json.RawMessage `json:"acs_systems"`
	Users       []json.RawMessage `json:"acs_users"`
	Credentials []json.RawMessage `json:"acs_credentials"`
}

// State is the state in the shape of the state file, with codes in clear.
func (s *Server) State() any {
	s.settle()
	s.mu.RLock()
	defer s.mu.RUnlock()
	w := s.workspace
	state := stateFile{
		Workspace:   w.members.object("workspace_id"),
		Systems:     make([]json.RawMessage, len(w.systems)),
		Users:       make([]json.RawMessage, len(w.users)),
		Credentials: make([]json.RawMessage, len(w.credentials)),
	}
	for i, one := range w.systems {
		state.Systems[i] = one.raw // replaced as a whole, never changed
	}
	for i, one := range w.users {
		state.Users[i] = one.raw
	}
	for i, one := range w.credentials {
		state.Credentials[i] = one.raw
	}
	return state
}

// load reads a state file. Without one the workspace is empty.
func (w *workspace) load(file []byte) error {
	state := stateFile{}
	if len(file) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(file))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&state); err != nil {
			return fmt.Errorf("read sandbox state: %v", err)
		}
	}
	if len(state.Workspace) == 0 {
		state.Workspace = json.RawMessage(`{}`)
	}
	if err := w.setWorkspace(state.Workspace); err != nil {
		return fmt.Errorf("read sandbox state: workspace: %v", err)
	}
	for _, list := range []struct {
		name    string
		objects []json.RawMessage
		insert  func([]byte) error
	}{
		{"acs_systems", state.Systems, w.insertSystem},
		{"acs_users", state.Users, w.insertUser},
		{"acs_credentials", state.Credentials, w.insertCredential},
	} {
		for i, object := range list.objects {
			if err := list.insert(object); err != nil {
				return fmt.Errorf("read sandbox state: %s[%d]: %v", list.name, i, err)
			}
		}
	}
	return nil
}

func (w *workspace) setWorkspace(object []byte) error {
	m, err := readMembers(object)
	if err != nil {
		return err
	}
	if w.settings.workspaceID != "" {
		m["workspace_id"] = marshal(w.settings.workspaceID)
	}
	m.fallback("workspace_id", uuid(derive(w.seed, "workspace")))
	m.fallback("name", "Sandbox workspace")
	m.fallback("company_name", "Example Company")
	m.fallback("connect_partner_name", "Example Company")
	m.fallback("connect_webview_customization", map[string]any{})
	m.fallback("is_publishable_key_auth_enabled", false)
	m.fallback("is_suspended", false)
	m.fallback("is_sandbox", !w.settings.notSandbox)
	if w.settings.notSandbox {
		m["is_sandbox"] = marshal(false)
	}
	if err := m.take("workspace_id", &w.id); err != nil || w.id == "" {
		return cmp.Or(err, errors.New("workspace_id must be given"))
	}
	w.members = m
	return nil
}

func (w *workspace) insertSystem(object []byte) error {
	m, err := readMembers(object)
	if err != nil {
		return err
	}
	s, err := w.readSystem(m)
	if err != nil {
		return err
	}
	if w.systemByID[s.id] != nil {
		return fmt.Errorf("acs_system_id %q is there already", s.id)
	}
	w.systems = append(w.systems, s)
	w.systemByID[s.id] = s
	return nil
}

func (w *workspace) insertUser(object []byte) error {
	m, err := readMembers(object)
	if err != nil {
		return err
	}
	m.fallback("created_at", stamp(w.after(len(w.users))))
	u, err := w.readUser(m)
	if err != nil {
		return err
	}
	if w.userByID[u.id] != nil {
		return fmt.Errorf("acs_user_id %q is there already", u.id)
	}
	w.users = enter(w.users, u)
	w.userByID[u.id] = u
	return nil
}

func (w *workspace) insertCredential(object []byte) error {
	m, err := readMembers(object)
	if err != nil {
		return err
	}
	m.fallback("created_at", stamp(w.after(len(w.credentials))))
	c, err := w.readCredential(m)
	if err != nil {
		return err
	}
	if w.credByID[c.id] != nil {
		return fmt.Errorf("acs_credential_id %q is there already", c.id)
	}
	w.attach(c)
	return nil
}

// after is a time of creation for the nth record without one: long ago, a
// second apart, so that a file keeps its order.
func (w *workspace) after(n int) time.Time {
	return time.Date(2025, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
}

func (w *workspace) readSystem(m members) (*system, error) {
	s := &system{members: m}
	if err := cmp.Or(m.take("acs_system_id", &s.id), m.take("external_type", &s.kind)); err != nil {
		return nil, err
	}
	if s.id == "" {
		return nil, errors.New("acs_system_id must be given")
	}
	connected := uuid(derive(w.seed, "connected account", s.id))
	m.fallback("name", "ACS system")
	m.fallback("connected_account_id", connected)
	m.fallback("connected_account_ids", []json.RawMessage{m["connected_account_id"]})
	m.fallback("workspace_id", w.id)
	m.fallback("created_at", stamp(w.after(0)))
	m.fallback("is_credential_manager", false)
	m.fallback("location", map[string]any{"time_zone": nil})
	m.fallback("image_url", "https://connect.getseam.com/assets/images/acs_systems/unknown.png")
	m.fallback("image_alt_text", "ACS system")
	m.fallback("errors", []any{})
	m.fallback("warnings", []any{})
	s.raw = m.object("acs_system_id")
	return s, nil
}

func (w *workspace) readUser(m members) (*user, error) {
	u := &user{members: m}
	var display, full, email, address, phone, identityEmail *string
	if err := cmp.Or(
		m.take("acs_user_id", &u.id), m.take("acs_system_id", &u.system), m.takeTime("created_at", &u.created),
		m.take("user_identity_id", &u.identity), m.take("display_name", &display), m.take("full_name", &full),
		m.take("email", &email), m.take("email_address", &address), m.take("phone_number", &phone),
		m.take("user_identity_email_address", &identityEmail),
	); err != nil {
		return nil, err
	}
	s := w.systemByID[u.system]
	switch {
	case u.id == "":
		return nil, errors.New("acs_user_id must be given")
	case s == nil:
		return nil, fmt.Errorf("acs_system_id %q is not in acs_systems", u.system)
	}
	m.fallback("connected_account_id", s.members["connected_account_id"])
	m.fallback("workspace_id", w.id)
	m.fallback("display_name", firstText(full, address, email))
	m.fallback("is_managed", true)
	m.fallback("is_suspended", false)
	m.fallback("last_successful_sync_at", nil)
	m.fallback("errors", []any{})
	m.fallback("warnings", []any{})
	u.email = strings.ToLower(firstText(identityEmail))
	for _, text := range []*string{display, full, email, address, phone, &u.id, &u.system, &u.identity} {
		u.search += strings.ToLower(firstText(text)) + "\n"
	}
	u.raw = m.object("acs_user_id")
	return u, nil
}

// readCredential reads a credential whose system is there.
func (w *workspace) readCredential(m members) (*credential, error) {
	c := &credential{members: m, managed: true}
	var systemID string
	var code, card, display *string
	var warnings []struct {
		Code string `json:"warning_code"`
	}
	if err := cmp.Or(
		m.take("acs_credential_id", &c.id), m.take("acs_system_id", &systemID), m.take("acs_user_id", &c.user),
		m.takeTime("created_at", &c.created), m.take("user_identity_id", &c.identity), m.take("access_method", &c.method),
		m.take("is_managed", &c.managed), m.take("is_multi_phone_sync_credential", &c.multiPhone),
		m.take("parent_acs_credential_id", &c.parent), m.take("code", &code), m.take("card_number", &card),
		m.take("display_name", &display), m.takeTime("starts_at", &c.starts), m.takeTime("ends_at", &c.ends),
		m.take("warnings", &warnings),
	); err != nil {
		return nil, err
	}
	c.system = w.systemByID[systemID]
	switch {
	case c.id == "" || c.method == "":
		return nil, errors.New("acs_credential_id and access_method must be given")
	case c.system == nil:
		return nil, fmt.Errorf("acs_system_id %q is not in acs_systems", systemID)
	}
	c.code = firstText(code)
	if firstText(display) == "" {
		title := cmp.Or(map[string]string{"code": "PIN", "card": "Card", "mobile_key": "Mobile key"}[c.method], "Credential")
		m["display_name"], display = marshal(title), &title
	}
	for _, warning := range warnings {
		c.deleting = c.deleting || warning.Code == "being_deleted"
	}
	m.fallback("connected_account_id", c.system.members["connected_account_id"])
	m.fallback("workspace_id", w.id)
	m.fallback("is_managed", true)
	m.fallback("is_multi_phone_sync_credential", false)
	m.fallback("is_latest_desired_state_synced_with_provider", true)
	m.fallback("latest_desired_state_synced_with_provider_at", stamp(c.created))
	m.fallback("errors", []any{})
	m.fallback("warnings", []any{})
	if kind := credentialKinds[c.system.kind]; kind != "" {
		m.fallback("external_type", kind)
	}
	for _, text := range []*string{display, code, card, &c.user, &c.id} {
		c.search += strings.ToLower(firstText(text)) + "\n"
	}
	c.raw = m.object("acs_credential_id")
	return c, nil
}

func firstText(texts ...*string) string {
	for _, text := range texts {
		if text != nil && *text != "" {
			return *text
		}
	}
	return ""
}
