package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"keyroster/providers/sandbox"
)

// stateFile is the state file, and what GET /_sandbox/state answers.
type stateFile struct {
	Environment     json.RawMessage   `json:"environment"`
	CredentialTypes []json.RawMessage `json:"credential_types"`
	IssuanceRules   []json.RawMessage `json:"issuance_rules,omitempty"`
}

// State is the state in the shape of the state file. Deleted types are in it,
// with their deletedAt.
func (s *Server) State() any {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.environment
	state := stateFile{Environment: marshal(e.environmentObject("")), CredentialTypes: []json.RawMessage{}}
	for _, t := range e.types {
		state.CredentialTypes = append(state.CredentialTypes, marshal(e.show(t, "")))
	}
	for _, r := range e.rules {
		o := e.showRule(r)
		if !isNull(r.usage) {
			o["usageCounts"] = r.usage
		}
		state.IssuanceRules = append(state.IssuanceRules, marshal(o))
	}
	return state
}

func (e *environment) environmentObject(base string) object {
	o := object{"id": marshal(e.id)}
	for name, value := range e.raw {
		o[name] = value
	}
	if base != "" {
		o["_links"] = marshal(map[string]any{"self": map[string]string{"href": base + "/environments/" + e.id}})
	}
	return o
}

// load adds the records of a state file.
func (e *environment) load(file []byte) error {
	if len(file) == 0 {
		return nil
	}
	var state stateFile
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&state); err != nil {
		return fmt.Errorf("read sandbox state: %v", err)
	}
	if !isNull(state.Environment) {
		if err := e.setEnvironment(members(state.Environment)); err != nil {
			return fmt.Errorf("read sandbox state: environment: %v", err)
		}
	}
	for i, raw := range state.CredentialTypes {
		if err := e.insertType(raw); err != nil {
			return fmt.Errorf("read sandbox state: credential_types[%d]: %v", i, err)
		}
	}
	for i, raw := range state.IssuanceRules {
		if err := e.insertRule(raw); err != nil {
			return fmt.Errorf("read sandbox state: issuance_rules[%d]: %v", i, err)
		}
	}
	return nil
}

func (e *environment) setEnvironment(o object) error {
	id := text(o["id"])
	if id == "" {
		return errors.New("id must be given, as a text")
	}
	delete(o, "id")
	delete(o, "_links")
	e.id, e.raw = id, o
	return nil
}

func (e *environment) insertType(raw []byte) error {
	t, err := e.readType(raw)
	if err != nil {
		return err
	}
	if e.byID[t.id] != nil {
		return fmt.Errorf("id %q is there already", t.id)
	}
	e.made++
	t.number = e.made
	e.put(t)
	return nil
}

func (e *environment) insertRule(raw []byte) error {
	o := members(raw)
	r := &rule{id: text(o["id"]), typeID: text(members(o["credentialType"])["id"]), usage: o["usageCounts"], content: o}
	switch {
	case r.id == "" || e.find(r.typeID) == nil:
		return errors.New("id must be given, and credentialType.id must name a credential type")
	case slices.ContainsFunc(e.rules, func(other *rule) bool { return other.id == r.id }):
		return fmt.Errorf("id %q is there already", r.id)
	}
	for _, name := range []string{"_links", "id", "environment", "credentialType", "usageCounts"} {
		delete(o, name)
	}
	e.rules = append(e.rules, r)
	return nil
}

// Edit changes credential_types, issuance_rules or the environment behind the
// client's back, as somebody in PingOne's console would: without the checks of
// the API, but a changed type gets a new version, a deleted one stays readable,
// and a type that becomes MANAGED disables its rules.
func (s *Server) Edit(edit sandbox.Edit) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.environment.edit(edit); err != nil {
		return fmt.Errorf("edit %s: %v", edit.Collection, err)
	}
	return nil
}

func (e *environment) edit(edit sandbox.Edit) error {
	id, set := text(edit.ID), members(edit.Set)
	if len(edit.Set) > 0 && set == nil {
		return errors.New("set is not a JSON object")
	}
	switch edit.Collection {
	case "credential_types":
		if len(edit.Insert) > 0 {
			return e.insertType(edit.Insert)
		}
		return e.editType(id, set)
	case "issuance_rules":
		if len(edit.Insert) > 0 {
			return e.insertRule(edit.Insert)
		}
		return e.editRule(id, set)
	case "environment":
		if set == nil || id != e.id {
			return errors.New("there is one, which can be set by its id")
		}
		for name, value := range set {
			e.raw[name] = value
		}
		delete(e.raw, "id")
		return nil
	}
	return errors.New("there are credential_types, issuance_rules and environment")
}

// editType sets members of a type, or deletes it when there are none to set.
func (e *environment) editType(id string, set object) error {
	t := e.byID[id]
	if t == nil {
		return fmt.Errorf("there is no id %q", id)
	}
	if set == nil {
		e.remove(t, now())
		return nil
	}
	if set["id"] != nil {
		return errors.New("an id cannot be changed")
	}
	shown := e.show(t, "")
	for name, value := range set {
		shown[name] = value
	}
	changed, err := e.readType(marshal(shown))
	if err != nil {
		return err
	}
	e.replace(t, changed.content, now())
	t.deleted = changed.deleted
	for name, into := range map[string]*string{"createdAt": &t.created, "updatedAt": &t.updated} {
		if set[name] != nil {
			*into = text(set[name])
		}
	}
	if set["version"] != nil {
		t.version = changed.version
	}
	return nil
}

func (e *environment) editRule(id string, set object) error {
	i := slices.IndexFunc(e.rules, func(r *rule) bool { return r.id == id })
	if i < 0 {
		return fmt.Errorf("there is no id %q", id)
	}
	if set == nil {
		e.rules = slices.Delete(e.rules, i, i+1)
		return nil
	}
	r := e.rules[i]
	for name, value := range set {
		switch name {
		case "id", "credentialType":
			return errors.New("a rule's id and type cannot be changed")
		case "usageCounts":
			r.usage = value
		default:
			r.content[name] = value
		}
	}
	return nil
}
