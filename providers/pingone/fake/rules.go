package fake

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"keyroster/providers/sandbox"
)

// rule says when credentials of a type are issued.
type rule struct {
	id, typeID string
	// content has the rule's other members; usage is the answer of usageCounts.
	content sandbox.Object
	usage   json.RawMessage
}

func ruleTable(e *environment) sandbox.Table[string, rule] {
	return sandbox.Table[string, rule]{
		Name: "issuance_rules", ID: "id", Optional: true,
		Key:  func(r *rule) string { return r.id },
		Read: e.readRule,
		Set:  setRule,
		Text: func(r *rule) []byte {
			o := e.showRule(r)
			if !isNull(r.usage) {
				o["usageCounts"] = r.usage
			}
			return sandbox.Marshal(o)
		},
	}
}

// readRule reads a rule of a state file or of an edit.
func (e *environment) readRule(content sandbox.Object) (*rule, error) {
	r := &rule{
		id: text(content["id"]), typeID: text(members(content["credentialType"])["id"]),
		usage: content["usageCounts"], content: content,
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

func (e *environment) rulesOf(typeID string) []*rule {
	var out []*rule
	for _, r := range e.rules.All {
		if r.typeID == typeID {
			out = append(out, r)
		}
	}
	return out
}

// ruleOf returns the rule that a request is about, or nil.
func (e *environment) ruleOf(r *http.Request) *rule {
	if one := e.rules.Find(r.PathValue("rule")); one != nil && one.typeID == r.PathValue("id") {
		return one
	}
	return nil
}

func (e *environment) showRule(r *rule) sandbox.Object {
	return r.content.With(
		map[string]any{"id": r.id, "environment": reference(e.id), "credentialType": reference(r.typeID)},
	)
}

func (e *environment) listRules(r *http.Request) any {
	if e.typeOf(r) == nil {
		return notFound
	}
	var items []sandbox.Object
	for _, one := range e.rulesOf(r.PathValue("id")) {
		items = append(items, e.showRule(one))
	}
	return collection(r, "issuanceRules", items)
}

func (e *environment) getRule(r *http.Request) any {
	if one := e.ruleOf(r); one != nil {
		return e.showRule(one)
	}
	return notFound
}

// usageCounts answers with the counts of the state, or zeros.
func (e *environment) usageCounts(r *http.Request) any {
	one := e.ruleOf(r)
	switch {
	case one == nil:
		return notFound
	case isNull(one.usage):
		return map[string]int{"issued": 0, "accepted": 0, "updated": 0, "revoked": 0}
	}
	return one.usage
}

// sentRule reads the body of an issuance rule and refuses an invalid one (PingOne
// credentials API, credential issuance rules).
func sentRule(r *http.Request) (sandbox.Object, *problem) {
	content, refused := readObject(r)
	if refused != nil {
		return nil, refused
	}
	for _, name := range append(slices.Clone(owned), "credentialType") {
		delete(content, name)
	}
	var details []detail
	automation := members(content["automation"])
	for _, name := range []string{"issue", "update", "revoke"} {
		if how := text(automation[name]); how != "PERIODIC" && how != "ON_DEMAND" {
			details = append(details, wrong("automation."+name, "must be one of PERIODIC, ON_DEMAND"))
		}
	}
	if status := text(content["status"]); status != "ACTIVE" && status != "DISABLED" {
		details = append(details, wrong("status", "must be one of ACTIVE, DISABLED"))
	}
	if len(details) > 0 {
		return nil, invalid(details...)
	}
	return content, nil
}

func (e *environment) createRule(r *http.Request) any {
	content, refused := sentRule(r)
	if refused != nil {
		return refused
	}
	t := e.find(r.PathValue("id"))
	if t == nil {
		return notFound
	}
	content["createdAt"] = sandbox.Marshal(now())
	e.made++
	one := &rule{id: uuid(e.seed, "rule "+t.id, e.made), typeID: t.id, content: content}
	e.rules.Enter(one)
	return e.showRule(one)
}

// replaceRule replaces the whole rule: what the body does not have is removed.
func (e *environment) replaceRule(r *http.Request) any {
	content, refused := sentRule(r)
	if refused != nil {
		return refused
	}
	one := e.ruleOf(r)
	if one == nil {
		return notFound
	}
	delete(content, "createdAt")
	if created, found := one.content["createdAt"]; found {
		content["createdAt"] = created
	}
	content["updatedAt"] = sandbox.Marshal(now())
	one.content = content
	return e.showRule(one)
}

func (e *environment) deleteRule(r *http.Request) any {
	one := e.ruleOf(r)
	if one == nil {
		return notFound
	}
	e.rules.Leave(one)
	return nil
}
