package fake

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// defaultLimit is the page size when none is asked for (Seam API reference,
// credentials and users).
const defaultLimit = 500

func (s *Server) getWorkspace(w http.ResponseWriter, _ *http.Request, _ *params) {
	var object []byte
	s.state.Read(func(ws *workspace) { object = ws.members.Encode("workspace_id") })
	success(w, "workspace", object)
}

// listSystems is unpaged.
func (s *Server) listSystems(w http.ResponseWriter, r *http.Request, p *params) {
	account, search := p.id("connected_account_id"), strings.ToLower(p.text("search"))
	if p.refused(w) {
		return
	}
	var rows [][]byte
	s.state.Serve(func(ws *workspace) {
		for _, one := range ws.systems {
			if (account == "" || string(one.members["connected_account_id"]) == string(sandbox.Marshal(account))) &&
				strings.Contains(strings.ToLower(string(one.members["name"])+one.id), search) {
				rows = append(rows, one.raw)
			}
		}
	})
	success(w, "acs_systems", list(rows))
}

func (s *Server) getSystem(w http.ResponseWriter, _ *http.Request, p *params) {
	s.show(w, p, "acs_system", "ACS system", func(ws *workspace, id string) []byte {
		if one := ws.systemByID[id]; one != nil {
			return one.raw
		}
		return nil
	})
}

// listManagers are the systems that can issue mobile keys for another; here,
// all that are credential managers.
func (s *Server) listManagers(w http.ResponseWriter, _ *http.Request, p *params) {
	id := p.needID("acs_system_id")
	if p.refused(w) {
		return
	}
	var rows [][]byte
	found := false
	s.state.Serve(func(ws *workspace) {
		found = ws.systemByID[id] != nil
		for _, one := range ws.systems {
			if one.id != id && string(one.members["is_credential_manager"]) == "true" {
				rows = append(rows, one.raw)
			}
		}
	})
	if !found {
		failure(w, http.StatusNotFound, "acs_system_not_found", "ACS system not found")
		return
	}
	success(w, "acs_systems", list(rows))
}

func (s *Server) listUsers(w http.ResponseWriter, r *http.Request, p *params) {
	system, identity, email := p.id("acs_system_id"), p.id("user_identity_id"), strings.ToLower(p.text("user_identity_email_address"))
	search, before := strings.ToLower(p.text("search")), p.time("created_before")
	if s.stumbles(w, search) {
		return
	}
	page(s, w, r, p, "acs_users", defaultLimit, func(ws *workspace) []*user { return ws.users }, func(u *user) bool {
		return (system == "" || u.system == system) && (identity == "" || u.identity == identity) &&
			(email == "" || u.email == email) && strings.Contains(u.search, search) && (before.IsZero() || u.created.Before(before))
	})
}

// stumbles reports whether the server trips over a look-up, and answers then.
func (s *Server) stumbles(w http.ResponseWriter, text string) bool {
	return s.settings.stumble.Trips(w, func(status int) { failure(w, status, "invalid_input", "The request could not be understood") }, text)
}

func (s *Server) getUser(w http.ResponseWriter, _ *http.Request, p *params) {
	if s.stumbles(w, p.text("acs_user_id")) {
		return
	}
	s.show(w, p, "acs_user", "ACS user", func(ws *workspace, id string) []byte {
		if u := ws.userByID[id]; u != nil {
			return u.raw
		}
		return nil
	})
}

// credentialFilter reads the filters that both lists of credentials take.
func credentialFilter(p *params) func(*credential) bool {
	system, user, identity := p.id("acs_system_id"), p.id("acs_user_id"), p.id("user_identity_id")
	search := strings.ToLower(p.text("search"))
	return func(c *credential) bool {
		return (system == "" || c.system.id == system) && (user == "" || c.user == user) &&
			(identity == "" || c.identity == identity) && strings.Contains(c.search, search)
	}
}

// listCredentials lists the managed ones. A user or system that does not exist
// has no credentials.
func (s *Server) listCredentials(w http.ResponseWriter, r *http.Request, p *params) {
	fits, multi, before := credentialFilter(p), p.flag("is_multi_phone_sync_credential"), p.time("created_before")
	user := p.id("acs_user_id")
	page(s, w, r, p, "acs_credentials", defaultLimit, func(ws *workspace) []*credential { return ws.credentialsOf(user) }, func(c *credential) bool {
		return c.managed && fits(c) && (multi == nil || c.multiPhone == *multi) && (before.IsZero() || c.created.Before(before))
	})
}

// credentialsOf are the credentials of one user, or all.
func (w *workspace) credentialsOf(user string) []*credential {
	if user == "" {
		return w.credentials
	}
	if u := w.userByID[user]; u != nil {
		return u.creds
	}
	return nil
}

