package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"keyroster/providers/sandbox"
)

// maxBody bounds the body of a write.
const maxBody = 1 << 20

// write is the body of a creation or an update.
type write struct {
	Credential *struct {
		TypeID json.RawMessage `json:"credential_type_id"`
		Value  *text           `json:"value"`
	} `json:"person_credential"`
}

// readWrite reads a body; false means that the answer is already given.
func readWrite(w http.ResponseWriter, r *http.Request) (write, bool) {
	var body write
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body); err != nil {
		failure(w, http.StatusBadRequest, "bad_request", "The request body is not valid JSON")
		return body, false
	}
	if body.Credential == nil {
		failure(w, http.StatusBadRequest, "bad_request",
			"param is missing or the value is empty: person_credential")
		return body, false
	}
	return body, true
}

// typeID is the type's id, 0 when it is none.
func (b write) typeID() int64 {
	id, err := strconv.ParseInt(string(b.Credential.TypeID), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// verdict is what a write came to: a status with an object, or with the member
// that is wrong and words about it, or with text.
type verdict struct {
	status  int
	object  []byte
	text    string
	member  string
	words   any
	applied bool
}

func wrong(member, words string) verdict {
	return verdict{status: http.StatusUnprocessableEntity, member: member, words: []string{words}}
}

// commit runs a write under the lock and sends what it came to.
func (s *Server) commit(w http.ResponseWriter, r *http.Request, act func(a *account) verdict) {
	var v verdict
	s.state.Write(func(a *account) { v = act(a) })
	if v.applied {
		sandbox.MarkApplied(r.Context())
	}
	switch {
	case v.status == http.StatusNotFound:
		notFound(w)
	case v.member != "":
		invalid(w, v.member, v.words)
	case v.object != nil:
		raw(w, v.status, v.object)
	default:
		plain(w, v.status, v.text)
	}
}

func (s *Server) getCredential(w http.ResponseWriter, r *http.Request) {
	s.show(w, func(a *account) []byte {
		if c := a.lookup(pathInt(r, "person"), r.PathValue("id")); c != nil {
			return c.append(nil, s.settings.maskPINs)
		}
		return nil
	})
}

// createCredential answers 201, or 409 with the credential of that type which
// the person already has.
func (s *Server) createCredential(w http.ResponseWriter, r *http.Request) {
	body, ok := readWrite(w, r)
	if !ok {
		return
	}
	personID := pathInt(r, "person")
	s.commit(w, r, func(a *account) verdict {
		p := a.personByID[personID]
		if p == nil {
			return verdict{status: http.StatusNotFound}
		}
		return s.create(a, p, body)
	})
}

func (s *Server) create(a *account, p *person, body write) verdict {
	t := a.typeByID[body.typeID()]
	if t == nil {
		return wrong("credential_type_id", "Not found for this account")
	}
	for _, c := range p.creds {
		if c.typ == t && c.status != "revoked" {
			return verdict{status: http.StatusConflict, object: c.append(nil, s.settings.maskPINs)}
		}
	}
	if limit, limited := s.settings.limits[t.id]; limited && t.count >= limit {
		return verdict{
			status: http.StatusUnprocessableEntity, member: "limit_reached",
			words: fmt.Sprintf("You have reached your %s licence limit. Please contact DoorFlow Support.", t.label),
		}
	}
	c := &credential{typ: t, person: p}
	value := ""
	if body.Credential.Value != nil {
		value = string(*body.Credential.Value)
	}
	if random := t.kind == pin && value == masked; t.kind != mobile && !random {
		if words := a.judge(t, value, nil); words != "" {
			return wrong("value", words)
		}
	}
	var nth int64
	c.id, nth = a.nextID(s.options.Seed, p, t)
	switch {
	case t.kind == mobile:
		s.invite(c, nth)
	case t.kind == pin && value == masked:
		if c.value, c.hasValue = a.randomPIN(s.options.Seed, c, nth); !c.hasValue {
			return wrong("value", inUse)
		}
	default:
		c.value, c.hasValue = a.kept(value), true
	}
	a.attach(c)
	// Never masked: it is the only time that a random PIN is told.
	return verdict{status: http.StatusCreated, object: c.append(nil, false), applied: true}
}

// invite makes a mobile credential: what value was given does not matter, the
// person gets an invitation.
func (s *Server) invite(c *credential, nth int64) {
	c.status = "invited"
	code := sandbox.DeriveNumbers(s.options.Seed, "invitation", c.person.id, c.typ.id, nth).Digits(16)
	expires := time.Now().Add(7 * 24 * time.Hour).UTC().Format(time.RFC3339)
	c.extra = fmt.Appendf(nil, `,"invitation_code":"%s-%s-%s-%s","invitation_expires_at":"%s"`,
		code[:4], code[4:8], code[8:12], code[12:], expires)
}

// updateCredential answers 201, not 200 (DoorFlow API v3 reference, update
// credential). What ****** does here is not documented; the server draws a new
// PIN as on creation, so that a client which writes back what it read masked
// is found out.
func (s *Server) updateCredential(w http.ResponseWriter, r *http.Request) {
	body, ok := readWrite(w, r)
	if !ok {
		return
	}
	personID, id := pathInt(r, "person"), r.PathValue("id")
	s.commit(w, r, func(a *account) verdict {
		c := a.lookup(personID, id)
		if c == nil {
			return verdict{status: http.StatusNotFound}
		}
		return s.update(a, c, body)
	})
}

func (s *Server) update(a *account, c *credential, body write) verdict {
	if body.Credential.Value == nil {
		return wrong("value", "can't be blank")
	}
	if c.typ.kind == mobile {
		return wrong("value", "can't be assigned to this credential type")
	}
	value := string(*body.Credential.Value)
	if c.typ.kind == pin && value == masked {
		pair := [2]int64{c.person.id, c.typ.id}
		a.made[pair]++
		var found bool
		if value, found = a.randomPIN(s.options.Seed, c, a.made[pair]); !found {
			return wrong("value", inUse)
		}
	} else if words := a.judge(c.typ, value, c); words != "" {
		return wrong("value", words)
	} else {
		value = a.kept(value)
	}
	applied := !c.hasValue || c.value != value
	if applied {
		a.setValue(c, value)
	}
	return verdict{status: http.StatusCreated, object: c.append(nil, s.settings.maskPINs), applied: applied}
}

// deleteCredential answers in plain text: 200 when the credential is gone, 202
// when a mobile one is on its way out, which takes Options.Settle.
func (s *Server) deleteCredential(w http.ResponseWriter, r *http.Request) {
	personID, id := pathInt(r, "person"), r.PathValue("id")
	s.commit(w, r, func(a *account) verdict {
		c := a.lookup(personID, id)
		switch {
		case c == nil:
			return verdict{status: http.StatusNotFound}
		case c.typ.kind != mobile:
			a.remove(c)
			return verdict{status: http.StatusOK, text: "OK", applied: true}
		}
		applied := c.status != "revoking"
		if applied {
			c.status = "revoking"
			a.revoking = append(a.revoking, revocation{time.Now().Add(s.options.Settle), c})
		}
		return verdict{status: http.StatusAccepted, text: "Accepted", applied: applied}
	})
}
