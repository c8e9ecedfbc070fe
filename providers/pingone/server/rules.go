package server

import (
	"net/http"
	"slices"

	"keyroster/providers/sandbox/record"
)

// collection is a page that holds everything.
func collection(r *http.Request, name string, items []record.Object) map[string]any {
	page := map[string]any{
		"_links": map[string]any{"self": map[string]string{"href": base(r) + r.URL.Path}}, "size": len(items),
	}
	if len(items) > 0 {
		page["_embedded"] = map[string]any{name: items}
	}
	return page
}

func (s *Server) listVersions(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	t := s.environment.byID[r.PathValue("id")]
	items := []record.Object{}
	if t != nil {
		for i := range t.versions {
			items = append(items, t.versions[i].object(t.id))
		}
	}
	s.mu.RUnlock()
	if t == nil {
		s.fail(w, notFound())
		return
	}
	answer(w, http.StatusOK, collection(r, "versions", items))
}

func (s *Server) getVersion(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	var found record.Object
	if t := s.environment.byID[r.PathValue("id")]; t != nil {
		for i := range t.versions {
			if t.versions[i].id == r.PathValue("version") {
				found = t.versions[i].object(t.id)
			}
		}
	}
	s.mu.RUnlock()
	if found == nil {
		s.fail(w, notFound())
		return
	}
	answer(w, http.StatusOK, found)
}

func (v *version) object(typeID string) record.Object {
	return record.Of(map[string]any{
		"id": v.id, "version": v.number, "createdAt": v.created, "credentialType": reference(typeID), "snapshot": v.snapshot,
	})
}

func (s *Server) listRules(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	known := s.environment.byID[r.PathValue("id")] != nil
	items := []record.Object{}
	for _, one := range s.environment.rulesOf(r.PathValue("id")) {
		items = append(items, s.environment.showRule(one))
	}
	s.mu.RUnlock()
	if !known {
		s.fail(w, notFound())
		return
	}
	answer(w, http.StatusOK, collection(r, "issuanceRules", items))
}

func (s *Server) getRule(w http.ResponseWriter, r *http.Request) {
	s.withRule(w, r, func(one *rule) any { return s.environment.showRule(one) })
}

// usageCounts answers what the state says, else zeros.
func (s *Server) usageCounts(w http.ResponseWriter, r *http.Request) {
	s.withRule(w, r, func(one *rule) any {
		if isNull(one.usage) {
			return map[string]int{"issued": 0, "accepted": 0, "updated": 0, "revoked": 0}
		}
		return one.usage
	})
}

func (s *Server) withRule(w http.ResponseWriter, r *http.Request, show func(*rule) any) {
	s.mu.RLock()
	rules := s.environment.rulesOf(r.PathValue("id"))
	i := slices.IndexFunc(rules, func(one *rule) bool { return one.id == r.PathValue("rule") })
	var found any
	if i >= 0 {
		found = show(rules[i])
	}
	s.mu.RUnlock()
	if i < 0 {
		s.fail(w, notFound())
		return
	}
	answer(w, http.StatusOK, found)
}
