package fake

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"

	"keyroster/providers/sandbox"
)

// site is the state.
type site struct {
	stripZeros  bool
	holders     sandbox.Table[string, holder]
	credentials sandbox.Table[string, credential]
}

type holder struct {
	ID string `json:"id"`
}

type credential struct {
	ID     string `json:"id"`
	Holder string `json:"holder"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

func newSite(stripZeros bool) *site {
	s := &site{stripZeros: stripZeros}
	s.holders = sandbox.Table[string, holder]{
		Name: "holders", ID: "id", First: true,
		Read: readObject[holder], Text: text[holder], Key: func(h *holder) string { return h.ID },
	}
	s.credentials = sandbox.Table[string, credential]{
		Name: "credentials", ID: "id",
		Read: readObject[credential], Text: text[credential], Key: func(c *credential) string { return c.ID },
	}
	return s
}

// Parts implements [sandbox.State].
func (s *site) Parts() []sandbox.Part { return []sandbox.Part{&s.holders, &s.credentials} }

func text[T any](one *T) []byte { return sandbox.Marshal(one) }

func readObject[T any](object sandbox.Object) (*T, error) {
	one := new(T)
	if json.Unmarshal(object.Encode("id"), one) != nil || string(object["id"]) == "" {
		return nil, errors.New("an object has an id, and texts alone")
	}
	return one, nil
}

// take copies what a request wants into a credential, or says why not.
func (s *site) take(c *credential, r *http.Request) *sandbox.Answer {
	id := c.ID
	if json.NewDecoder(r.Body).Decode(c) != nil || c.ID != id {
		return failure(http.StatusBadRequest, "bad_body", "The body is no credential")
	}
	if s.stripZeros {
		c.Value = sandbox.Stripped(c.Value)
	}
	switch {
	case s.holders.Find(c.Holder) == nil:
		return failure(http.StatusUnprocessableEntity, "no_holder", "There is no such holder")
	case c.Type != "card" && c.Type != "pin":
		return failure(http.StatusUnprocessableEntity, "no_type", "A credential is a card or a pin")
	case c.Value == "":
		return failure(http.StatusUnprocessableEntity, "no_value", "A credential has a value")
	}
	for _, other := range s.credentials.All {
		switch {
		case other.ID == id:
		case other.Holder == c.Holder && other.Type == c.Type:
			return failure(http.StatusConflict, "credential_exists", "The holder has a "+c.Type+" already")
		case other.Value == c.Value:
			return failure(http.StatusConflict, "value_taken", "The value "+c.Value+" is in use")
		}
	}
	return nil
}

// generate adds n holders with a card each.
func (s *site) generate(n int, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 0))
	for i := range n {
		s.holders.Enter(&holder{ID: fmt.Sprintf("hld_g%d", i)})
		s.credentials.Enter(&credential{
			ID: fmt.Sprintf("crd_g%d", i), Holder: fmt.Sprintf("hld_g%d", i), Type: "card",
			Value: fmt.Sprintf("%05d%05d", random.IntN(100_000), i), // the number makes it unique
		})
	}
}
