package fake

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"

	"keyroster/providers/sandbox"
)

// maxBody bounds the body of a write.
const maxBody = 8 << 20

func (s *Server) getEnvironment(w http.ResponseWriter, r *http.Request) {
	s.show(w, func(e *environment) (any, bool) { return e.environmentObject(base(r)), true })
}

func (s *Server) getIssuer(w http.ResponseWriter, r *http.Request) {
	if s.settings.noIssuer {
		s.fail(w, notFound)
		return
	}
	id := uuid(s.options.Seed, "issuer", 0)
	answer(w, http.StatusOK, map[string]any{"id": id, "name": "Sample issuer", "createdAt": "2026-01-05T08:00:00.000Z", "environment": map[string]string{"id": s.environmentID()}})
}

// listTypes answers one page, in the order of creation. limit and cursor are
// honoured although the route declares none; a client should follow the links.
func (s *Server) listTypes(w http.ResponseWriter, r *http.Request) {
	limit, after := s.settings.pageSize, uint64(0)
	query := r.URL.Query()
	if text := query.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			s.fail(w, invalid(detail{Code: "INVALID_VALUE", Target: "limit", Message: "must be a positive number"}))
			return
		}
		limit = min(n, 1000)
	}
	if text := query.Get("cursor"); text != "" {
		var ok bool
		if after, ok = readCursor(text); !ok {
			s.fail(w, invalid(detail{Code: "INVALID_VALUE", Target: "cursor", Message: "is not a cursor of this collection"}))
			return
		}
	}
	items, all, last := []sandbox.Object{}, 0, uint64(0)
	more := false
	s.state.Serve(func(e *environment) {
		for _, t := range e.types {
			if t.deleted != "" && !s.settings.deletedListed {
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
	})
	s.sendPage(w, r, items, all, limit, last, more)
}

func (s *Server) sendPage(w http.ResponseWriter, r *http.Request, items []sandbox.Object, all, limit int, last uint64, more bool) {
	self := base(r) + r.URL.Path
	links := map[string]any{"self": map[string]string{"href": self}}
	next := func(host string, after uint64) {
		path := host + r.URL.Path + "?cursor=" + cursor(after)
		if r.URL.Query().Has("limit") {
			path += "&limit=" + strconv.Itoa(limit)
		}
		links["next"] = map[string]string{"href": path}
	}
	switch {
	case s.settings.paging == "elsewhere" && len(items) > 0:
		next("http://127.0.0.1:9/v1", last)
	case more:
		next(base(r), last)
	case s.settings.paging == "circle" && len(items) > 0:
		next(base(r), 0)
	}
	page := map[string]any{"_links": links, "size": len(items)}
	if s.settings.count {
		page["count"] = all + s.settings.countOffset
	}
	if len(items) > 0 { // an empty environment has no _embedded
		page["_embedded"] = map[string]any{"items": sandbox.Damage(r.Context(), items)}
	}
	answer(w, http.StatusOK, page)
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

// getType answers 200 for a deleted type too, with its deletedAt.
func (s *Server) getType(w http.ResponseWriter, r *http.Request) {
	s.show(w, func(e *environment) (any, bool) {
		t := e.byID[r.PathValue("id")]
		if t == nil {
			return nil, false
		}
		return e.show(t, base(r)), true
	})
}

// readContent reads and judges the body of a write; nil means that the answer
// is already given.
func (s *Server) readContent(w http.ResponseWriter, r *http.Request) sandbox.Object {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var content sandbox.Object
	if err != nil || json.Unmarshal(raw, &content) != nil || content == nil {
		s.fail(w, &problem{status: http.StatusBadRequest, code: "INVALID_REQUEST", message: "The request body is not valid JSON."})
		return nil
	}
	details := validate(content)
	for _, name := range owned {
		if content[name] != nil && s.settings.refuseOwned {
			details = append(details, detail{Code: "INVALID_VALUE", Target: name, Message: "is read-only"})
		}
		delete(content, name)
	}
	if len(details) > 0 {
		s.fail(w, invalid(details...))
		return nil
	}
	if s.settings.stripZeros {
		strip(content)
	}
	return content
}

// taken reports whether another type that lives has the title.
func (e *environment) taken(content sandbox.Object, except *credentialType) bool {
	return slices.ContainsFunc(e.types, func(t *credentialType) bool {
		return t != except && t.deleted == "" && text(t.content["title"]) == text(content["title"])
	})
}

var titleTaken = &problem{
	status: http.StatusConflict, code: "INVALID_DATA", message: "The request could not be completed.",
	details: []detail{{Code: "UNIQUENESS_VIOLATION", Target: "title", Message: "is unique and is in use already"}},
}

func (s *Server) createType(w http.ResponseWriter, r *http.Request) {
	if s.settings.noIssuer {
		s.fail(w, &problem{status: http.StatusBadRequest, code: "INVALID_REQUEST", message: "The request could not be completed.", details: []detail{
			{Code: "CONSTRAINT_VIOLATION", Message: "An issuerProfile must be created before credential types."},
		}})
		return
	}
	content := s.readContent(w, r)
	if content == nil {
		return
	}
	s.commit(w, r, http.StatusCreated, func(e *environment) (any, bool, *problem) {
		if s.settings.uniqueTitles && e.taken(content, nil) {
			return nil, false, titleTaken
		}
		settle(content, nil)
		return e.show(e.add(content, now()), base(r)), true, nil
	})
}

// commit runs a write under the lock and sends what it came to: the answer, or
// the problem. No answer at all is 204.
func (s *Server) commit(w http.ResponseWriter, r *http.Request, status int, act func(*environment) (value any, changed bool, refused *problem)) {
	var value any
	var changed bool
	var refused *problem
	s.state.Write(func(e *environment) { value, changed, refused = act(e) })
	if changed {
		sandbox.MarkApplied(r.Context())
	}
	switch {
	case refused != nil:
		s.fail(w, refused)
	case value == nil:
		w.WriteHeader(status)
	default:
		answer(w, status, value)
	}
}

// replaceType replaces the whole document: what the body does not have is gone.
func (s *Server) replaceType(w http.ResponseWriter, r *http.Request) {
	content := s.readContent(w, r)
	if content == nil {
		return
	}
	s.commit(w, r, http.StatusOK, func(e *environment) (any, bool, *problem) {
		t := e.find(r.PathValue("id"))
		switch {
		case t == nil:
			return nil, false, notFound
		case s.settings.uniqueTitles && e.taken(content, t):
			return nil, false, titleTaken
		}
		settle(content, t.content)
		changed := e.replace(t, content, now())
		return e.show(t, base(r)), changed, nil
	})
}

// deleteType deletes softly; a second deletion finds nothing.
func (s *Server) deleteType(w http.ResponseWriter, r *http.Request) {
	s.commit(w, r, http.StatusNoContent, func(e *environment) (any, bool, *problem) {
		t := e.find(r.PathValue("id"))
		if t == nil {
			return nil, false, notFound
		}
		e.remove(t, now())
		return nil, true, nil
	})
}
