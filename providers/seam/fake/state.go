package fake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// stateFile is the state file, and what GET /_sandbox/state answers.
type stateFile struct {
	Workspace   json.RawMessage   `json:"workspace"`
	Systems     []json.RawMessage `json:"acs_systems"`
	Users       []json.RawMessage `json:"acs_users"`
	Entrances   []json.RawMessage `json:"acs_entrances,omitempty"`
	Credentials []json.RawMessage `json:"acs_credentials"`
}

// State is the state in the shape of the state file, with codes in clear.
func (s *Server) State() any {
	var file stateFile
	s.state.Read(func(w *workspace) { file = w.file() })
	return file
}

func (w *workspace) file() stateFile {
	return stateFile{
		Workspace:   w.members.Encode("workspace_id"),
		Systems:     sandbox.Objects(w.systems, (*system).text), // replaced as a whole, never changed
		Users:       sandbox.Objects(w.users, (*user).text),
		Entrances:   sandbox.Objects(w.entrances, (*entrance).text),
		Credentials: sandbox.Objects(w.credentials, (*credential).text),
	}
}

// again makes a workspace of the same records, for reading.
func (w *workspace) again() *workspace {
	other := newWorkspace(w.settings, w.seed, w.delay)
	if err := other.enter(w.file()); err != nil {
		panic("read a state that was good before: " + err.Error())
	}
	return other
}

// load reads a state file. Without one the workspace is empty.
func (w *workspace) load(file []byte) error {
	state := stateFile{Workspace: json.RawMessage(`{}`)}
	if err := sandbox.ReadStateFile(file, &state); err != nil {
		return err
	}
	return w.enter(state)
}

func (w *workspace) enter(state stateFile) error {
	object, err := sandbox.ReadObject(state.Workspace)
	if err == nil {
		err = w.setWorkspace(object)
	}
	if err != nil {
		return fmt.Errorf("read sandbox state: workspace: %v", err)
	}
	return sandbox.Load(
		sandbox.Loading{Collection: w.systemRecords(), Objects: state.Systems},
		sandbox.Loading{Collection: w.entranceRecords(), Objects: state.Entrances},
		sandbox.Loading{Collection: w.userRecords(), Objects: state.Users},
		sandbox.Loading{Collection: w.credentialRecords(), Objects: state.Credentials},
	)
}

func (w *workspace) setWorkspace(m sandbox.Object) error {
	if w.settings.workspaceID != "" {
		m["workspace_id"] = sandbox.Marshal(w.settings.workspaceID)
	}
	m.Fallback("workspace_id", sandbox.Derive(w.seed, "workspace").UUID())
	m.Fallback("name", "Sandbox workspace")
	m.Fallback("company_name", "Example Company")
	m.Fallback("connect_partner_name", "Example Company")
	m.Fallback("connect_webview_customization", map[string]any{})
	m.Fallback("is_publishable_key_auth_enabled", false)
	m.Fallback("organization_id", nil)
	m.Fallback("is_suspended", false)
	m.Fallback("is_sandbox", !w.settings.notSandbox)
	if w.settings.notSandbox {
		m["is_sandbox"] = sandbox.Marshal(false)
	}
	if err := m.Take("workspace_id", &w.id); err != nil || w.id == "" {
		return cmp.Or(err, errors.New("workspace_id must be given"))
	}
	w.members = m
	return nil
}

