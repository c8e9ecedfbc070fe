package fake

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// defaultLimit is the default page size (Seam API reference, credentials and users).
const defaultLimit = 500

func (w *workspace) get(*params) *sandbox.Answer {
	return success("workspace", w.members.Encode("workspace_id"))
}

// fits reports whether a text passes a filter, which is empty for none.
func fits(wanted, text string) bool { return wanted == "" || wanted == text }

// connected filters by the account that connects Seam to the provider.
func (e *entry) connected(account string) bool {
	return account == "" || string(e.members["connected_account_id"]) == string(sandbox.Marshal(account))
}

// listSystems is unpaged.
func (w *workspace) listSystems(p *params) *sandbox.Answer {
	account, search := p.id("connected_account_id"), strings.ToLower(p.text("search"))
	return answerUndamaged(p, w.systems.All, func(s *system) bool {
		return s.connected(account) && strings.Contains(strings.ToLower(string(s.members["name"])+s.id), search)
	})
}

func (w *workspace) getSystem(p *params) *sandbox.Answer {
	return show(p, "acs_system", w.systems.Find)
}

// listManagers lists the systems that can issue mobile keys for another; here, all that are
// credential managers.
func (w *workspace) listManagers(p *params) *sandbox.Answer {
	id := p.needID("acs_system_id")
	if len(p.issues) == 0 && w.systems.Find(id) == nil {
		return missing("acs_system")
	}
	return answerUndamaged(p, w.systems.All, func(s *system) bool {
		return s.id != id && string(s.members["is_credential_manager"]) == "true"
	})
}

func (w *workspace) listUsers(p *params) *sandbox.Answer {
	system, identity, email := p.id("acs_system_id"), p.id("user_identity_id"), strings.ToLower(
		p.text("user_identity_email_address"),
	)
	search, before := strings.ToLower(p.text("search")), p.time("created_before")
	if stumbled := w.refuseLookUp(search); stumbled != nil {
		return stumbled
	}
	return page(w, p, "acs_users", defaultLimit, w.users.All, func(u *user) bool {
		return fits(system, u.system) && fits(identity, u.identity) && fits(email, u.email) &&
			strings.Contains(u.search, search) && (before.IsZero() || u.created.Before(before))
	})
}

// refuseLookUp returns the error of a look-up that the switch stumble names, else nil.
func (w *workspace) refuseLookUp(text string) *sandbox.Answer {
	return w.settings.stumble.Refusal(func(status int) *sandbox.Answer {
		return failure(status, "invalid_input", "The request could not be understood")
	}, text)
}

func (w *workspace) getUser(p *params) *sandbox.Answer {
	if stumbled := w.refuseLookUp(p.text("acs_user_id")); stumbled != nil {
		return stumbled
	}
	return show(p, "acs_user", w.users.Find)
}

// credentialsOf reads the filters that both lists of credentials take. It returns the
// credentials of the user, or all, and a function that reports which of them fit. A user or
// system that does not exist has none.
func (w *workspace) credentialsOf(p *params) ([]*credential, func(*credential) bool) {
	system, id, identity := p.id("acs_system_id"), p.id("acs_user_id"), p.id("user_identity_id")
	search, all := strings.ToLower(p.text("search")), w.credentials.All
	if id != "" {
		all = nil
		if u := w.users.Find(id); u != nil {
			all = u.creds.All
		}
	}
	return all, func(c *credential) bool {
		return fits(system, c.system.id) && fits(identity, c.identity) && strings.Contains(c.search, search)
	}
}

// listCredentials lists the managed ones.
func (w *workspace) listCredentials(p *params) *sandbox.Answer {
	all, fit := w.credentialsOf(p)
	multi, before := p.flag("is_multi_phone_sync_credential"), p.time("created_before")
	return page(w, p, "acs_credentials", defaultLimit, all, func(c *credential) bool {
		return c.managed && fit(c) && (multi == nil || c.multiPhone == *multi) &&
			(before.IsZero() || c.created.Before(before))
	})
}

