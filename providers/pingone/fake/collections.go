package fake

import (
	"encoding/json"
	"errors"
	"slices"

	"keyroster/providers/sandbox"
)

// Edit changes credential_types, issuance_rules or the environment behind the
// client's back, as somebody in PingOne's console would: without the checks of
// the API, but a changed type gets a new version, a deleted one stays readable,
// and a type that becomes MANAGED disables its rules.
func (s *Server) Edit(edit sandbox.Edit) error {
	var err error
	s.state.Write(func(e *environment) { err = edit.Apply(e.typeRecords(), e.ruleRecords(), e.own()) })
	return err
}

// own is the environment's own object as a collection of one.
func (e *environment) own() sandbox.Collection {
	return sandbox.Collection{
		Name: "environment",
		Set: func(id json.RawMessage, patch sandbox.Object) error {
			if text(id) != e.id {
				return errors.New("there is one, which can be set by its id")
			}
			e.raw = e.raw.Patch(patch)
			delete(e.raw, "id")
			return nil
		},
	}
}

func (e *environment) typeRecords() sandbox.Collection {
	return sandbox.Records[string, credentialType]{
		ID:   "id",
		Find: func(id string) *credentialType { return e.byID[id] },
		Read: readType,
		Enter: func(t *credentialType) {
			e.made++
			t.number = e.made
			e.put(t)
		},
		Set: e.setType,
		Remove: func(t *credentialType) error {
			e.remove(t, now())
			return nil
		},
	}.Named("credential_types")
}

// setType sets members of a type, those that the server owns included.
func (e *environment) setType(t *credentialType, patch sandbox.Object) error {
	changed, err := readType(e.show(t, "").Patch(patch))
	if err != nil {
		return err
	}
	e.replace(t, changed.content, now())
	t.deleted = changed.deleted
	for name, into := range map[string]*string{"createdAt": &t.created, "updatedAt": &t.updated} {
		if patch[name] != nil {
			*into = text(patch[name])
		}
	}
	if patch["version"] != nil {
		t.version = changed.version
	}
	return nil
}

func (e *environment) ruleRecords() sandbox.Collection {
	return sandbox.Records[string, rule]{
		ID: "id",
		Find: func(id string) *rule {
			if i := slices.IndexFunc(e.rules, func(r *rule) bool { return r.id == id }); i >= 0 {
				return e.rules[i]
			}
			return nil
		},
		Read:  e.readRule,
		Enter: func(r *rule) { e.rules = append(e.rules, r) },
		Set:   setRule,
		Remove: func(r *rule) error {
			e.rules = slices.DeleteFunc(e.rules, func(other *rule) bool { return other == r })
			return nil
		},
	}.Named("issuance_rules")
}

// readRule reads a rule of a state file or of an edit.
func (e *environment) readRule(content sandbox.Object) (*rule, error) {
	r := &rule{
		id: text(content["id"]), typeID: text(members(content["credentialType"])["id"]), usage: content["usageCounts"], content: content,
	}
	if r.id == "" || e.find(r.typeID) == nil {
		return nil, errors.New("id must be given, and credentialType.id must name a credential type")
	}
	for _, name := range []string{"_links", "id", "environment", "credentialType", "usageCounts"} {
		delete(content, name)
	}
	return r, nil
}

func setRule(r *rule, patch sandbox.Object) error {
	if _, found := patch["credentialType"]; found {
		return errors.New("a rule's id and type cannot be changed")
	}
	for name, value := range patch {
		if name == "usageCounts" {
			r.usage = value
		} else {
			r.content[name] = value
		}
	}
	return nil
}
