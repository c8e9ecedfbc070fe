package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"keyroster/providers/sandbox"
)

// write is the body of a creation or an update.
type write struct {
	Credential *struct {
		TypeID json.RawMessage `json:"credential_type_id"`
		Value  *text           `json:"value"`
	} `json:"person_credential"`
}

// readWrite reads a body, or says what is wrong with it.
func readWrite(r *http.Request) (body write, refused *sandbox.Answer) {
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return body, failure(http.StatusBadRequest, "bad_request", "The request body is not valid JSON")
	}
	if body.Credential == nil {
		return body, failure(
			http.StatusBadRequest, "bad_request",
			"param is missing or the value is empty: person_credential",
		)
	}
	return body, nil
}

// typeID returns the type's id, 0 if it is not a number.
func (b write) typeID() int64 {
	id, err := strconv.ParseInt(string(b.Credential.TypeID), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// credentialOf returns the credential in a request's path, or nil.
func (a *account) credentialOf(r *http.Request) *credential {
	if c := a.credentials.Find(r.PathValue("id")); c != nil && c.person.id == pathInt(r, "person") {
		return c
	}
	return nil
}

func (a *account) getCredential(r *http.Request) *sandbox.Answer {
	if c := a.credentialOf(r); c != nil {
		return raw(http.StatusOK, c.append(nil, a.settings.maskPINs))
	}
	return notFound()
}

// createCredential answers 201, or 409 with the person's existing credential of that type.
func (a *account) createCredential(r *http.Request) *sandbox.Answer {
	body, refused := readWrite(r)
	if refused != nil {
		return refused
	}
	p := a.people.Find(pathInt(r, "person"))
	if p == nil {
		return notFound()
	}
	t := a.types.Find(body.typeID())
	if t == nil {
		return wrong("credential_type_id", "Not found for this account")
	}
	for _, c := range p.creds {
		if c.typ == t && c.status != "revoked" {
			return raw(http.StatusConflict, c.append(nil, a.settings.maskPINs))
		}
	}
	if limit, limited := a.settings.limits[t.id]; limited && t.count >= limit {
		return invalid(
			"limit_reached",
			fmt.Sprintf("You have reached your %s licence limit. Please contact DoorFlow Support.", t.label),
		)
	}
	return a.create(p, t, body.Credential.Value)
}

func (a *account) create(p *person, t *credentialType, given *text) *sandbox.Answer {
	c := &credential{typ: t, person: p}
	value := ""
	if given != nil {
		value = string(*given)
	}
	random := t.kind == pin && value == masked
	if t.kind != mobile && !random {
		if words := a.valueProblem(t, value, nil); words != "" {
			return wrong("value", words)
		}
	}
	var nth int64
	c.id, nth = a.nextID(p, t)
	switch {
	case t.kind == mobile:
		a.invite(c, nth)
	case random:
		if c.value, c.hasValue = a.randomPIN(c, nth); !c.hasValue {
			return wrong("value", inUse)
		}
	default:
		c.value, c.hasValue = a.stored(value), true
	}
	c.order = a.nextOrder()
	a.credentials.Enter(c)
	// Never masked: this is the only time that a random PIN is shown.
	return raw(http.StatusCreated, c.append(nil, false)).Changed(true)
}

// invite makes a mobile credential: a given value is ignored, and the person gets an
// invitation.
func (a *account) invite(c *credential, nth int64) {
	c.status = "invited"
	code := sandbox.DeriveNumbers(a.seed, "invitation", c.person.id, c.typ.id, nth).Digits(16)
	expires := time.Now().Add(7 * 24 * time.Hour).UTC().Format(time.RFC3339)
	c.extra = fmt.Appendf(nil, `,"invitation_code":"%s-%s-%s-%s","invitation_expires_at":"%s"`,
		code[:4], code[4:8], code[8:12], code[12:], expires)
}

// updateCredential answers 201, not 200 (DoorFlow API v3 reference, update credential).
// What ****** does here is not documented; the fake generates a new PIN as on creation, to
// expose a client that writes back what it read masked.
func (a *account) updateCredential(r *http.Request) *sandbox.Answer {
	body, refused := readWrite(r)
	if refused != nil {
		return refused
	}
	c := a.credentialOf(r)
	switch {
	case c == nil:
		return notFound()
	case body.Credential.Value == nil:
		return wrong("value", "can't be blank")
	case c.typ.kind == mobile:
		return wrong("value", "can't be assigned to this credential type")
	}
	value := string(*body.Credential.Value)
	if c.typ.kind == pin && value == masked {
		pair := [2]int64{c.person.id, c.typ.id}
		a.made[pair]++
		var found bool
		if value, found = a.randomPIN(c, a.made[pair]); !found {
			return wrong("value", inUse)
		}
	} else if words := a.valueProblem(c.typ, value, c); words != "" {
		return wrong("value", words)
	} else {
		value = a.stored(value)
	}
	applied := !c.hasValue || c.value != value
	if applied {
		a.setValue(c, value)
	}
	return raw(http.StatusCreated, c.append(nil, a.settings.maskPINs)).Changed(applied)
}

// deleteCredential answers in plain text: 200 when the credential is gone, 202 when a
// mobile one is being deleted, which takes Options.Settle.
func (a *account) deleteCredential(r *http.Request) *sandbox.Answer {
	c := a.credentialOf(r)
	switch {
	case c == nil:
		return notFound()
	case c.typ.kind != mobile:
		a.remove(c)
		return plain(http.StatusOK, "OK")
	case c.status == "revoking":
		return plain(http.StatusAccepted, "Accepted").Changed(false)
	}
	c.status = "revoking"
	a.revoking = append(a.revoking, revocation{time.Now().Add(a.settle), c})
	return plain(http.StatusAccepted, "Accepted")
}