// listUnmanaged is unpaged. The published contract wants one of the filters, and
// the vendor's SDKs need none; here none lists the workspace.
func (s *Server) listUnmanaged(w http.ResponseWriter, r *http.Request, p *params) {
	fits, user := credentialFilter(p), p.id("acs_user_id")
	if p.refused(w) {
		return
	}
	var rows [][]byte
	s.state.Serve(func(ws *workspace) {
		for _, c := range ws.credentialsOf(user) {
			if !c.managed && fits(c) {
				rows = append(rows, c.raw)
			}
		}
	})
	success(w, "acs_credentials", list(sandbox.Damage(r.Context(), rows)))
}

// show answers with the object of the id that the parameters name, or 404 when
// find finds none.
func (s *Server) show(w http.ResponseWriter, p *params, name, title string, find func(ws *workspace, id string) []byte) {
	id := p.needID(name + "_id")
	if p.refused(w) {
		return
	}
	var object []byte
	s.state.Serve(func(ws *workspace) { object = find(ws, id) })
	if object == nil {
		failure(w, http.StatusNotFound, name+"_not_found", title+" not found")
		return
	}
	success(w, name, object)
}

// cursor is where a page begins. It is bound to the parameters of the first
// page: with other ones it is refused.
type cursor struct {
	Hash    string    `json:"hash"`
	Created time.Time `json:"created_at"`
	ID      string    `json:"id"`
}

func (c cursor) String() string { return base64.RawURLEncoding.EncodeToString(sandbox.Marshal(c)) }

func readCursor(text string) (c cursor, ok bool) {
	object, err := base64.RawURLEncoding.DecodeString(text)
	return c, err == nil && json.Unmarshal(object, &c) == nil
}

// page answers with one page of the records that fit. The rows are collected
// under the lock and sent without it.
func page[T placed](s *Server, w http.ResponseWriter, r *http.Request, p *params, name string, size int, all func(*workspace) []T, fits func(T) bool) {
	limit, text := p.limit(size, s.settings.maxLimit), p.cursor()
	start, readable := cursor{}, true
	if text != "" {
		if start, readable = readCursor(text); !readable {
			p.wrong("page_cursor", "Invalid")
		}
	}
	if p.refused(w) {
		return
	}
	hash := sandbox.Derive(s.options.Seed, name, p.without("page_cursor")...).Hex(8)
	if text != "" && start.Hash != hash {
		failure(w, http.StatusBadRequest, "mismatched_page_parameters",
			"When using a next_page_cursor, all other parameters must be identical to the first request")
		return
	}
	var rows [][]byte
	var next *entry
	s.state.Serve(func(ws *workspace) { rows, next = collect(all(ws), start, limit, fits) })
	body := append([]byte(`{`), sandbox.Marshal(name)...)
	body = append(append(body, ':'), list(sandbox.Damage(r.Context(), rows))...)
	if !s.settings.unpaginated {
		body = append(append(body, `,"pagination":`...), pagination(r, p, hash, next)...)
	}
	raw(w, http.StatusOK, append(body, `,"ok":true}`...))
}

// collect takes up to limit records from a place on, and the one after them.
func collect[T placed](list []T, start cursor, limit int, fits func(T) bool) (rows [][]byte, next *entry) {
	for _, record := range list[from(list, start.Created, start.ID):] {
		if !fits(record) {
			continue
		}
		if len(rows) == limit {
			return rows, record.place()
		}
		rows = append(rows, record.place().raw)
	}
	return rows, nil
}

// pagination is the member of that name. Its next_page_url is of no use, as at
// Seam: it carries the cursor under a name that the route does not read, so
// following it reads the first page for ever.
func pagination(r *http.Request, p *params, hash string, next *entry) []byte {
	if next == nil {
		return []byte(`{"has_next_page":false,"next_page_cursor":null,"next_page_url":null}`)
	}
	text := cursor{Hash: hash, Created: next.created, ID: next.id}.String()
	query := url.Values{"next_page_cursor": {text}}
	for name, value := range p.members {
		if name != "page_cursor" {
			query.Set(name, strings.Trim(string(value), `"`))
		}
	}
	return sandbox.Marshal(map[string]any{
		"has_next_page": true, "next_page_cursor": text,
		"next_page_url": "http://" + r.Host + r.URL.Path + "?" + query.Encode(),
	})
}

// list is a JSON array of the objects.
func list(objects [][]byte) []byte {
	size := 2
	for _, object := range objects {
		size += len(object) + 1
	}
	return sandbox.AppendList(make([]byte, 0, size), objects, func(dst, object []byte) []byte { return append(dst, object...) })
}