// listUnmanaged is unpaged. The published contract requires one of the filters, the
// vendor's SDKs do not; here no filter lists the workspace.
func (w *workspace) listUnmanaged(p *params) *sandbox.Answer {
	all, fit := w.credentialsOf(p)
	return answerUnpaged(p, "acs_credentials", "", true, all, func(c *credential) bool { return !c.managed && fit(c) })
}

// show answers with the object of the id in the parameters, or 404 if find finds none.
func show[P interface {
	comparable
	placed
}](p *params, name string, find func(id string) P) *sandbox.Answer {
	var none P
	id := p.needID(name + "_id")
	if refused := p.refused(); refused != nil {
		return refused
	}
	one := find(id)
	if one == none {
		return missing(name)
	}
	return success(name, one.place().raw)
}

// answerUnpaged answers with all records that fit, or with 404 if the record that they belong to,
// of the kind of, was not found.
func answerUnpaged[P placed](p *params, name, of string, found bool, all []P, fit func(P) bool) *sandbox.Answer {
	if refused := p.refused(); refused != nil {
		return refused
	}
	if !found {
		return missing(of)
	}
	rows, _ := collect(all, math.MaxInt, fit)
	return success(name, list(sandbox.Damage(p.request.Context(), rows)))
}

// answerUndamaged answers with the systems that fit; no fault touches them.
func answerUndamaged(p *params, all []*system, fit func(*system) bool) *sandbox.Answer {
	if refused := p.refused(); refused != nil {
		return refused
	}
	rows, _ := collect(all, math.MaxInt, fit)
	return success("acs_systems", list(rows))
}

// cursor is the beginning of a page. It is bound to the parameters of the first page: with
// other ones it is refused.
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

// page answers with one page of the records that fit.
func page[P placed](w *workspace, p *params, name string, size int, all []P, fit func(P) bool) *sandbox.Answer {
	limit, text := p.limit(size, w.settings.maxLimit), p.cursor()
	start, readable := cursor{}, true
	if text != "" {
		if start, readable = readCursor(text); !readable {
			p.wrong("page_cursor", "Invalid")
		}
	}
	if refused := p.refused(); refused != nil {
		return refused
	}
	hash := sandbox.Derive(w.seed, name, p.without("page_cursor")...).Hex(8)
	if text != "" && start.Hash != hash {
		return failure(http.StatusBadRequest, "mismatched_page_parameters",
			"When using a next_page_cursor, all other parameters must be identical to the first request")
	}
	from, _ := slices.BinarySearchFunc(
		all, start,
		func(one P, start cursor) int { return one.place().compare(start.Created, start.ID) },
	)
	rows, next := collect(all[from:], limit, fit)
	body := append([]byte(`{`), sandbox.Marshal(name)...)
	body = append(append(body, ':'), list(sandbox.Damage(p.request.Context(), rows))...)
	if !w.settings.unpaginated {
		body = append(append(body, `,"pagination":`...), pagination(p, hash, next)...)
	}
	return raw(http.StatusOK, append(body, `,"ok":true}`...))
}

// collect returns up to limit records that fit, and the one after them.
func collect[P placed](all []P, limit int, fit func(P) bool) (rows [][]byte, next *entry) {
	for _, one := range all {
		if !fit(one) {
			continue
		}
		if len(rows) == limit {
			return rows, one.place()
		}
		rows = append(rows, one.place().raw)
	}
	return rows, nil
}

// pagination returns the member of that name. Its next_page_url is useless, as at Seam: it
// carries the cursor under a name that the route does not read, so following it reads the
// first page for ever.
func pagination(p *params, hash string, next *entry) []byte {
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
		"next_page_url": "http://" + p.request.Host + p.request.URL.Path + "?" + query.Encode(),
	})
}

// list returns a JSON array of the objects.
func list(objects [][]byte) []byte {
	return slices.Concat([]byte("["), bytes.Join(objects, []byte(",")), []byte("]"))
}
