package server

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"

	"keyroster/providers/sandbox"
	"keyroster/providers/sandbox/record"
)

// maxBody bounds the body of a write.
const maxBody = 8 << 20

func (s *Server) getEnvironment(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	o := s.environment.environmentObject(base(r))
	s.mu.RUnlock()
	answer(w, http.StatusOK, o)
}

func (s *Server) getIssuer(w http.ResponseWriter, r *http.Request) {
	if s.settings.noIssuer {
		s.fail(w, notFound())
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
	s.mu.RLock()
	items, all, last := []record.Object{}, 0, uint64(0)
	more := false
	for _, t := range s.environment.types {
		if t.deleted != "" && !s.settings.deletedListed {
			continue
		}
		all++
		switch {
		case t.number <= after:
		case len(items) == limit:
			more = true
		default:
			items = append(items, s.environment.show(t, base(r)))
			last = t.number
		}
	}
	s.mu.RUnlock()
	s.sendPage(w, r, items, all, limit, last, more)
}

func (s *Server) sendPage(w http.ResponseWriter, r *http.Request, items []record.Object, all, limit int, last uint64, more bool) {
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
	s.mu.RLock()
	var o record.Object
	if t := s.environment.byID[r.PathValue("id")]; t != nil {
		o = s.environment.show(t, base(r))
	}
	s.mu.RUnlock()
	if o == nil {
		s.fail(w, notFound())
		return
	}
	answer(w, http.StatusOK, o)
}

// readContent reads and judges the body of a write; nil means that the answer
// is already given.
func (s *Server) readContent(w http.ResponseWriter, r *http.Request) record.Object {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var content record.Object
	if err != nil || json.Unmarshal(raw, &content) != nil || content == nil {
		s.fail(w, problem{status: http.StatusBadRequest, code: "INVALID_REQUEST", message: "The request body is not valid JSON."})
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
	return content
}

// taken tells whether another type that lives has the title, where that counts.
func (s *Server) taken(content record.Object, except *credentialType) bool {
	return s.settings.uniqueTitles && slices.ContainsFunc(s.environment.types, func(t *credentialType) bool {
		return t != except && t.deleted == "" && text(t.content["title"]) == text(content["title"])
	})
}

var titleTaken = problem{
	status: http.StatusConflict, code: "INVALID_DATA", message: "The request could not be completed.",
	details: []detail{{Code: "UNIQUENESS_VIOLATION", Target: "title", Message: "is unique and is in use already"}},
}

func (s *Server) createType(w http.ResponseWriter, r *http.Request) {
	if s.settings.noIssuer {
		s.fail(w, problem{status: http.StatusBadRequest, code: "INVALID_REQUEST", message: "The request could not be completed.", details: []detail{
			{Code: "CONSTRAINT_VIOLATION", Message: "An issuerProfile must be created before credential types."},
		}})
		return
	}
	content := s.readContent(w, r)
	if content == nil {
		return
	}
	s.mu.Lock()
	if s.taken(content, nil) {
		s.mu.Unlock()
		s.fail(w, titleTaken)
		return
	}
	settle(content, nil)
	t := s.environment.add(content, now())
	o := s.environment.show(t, base(r))
	s.mu.Unlock()
	sandbox.MarkApplied(r.Context())
	answer(w, http.StatusCreated, o)
}

// replaceType replaces the whole document: what the body does not have is gone.
func (s *Server) replaceType(w http.ResponseWriter, r *http.Request) {
	content := s.readContent(w, r)
	if content == nil {
		return
	}
	s.mu.Lock()
	t := s.environment.find(r.PathValue("id"))
	if t == nil || s.taken(content, t) {
		s.mu.Unlock()
		if t == nil {
			s.fail(w, notFound())
		} else {
			s.fail(w, titleTaken)
		}
		return
	}
	settle(content, t.content)
	changed := s.environment.replace(t, content, now())
	o := s.environment.show(t, base(r))
	s.mu.Unlock()
	if changed {
		sandbox.MarkApplied(r.Context())
	}
	answer(w, http.StatusOK, o)
}

// deleteType deletes softly; a second deletion finds nothing.
func (s *Server) deleteType(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	t := s.environment.find(r.PathValue("id"))
	if t != nil {
		s.environment.remove(t, now())
	}
	s.mu.Unlock()
	if t == nil {
		s.fail(w, notFound())
		return
	}
	sandbox.MarkApplied(r.Context())
	w.WriteHeader(http.StatusNoContent)
}
