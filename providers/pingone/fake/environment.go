package fake

import (
	"encoding/json"
	"errors"
	"maps"
	"strconv"
	"time"

	"keyroster/providers/sandbox"
)

// environment is the state: types and rules in the order of their creation.
type environment struct {
	settings settings
	seed     uint64
	id       string
	raw      sandbox.Object
	made     uint64

	types sandbox.Table[string, credentialType]
	rules sandbox.Table[string, rule]
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

// version is the state of a type before a change.
type version struct {
	id       string
	number   int64
	created  string
	snapshot sandbox.Object
}

// owned are the members that only the server writes.
var owned = []string{"_links", "id", "createdAt", "updatedAt", "deletedAt", "environment", "issuer", "uri", "version"}

func newEnvironment(set settings, seed uint64) *environment {
	e := &environment{settings: set, seed: seed, id: uuid(seed, "environment", 0)}
	e.raw = sandbox.ObjectOf(map[string]any{"name": "Sample environment", "type": "SANDBOX", "region": "NA"})
	e.types, e.rules = typeTable(e), ruleTable(e)
	return e
}

// Parts implements [sandbox.State].
func (e *environment) Parts() []sandbox.Part {
	return []sandbox.Part{&e.types, &e.rules, &sandbox.One{
		Name: "environment", Put: e.put, Set: e.set,
		Text: func() []byte { return sandbox.Marshal(e.object("")) },
	}}
}

func typeTable(e *environment) sandbox.Table[string, credentialType] {
	return sandbox.Table[string, credentialType]{
		Name: "credential_types", ID: "id",
		Key:  func(t *credentialType) string { return t.id },
		Read: readType,
		Text: func(t *credentialType) []byte { return sandbox.Marshal(e.show(t, "")) },
		Set:  e.setType,
		Entered: func(t *credentialType) {
			if t.number == 0 {
				e.made++
				t.number = e.made
			}
		},
		Remove: func(t *credentialType) error {
			e.remove(t, now())
			return nil
		},
	}
}

// put sets the environment's own object from a state file.
func (e *environment) put(o sandbox.Object) error {
	id := text(o["id"])
	if id == "" {
		return errors.New("id must be given, as a text")
	}
	delete(o, "id")
	delete(o, "_links")
	e.id, e.raw = id, o
	return nil
}

func (e *environment) set(id json.RawMessage, patch sandbox.Object) error {
	if text(id) != e.id {
		return errors.New("there is one, which can be set by its id")
	}
	e.raw = e.raw.Patch(patch)
	delete(e.raw, "id")
	return nil
}

// object returns the environment's own object. base is as for [environment.show].
func (e *environment) object(base string) sandbox.Object {
	o := sandbox.ObjectOf(map[string]any{"id": e.id}).Patch(e.raw)
	if base == "" {
		return o
	}
	return o.With(map[string]any{"_links": links(base + "/environments/" + e.id)})
}

// links returns the links of an object or of a page, to itself first.
func links(self string) map[string]any {
	return map[string]any{"self": map[string]string{"href": self}}
}

// Again makes a copy of the environment for reading. Contents of types are replaced as a
// whole and can be shared, those of rules are changed in place.
func (e *environment) Again() *environment {
	other := newEnvironment(e.settings, e.seed)
	other.id, other.raw, other.made = e.id, e.raw, e.made
	for _, t := range e.types.All {
		same := *t
		other.types.Enter(&same)
	}
	for _, r := range e.rules.All {
		same := *r
		same.content = maps.Clone(r.content)
		other.rules.Enter(&same)
	}
	return other
}

// now returns the time as PingOne writes it.
func now() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

// add makes a type from what a client sent.
func (e *environment) add(content sandbox.Object, at string) *credentialType {
	e.made++
	t := &credentialType{number: e.made, id: uuid(e.seed, "type", e.made), content: content, created: at, version: 1}
	for e.types.Find(t.id) != nil {
		e.made++
		t.number, t.id = e.made, uuid(e.seed, "type", e.made)
	}
	e.types.Enter(t)
	return t
}

// find returns a type that was not deleted, or nil.
func (e *environment) find(id string) *credentialType {
	if t := e.types.Find(id); t != nil && t.deleted == "" {
		return t
	}
	return nil
}

// replace replaces the content of a type, and keeps the old one as a version. An equal
// content changes nothing.
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

// setType sets members of a type, including those that the server owns.
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

// remove deletes a type as the API does: it stays readable, and its rules are removed.
func (e *environment) remove(t *credentialType, at string) {
	t.deleted = at
	for _, r := range e.rulesOf(t.id) {
		e.rules.Leave(r)
	}
}

func modeOf(content sandbox.Object) string {
	if mode := text(members(content["management"])["mode"]); mode != "" {
		return mode
	}
	return "AUTOMATED"
}

// show returns the object in the API's answer. base is the beginning of its links; without it
// there are none.
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
		assigned["_links"] = links(self)
		assigned["uri"] = base + "/distributedid/credentialTypes/" + t.id
	}
	return t.content.With(assigned)
}

// reference is how an object refers to another one.
func reference(id string) map[string]string { return map[string]string{"id": id} }

// fillDefaults fills in what the service assigns by itself: the version of the card, and required
// of its fields. Missing management and onDelete stay missing, although they mean AUTOMATED
// and true: a client has to know that.
func fillDefaults(content, before sandbox.Object) {
	metadata := members(content["metadata"])
	if isNull(metadata["version"]) {
		metadata["version"] = json.RawMessage("5")
		if old := members(before["metadata"])["version"]; !isNull(old) {
			metadata["version"] = old
		}
	}
	content["metadata"] = sandbox.Marshal(metadata)
	eachField(content, func(f sandbox.Object) {
		if isNull(f["required"]) {
			f["required"] = json.RawMessage("false")
		}
	})
}

// stripZeros removes the leading zeros of the values of a card's fields.
func stripZeros(content sandbox.Object) {
	eachField(content, func(f sandbox.Object) {
		if value := text(f["value"]); value != "" {
			f["value"] = sandbox.Marshal(sandbox.Stripped(value))
		}
	})
}

// eachField changes the fields of a card.
func eachField(content sandbox.Object, change func(sandbox.Object)) {
	metadata := members(content["metadata"])
	var fields []sandbox.Object
	if json.Unmarshal(metadata["fields"], &fields) != nil || len(fields) == 0 {
		return
	}
	for _, f := range fields {
		change(f)
	}
	metadata["fields"] = sandbox.Marshal(fields)
	content["metadata"] = sandbox.Marshal(metadata)
}

// readType reads a type of a state file or of an edit.
func readType(content sandbox.Object) (*credentialType, error) {
	t := &credentialType{
		id: text(content["id"]), created: text(content["createdAt"]),
		updated: text(content["updatedAt"]), deleted: text(content["deletedAt"]), version: 1,
	}
	if t.id == "" {
		return nil, errors.New("id must be given, as a text")
	}
	if number := members(content["version"])["number"]; number != nil {
		n, err := strconv.ParseInt(string(number), 10, 64)
		if err != nil || n < 1 {
			return nil, errors.New("version.number is no count")
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