// after is a time of creation for the nth record without one: long ago, a
// second apart, so that a file keeps its order.
func (w *workspace) after(n int) time.Time {
	return time.Date(2025, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
}

func (w *workspace) readSystem(m sandbox.Object) (*system, error) {
	s := &system{members: m}
	if err := cmp.Or(m.Take("acs_system_id", &s.id), m.Take("external_type", &s.kind)); err != nil {
		return nil, err
	}
	if s.id == "" {
		return nil, errors.New("acs_system_id must be given")
	}
	connected := sandbox.Derive(w.seed, "connected account", s.id).UUID()
	m.Fallback("name", "ACS system")
	m.Fallback("connected_account_id", connected)
	m.Fallback("connected_account_ids", []json.RawMessage{m["connected_account_id"]})
	m.Fallback("workspace_id", w.id)
	m.Fallback("created_at", stamp(w.after(0)))
	m.Fallback("is_credential_manager", false)
	m.Fallback("location", map[string]any{"time_zone": nil})
	m.Fallback("image_url", "https://connect.getseam.com/assets/images/acs_systems/unknown.png")
	m.Fallback("image_alt_text", "ACS system")
	m.Fallback("errors", []any{})
	m.Fallback("warnings", []any{})
	w.noteIDs(m)
	s.raw = m.Encode("acs_system_id")
	return s, nil
}

func (w *workspace) readUser(m sandbox.Object) (*user, error) {
	m.Fallback("created_at", stamp(w.after(len(w.users))))
	u := &user{members: m}
	var display, full, email, address, phone, identityEmail *string
	if err := cmp.Or(
		m.Take("acs_user_id", &u.id), m.Take("acs_system_id", &u.system), takeTime(m, "created_at", &u.created),
		m.Take("user_identity_id", &u.identity), m.Take("display_name", &display), m.Take("full_name", &full),
		m.Take("email", &email), m.Take("email_address", &address), m.Take("phone_number", &phone),
		m.Take("user_identity_email_address", &identityEmail), readAllowed(m, &u.allowed),
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
	m.Fallback("connected_account_id", s.members["connected_account_id"])
	m.Fallback("workspace_id", w.id)
	m.Fallback("display_name", firstText(full, address, email))
	m.Fallback("is_managed", true)
	m.Fallback("is_suspended", false)
	m.Fallback("last_successful_sync_at", nil)
	m.Fallback("errors", []any{})
	m.Fallback("warnings", []any{})
	u.email = strings.ToLower(firstText(identityEmail))
	for _, text := range []*string{display, full, email, address, phone, &u.id, &u.system, &u.identity} {
		u.search += strings.ToLower(firstText(text)) + "\n"
	}
	w.noteIDs(m)
	u.full, u.raw = m.Encode("acs_user_id"), shown(m, "acs_user_id")
	return u, nil
}

// readCredential reads a credential whose system is there.
func (w *workspace) readCredential(m sandbox.Object) (*credential, error) {
	m.Fallback("created_at", stamp(w.after(len(w.credentials))))
	c := &credential{members: m, managed: true}
	var systemID string
	var code, card, display *string
	var warnings []struct {
		Code string `json:"warning_code"`
	}
	if err := cmp.Or(
		m.Take("acs_credential_id", &c.id), m.Take("acs_system_id", &systemID), m.Take("acs_user_id", &c.user),
		takeTime(m, "created_at", &c.created), m.Take("user_identity_id", &c.identity), m.Take("access_method", &c.method),
		m.Take("is_managed", &c.managed), m.Take("is_multi_phone_sync_credential", &c.multiPhone),
		m.Take("parent_acs_credential_id", &c.parent), m.Take("code", &code), m.Take("card_number", &card),
		m.Take("display_name", &display), takeTime(m, "starts_at", &c.starts), takeTime(m, "ends_at", &c.ends),
		m.Take("warnings", &warnings), readAllowed(m, &c.allowed),
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
		m["display_name"], display = sandbox.Marshal(title), &title
	}
	for _, warning := range warnings {
		c.deleting = c.deleting || warning.Code == "being_deleted"
	}
	m.Fallback("connected_account_id", c.system.members["connected_account_id"])
	m.Fallback("workspace_id", w.id)
	m.Fallback("is_managed", true)
	m.Fallback("is_multi_phone_sync_credential", false)
	m.Fallback("is_latest_desired_state_synced_with_provider", true)
	m.Fallback("latest_desired_state_synced_with_provider_at", stamp(c.created))
	m.Fallback("errors", []any{})
	m.Fallback("warnings", []any{})
	if kind := credentialKinds[c.system.kind]; kind != "" {
		m.Fallback("external_type", kind)
	}
	for _, text := range []*string{display, code, card, &c.user, &c.id} {
		c.search += strings.ToLower(firstText(text)) + "\n"
	}
	w.noteIDs(m)
	c.full, c.raw = m.Encode("acs_credential_id"), shown(m, "acs_credential_id")
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
