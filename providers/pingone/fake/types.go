package fake

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"

	"keyroster/providers/sandbox"
)

func (e *environment) getEnvironment(r *http.Request) any { return e.object(base(r)) }

func (e *environment) getIssuer(*http.Request) any {
	if e.settings.noIssuer {
		return notFound
	}
	return map[string]any{
		"id": uuid(e.seed, "issuer", 0), "name": "Sample issuer", "createdAt": "2026-01-05T08:00:00.000Z",
		"environment": reference(e.id),
	}
}

// listTypes answers one page, in the order of creation. limit and cursor are honoured
// although the route declares none; a client should follow the links.
func (e *environment) listTypes(r *http.Request) any {
	limit, after := e.settings.pageSize, uint64(0)
	query := r.URL.Query()
	if text := query.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return invalid(wrong("limit", "must be a positive number"))
		}
		limit = min(n, 1000)
	}
	if text := query.Get("cursor"); text != "" {
		var ok bool
		if after, ok = readCursor(text); !ok {
			return invalid(wrong("cursor", "is not a cursor of this collection"))
		}
	}
	var items []sandbox.Object
	all, last, more := 0, uint64(0), false
	for _, t := range e.types.All {
		if t.deleted != "" && !e.settings.deletedListed {
			continue
		}
		all++
		switch {
		case t.number <= after:
		case len(items) == limit:
			more = true
		default:
			items = append(items, e.show(t, base(r)))
			last = t.number
		}
	}
	page := collection(r, "items", items)
	if len(items) > 0 {
		page["_embedded"] = map[string]any{"items": sandbox.Damage(r.Context(), items)}
	}
	if e.settings.count {
		page["count"] = all + e.settings.countOffset
	}
	next := func(host string, after uint64) {
		path := host + r.URL.Path + "?cursor=" + cursor(after)
		if query.Has("limit") {
			path += "&limit=" + strconv.Itoa(limit)
		}
		page["_links"].(map[string]any)["next"] = map[string]string{"href": path}
	}
	switch {
	case e.settings.paging == "elsewhere" && len(items) > 0:
		next("http://127.0.0.1:9/v1", last)
	case more:
		next(base(r), last)
	case e.settings.paging == "circle" && len(items) > 0:
		next(base(r), 0)
	}
	return page
}

// collection returns a page of items; an empty one has no _embedded.
func collection(r *http.Request, name string, items []sandbox.Object) map[string]any {
	page := map[string]any{"_links": links(base(r) + r.URL.Path), "size": len(items)}
	if len(items) > 0 {
		page["_embedded"] = map[string]any{name: items}
	}
	return page
}

func cursor(after uint64) string {
	return base64.RawURLEncoding.EncodeToString([]byte("after:" + strconv.FormatUint(after, 10)))
}

func readCursor(text string) (uint64, bool) {
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(plain) < 7 || string(plain[:6]) != "after:" {
		return 0, false
	}
	n, err := strconv.ParseUint(string(plain[6:]), 10, 64)
	return n, err == nil
}

// typeOf returns the type that a request is about, even a deleted one, or nil.
func (e *environment) typeOf(r *http.Request) *credentialType { return e.types.Find(r.PathValue("id")) }

// getType answers 200 for a deleted type too, with its deletedAt.
func (e *environment) getType(r *http.Request) any {
	if t := e.typeOf(r); t != nil {
		return e.show(t, base(r))
	}
	return notFound
}

func (e *environment) listVersions(r *http.Request) any {
	t := e.typeOf(r)
	if t == nil {
		return notFound
	}
	var items []sandbox.Object
	for i := range t.versions {
		items = append(items, t.versions[i].object(t.id))
	}
	return collection(r, "versions", items)
}

func (e *environment) getVersion(r *http.Request) any {
	if t := e.typeOf(r); t != nil {
		for i := range t.versions {
			if v := &t.versions[i]; v.id == r.PathValue("version") {
				return v.object(t.id)
			}
		}
	}
	return notFound
}

func (v *version) object(typeID string) sandbox.Object {
	return sandbox.ObjectOf(map[string]any{
		"id": v.id, "version": v.number, "createdAt": v.created, "credentialType": reference(typeID), "snapshot": v.snapshot,
	})
}

// sentType reads and validates the body of a write of a type.
func (e *environment) sentType(r *http.Request) (sandbox.Object, *problem) {
	content, refused := readObject(r)
	if refused != nil {
		return nil, refused
	}
	details := validate(content)
	for _, name := range owned {
		if content[name] != nil && e.settings.refuseOwned {
			details = append(details, wrong(name, "is read-only"))
		}
		delete(content, name)
	}
	if len(details) > 0 {
		return nil, invalid(details...)
	}
	if e.settings.stripZeros {
		stripZeros(content)
	}
	return content, nil
}

// titleTaken reports whether another type has the title, if titles must be unique. Deleted types
// do not count.
func (e *environment) titleTaken(content sandbox.Object, except *credentialType) bool {
	return e.settings.uniqueTitles && slices.ContainsFunc(e.types.All, func(t *credentialType) bool {
		return t != except && t.deleted == "" && text(t.content["title"]) == text(content["title"])
	})
}

var titleTaken = &problem{
	status: http.StatusConflict, code: "INVALID_DATA", message: "The request could not be completed.",
	details: []detail{{Code: "UNIQUENESS_VIOLATION", Target: "title", Message: "is unique and is in use already"}},
}

var issuerMissing = &problem{
	status: http.StatusBadRequest, code: "INVALID_REQUEST", message: "The request could not be completed.",
	details: []detail{
		{Code: "CONSTRAINT_VIOLATION", Message: "An issuerProfile must be created before credential types."},
	},
}

func (e *environment) createType(r *http.Request) any {
	if e.settings.noIssuer {
		return issuerMissing
	}
	content, refused := e.sentType(r)
	if refused != nil {
		return refused
	}
	if e.titleTaken(content, nil) {
		return titleTaken
	}
	fillDefaults(content, nil)
	return e.show(e.add(content, now()), base(r))
}

// replaceType replaces the whole document: what the body does not have is removed.
func (e *environment) replaceType(r *http.Request) any {
	content, refused := e.sentType(r)
	if refused != nil {
		return refused
	}
	t := e.find(r.PathValue("id"))
	switch {
	case t == nil:
		return notFound
	case e.titleTaken(content, t):
		return titleTaken
	}
	fillDefaults(content, t.content)
	if !e.replace(t, content, now()) {
		return unchanged{e.show(t, base(r))}
	}
	return e.show(t, base(r))
}

// deleteType deletes softly; a second deletion finds nothing.
func (e *environment) deleteType(r *http.Request) any {
	t := e.find(r.PathValue("id"))
	if t == nil {
		return notFound
	}
	e.remove(t, now())
	return nil
}
