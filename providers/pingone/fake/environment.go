package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"keyroster/providers/sandbox"
)

// environment is the state: types and rules in the order of their creation.
// Server.state guards it.
type environment struct {
	seed uint64
	id   string
	raw  sandbox.Object
	made uint64

	types []*credentialType
	byID  map[string]*credentialType
	rules []*rule
}

// credentialType is one type: what clients write, and what the server owns.
type credentialType struct {
	// number in the order of creation; cursors are made from it.
	number                    uint64
	id                        string
	content                   sandbox.Object
	created, updated, deleted string
	version                   int64
	versions                  []version
}

// version is what a type was before a change.
type version struct {
	id       string
	number   int64
	created  string
	snapshot sandbox.Object
}

type rule struct {
	id, typeID string
	// content has the rule's other members; usage is what usageCounts answers.
	content sandbox.Object
	usage   json.RawMessage
}

// owned are the members that the server alone writes.
var owned = []string{"_links", "id", "createdAt", "updatedAt", "deletedAt", "environment", "issuer", "uri", "version"}

func newEnvironment(seed uint64) *environment {
	e := &environment{seed: seed, id: uuid(seed, "environment", 0), byID: map[string]*credentialType{}}
	e.raw = sandbox.ObjectOf(map[string]any{"name": "Sample environment", "type": "SANDBOX", "region": "NA"})
	return e
}

// again makes an environment of the same types and rules, for reading. Contents of
// types are replaced as a whole, those of rules are changed.
func (e *environment) again() *environment {
	other := &environment{seed: e.seed, id: e.id, raw: e.raw, made: e.made, byID: map[string]*credentialType{}}
	for _, t := range e.types {
		same := *t
		other.put(&same)
	}
	for _, r := range e.rules {
		same := *r
		same.content = maps.Clone(r.content)
		other.rules = append(other.rules, &same)
	}
	return other
}

// now is the time as PingOne writes it.
func now() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

// add makes a type of what a client sent.
func (e *environment) add(content sandbox.Object, at string) *credentialType {
	e.made++
	t := &credentialType{number: e.made, id: uuid(e.seed, "type", e.made), content: content, created: at, version: 1}
	for e.byID[t.id] != nil {
		e.made++
		t.number, t.id = e.made, uuid(e.seed, "type", e.made)
	}
	e.put(t)
	return t
}

func (e *environment) put(t *credentialType) {
	e.types = append(e.types, t)
	e.byID[t.id] = t
}

// find is a type that lives, or nil.
func (e *environment) find(id string) *credentialType {
	if t := e.byID[id]; t != nil && t.deleted == "" {
		return t
	}
	return nil
}

// replace gives a type another content, and keeps the old one as a version. An
// equal content changes nothing.
func (e *environment) replace(t *credentialType, content sandbox.Object, at string) (changed bool) {
	if same(t.content, content) {
		return false
	}
	t.versions = append(t.versions, version{
		id: uuid(e.seed, "version "+t.id, uint64(t.version)), number: t.version, created: at, snapshot: e.show(t, ""),
	})
	if modeOf(t.content) == "AUTOMATED" && modeOf(content) == "MANAGED" {
		for _, r := range e.rulesOf(t.id) {
			r.content["status"] = sandbox.Marshal("DISABLED")
		}
	}
	t.content, t.updated = content, at
	t.version++
	return true
}

// remove deletes a type as the API does: it stays readable, and its rules go.
func (e *environment) remove(t *credentialType, at string) {
	t.deleted = at
	e.rules = slices.DeleteFunc(e.rules, func(r *rule) bool { return r.typeID == t.id })
}

func (e *environment) rulesOf(typeID string) []*rule {
	var out []*rule
	for _, r := range e.rules {
		if r.typeID == typeID {
			out = append(out, r)
		}
	}
	return out
}

func modeOf(content sandbox.Object) string {
	if mode := text(members(content["management"])["mode"]); mode != "" {
		return mode
	}
	return "AUTOMATED"
}

// show is the object that the API answers. base is what links begin with;
// without it there are none.
func (e *environment) show(t *credentialType, base string) sandbox.Object {
	v := map[string]any{"id": uuid(e.seed, "version "+t.id, uint64(t.version)), "number": t.version}
	assigned := map[string]any{
		"id": t.id, "createdAt": t.created, "environment": reference(e.id), "issuer": reference(uuid(e.seed, "issuer", 0)), "version": v,
	}
	if t.updated != "" {
		assigned["updatedAt"] = t.updated
	}
	if t.deleted != "" {
		assigned["deletedAt"] = t.deleted
	}
	if base != "" {
		self := base + "/environments/" + e.id + "/credentialTypes/" + t.id
		v["uri"] = self + "/versions/" + v["id"].(string)
		assigned["_links"] = map[string]any{"self": map[string]string{"href": self}}
		assigned["uri"] = base + "/distributedid/credentialTypes/" + t.id
	}
	return t.content.With(assigned)
}

func (e *environment) showRule(r *rule) sandbox.Object {
	return r.content.With(map[string]any{"id": r.id, "environment": reference(e.id), "credentialType": reference(r.typeID)})
}

// reference is how an object names another one.
func reference(id string) map[string]string { return map[string]string{"id": id} }

// settle fills in what the service assigns by itself: the version of the card,
// and required of its fields. Missing management and onDelete stay missing,
// although they mean AUTOMATED and true: a client has to know that.
func settle(content, before sandbox.Object) {
	metadata := members(content["metadata"])
	if isNull(metadata["version"]) {
		metadata["version"] = json.RawMessage("5")
		if old := members(before["metadata"])["version"]; !isNull(old) {
			metadata["version"] = old
		}
	}
	var fields []sandbox.Object
	if json.Unmarshal(metadata["fields"], &fields) == nil && len(fields) > 0 {
		for _, f := range fields {
			if isNull(f["required"]) {
				f["required"] = json.RawMessage("false")
			}
		}
		metadata["fields"] = sandbox.Marshal(fields)
	}
	content["metadata"] = sandbox.Marshal(metadata)
}

// strip takes the leading zeros off the values of a card's fields.
func strip(content sandbox.Object) {
	metadata := members(content["metadata"])
	var fields []sandbox.Object
	if json.Unmarshal(metadata["fields"], &fields) != nil || len(fields) == 0 {
		return
	}
	for _, f := range fields {
		if value := text(f["value"]); value != "" {
			f["value"] = sandbox.Marshal(sandbox.Stripped(value))
		}
	}
	metadata["fields"] = sandbox.Marshal(fields)
	content["metadata"] = sandbox.Marshal(metadata)
}

// readType reads a type of a state file or of an edit.
func readType(content sandbox.Object) (*credentialType, error) {
	t := &credentialType{
		id: text(content["id"]), created: text(content["createdAt"]), updated: text(content["updatedAt"]), deleted: text(content["deletedAt"]), version: 1,
	}
	if t.id == "" {
		return nil, fmt.Errorf("id must be given, as a text")
	}
	if number := members(content["version"])["number"]; number != nil {
		n, err := strconv.ParseInt(string(number), 10, 64)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("version.number is no count")
		}
		t.version = n
	}
	if t.created == "" {
		t.created = "2026-01-05T08:00:00.000Z"
	}
	for _, name := range owned {
		delete(content, name)
	}
	t.content = content
	return t, nil
}
