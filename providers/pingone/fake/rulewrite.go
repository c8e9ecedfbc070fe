package fake

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"keyroster/providers/sandbox"
)

// readRule reads the body of an issuance rule and refuses one that is none
// (PingOne credentials API, credential issuance rules).
func (s *Server) readRule(w http.ResponseWriter, r *http.Request) sandbox.Object {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var content sandbox.Object
	if err != nil || json.Unmarshal(raw, &content) != nil || content == nil {
		s.fail(w, &problem{status: http.StatusBadRequest, code: "INVALID_REQUEST", message: "The request body is not valid JSON."})
		return nil
	}
	for _, name := range append(slices.Clone(owned), "credentialType") {
		delete(content, name)
	}
	var details []detail
	automation := members(content["automation"])
	for _, name := range []string{"issue", "update", "revoke"} {
		if how := text(automation[name]); how != "PERIODIC" && how != "ON_DEMAND" {
			details = append(details, detail{Code: "INVALID_VALUE", Target: "automation." + name, Message: "must be one of PERIODIC, ON_DEMAND"})
		}
	}
	if status := text(content["status"]); status != "ACTIVE" && status != "DISABLED" {
		details = append(details, detail{Code: "INVALID_VALUE", Target: "status", Message: "must be one of ACTIVE, DISABLED"})
	}
	if len(details) > 0 {
		s.fail(w, invalid(details...))
		return nil
	}
	return content
}

func (s *Server) createRule(w http.ResponseWriter, r *http.Request) {
	content := s.readRule(w, r)
	if content == nil {
		return
	}
	s.commit(w, r, http.StatusCreated, func(e *environment) (any, bool, *problem) {
		t := e.find(r.PathValue("id"))
		if t == nil {
			return nil, false, notFound
		}
		at := now()
		content["createdAt"] = sandbox.Marshal(at)
		e.made++
		one := &rule{id: uuid(e.seed, "rule "+t.id, e.made), typeID: t.id, content: content}
		e.rules = append(e.rules, one)
		return e.showRule(one), true, nil
	})
}

// replaceRule replaces the whole rule: what the body does not have is gone.
func (s *Server) replaceRule(w http.ResponseWriter, r *http.Request) {
	content := s.readRule(w, r)
	if content == nil {
		return
	}
	s.commit(w, r, http.StatusOK, func(e *environment) (any, bool, *problem) {
		one := e.ruleOf(r)
		if one == nil {
			return nil, false, notFound
		}
		content["createdAt"] = one.content["createdAt"]
		if content["createdAt"] == nil {
			delete(content, "createdAt")
		}
		content["updatedAt"] = sandbox.Marshal(now())
		one.content = content
		return e.showRule(one), true, nil
	})
}

func (s *Server) deleteRule(w http.ResponseWriter, r *http.Request) {
	s.commit(w, r, http.StatusNoContent, func(e *environment) (any, bool, *problem) {
		one := e.ruleOf(r)
		if one == nil {
			return nil, false, notFound
		}
		e.rules = slices.DeleteFunc(e.rules, func(other *rule) bool { return other == one })
		return nil, true, nil
	})
}
