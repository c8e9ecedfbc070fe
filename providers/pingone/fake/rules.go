package fake

import (
	"net/http"
	"slices"

	"keyroster/providers/sandbox"
)

// collection is a page that holds everything.
func collection(r *http.Request, name string, items []sandbox.Object) map[string]any {
	page := map[string]any{
		"_links": map[string]any{"self": map[string]string{"href": base(r) + r.URL.Path}}, "size": len(items),
	}
	if len(items) > 0 {
		page["_embedded"] = map[string]any{name: items}
	}
	return page
}

func (s *Server) listVersions(w http.ResponseWriter, r *http.Request) {
	s.show(w, func(e *environment) (any, bool) {
		t := e.byID[r.PathValue("id")]
		if t == nil {
			return nil, false
		}
		items := []sandbox.Object{}
		for i := range t.versions {
			items = append(items, t.versions[i].object(t.id))
		}
		return collection(r, "versions", items), true
	})
}

func (s *Server) getVersion(w http.ResponseWriter, r *http.Request) {
	s.show(w, func(e *environment) (any, bool) {
		t := e.byID[r.PathValue("id")]
		if t == nil {
			return nil, false
		}
		i := slices.IndexFunc(t.versions, func(v version) bool { return v.id == r.PathValue("version") })
		if i < 0 {
			return nil, false
		}
		return t.versions[i].object(t.id), true
	})
}

func (v *version) object(typeID string) sandbox.Object {
	return sandbox.ObjectOf(map[string]any{
		"id": v.id, "version": v.number, "createdAt": v.created, "credentialType": reference(typeID), "snapshot": v.snapshot,
	})
}

func (s *Server) listRules(w http.ResponseWriter, r *http.Request) {
	s.show(w, func(e *environment) (any, bool) {
		if e.byID[r.PathValue("id")] == nil {
			return nil, false
		}
		items := []sandbox.Object{}
		for _, one := range e.rulesOf(r.PathValue("id")) {
			items = append(items, e.showRule(one))
		}
		return collection(r, "issuanceRules", items), true
	})
}

func (s *Server) getRule(w http.ResponseWriter, r *http.Request) {
	s.show(w, func(e *environment) (any, bool) {
		one := e.ruleOf(r)
		if one == nil {
			return nil, false
		}
		return e.showRule(one), true
	})
}

// usageCounts answers what the state says, else zeros.
func (s *Server) usageCounts(w http.ResponseWriter, r *http.Request) {
	s.show(w, func(e *environment) (any, bool) {
		one := e.ruleOf(r)
		switch {
		case one == nil:
			return nil, false
		case isNull(one.usage):
			return map[string]int{"issued": 0, "accepted": 0, "updated": 0, "revoked": 0}, true
		}
		return one.usage, true
	})
}

// ruleOf is the rule that a request is about, or nil.
func (e *environment) ruleOf(r *http.Request) *rule {
	rules := e.rulesOf(r.PathValue("id"))
	if i := slices.IndexFunc(rules, func(one *rule) bool { return one.id == r.PathValue("rule") }); i >= 0 {
		return rules[i]
	}
	return nil
}

// show answers what find finds, or 404.
func (s *Server) show(w http.ResponseWriter, find func(*environment) (value any, found bool)) {
	var value any
	var found bool
	s.state.Serve(func(e *environment) { value, found = find(e) })
	if !found {
		s.fail(w, notFound)
		return
	}
	answer(w, http.StatusOK, value)
}
