// Package fake is Gatewright's API as served by the sandbox: the credentials of one site,
// on a state held in memory.
//
// The state file is {"holders", "credentials"}, lists of the API's own objects. Holders
// have nothing but ids.
package fake

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"keyroster/providers/sandbox"
)

// Server is one site at Gatewright. It is safe for concurrent use.
type Server struct {
	*sandbox.Fake[*site]
	key, rights string
}

var _ sandbox.API = (*Server)(nil)

// New makes the API of one site. Errors are about the state file and the switches.
func New(o sandbox.Options) (sandbox.API, error) {
	s := &Server{key: "gw_" + sandbox.DeriveNumbers(o.Seed, "key", 0).Hex(16), rights: "write"}
	stripZeros := false
	switches := sandbox.Switches{
		"api_key": sandbox.Text("the site's API key", &s.key),
		"rights":  sandbox.Text("write (default) or read: what the key may do", &s.rights, "write", "read"),
		"strip-zeros": sandbox.Flag(
			"true: values are stored without the zeros that they begin with", &stripZeros, "true",
			"false",
		),
	}
	var err error
	s.Fake, err = sandbox.NewFake(o, switches, "Gatewright-Request",
		func() *site { return newSite(stripZeros) }, func(site *site) { site.generate(o.Generate, o.Seed) })
	if err != nil {
		return nil, err
	}
	s.Handle("GET /v1/site", s.refuse, s.Serve, s.getSite)
	s.Handle("GET /v1/credentials", s.refuse, s.Serve, list)
	s.Handle("POST /v1/credentials", s.refuse, s.Write, create)
	s.Handle("GET /v1/credentials/{id}", s.refuse, s.Serve, read)
	s.Handle("PATCH /v1/credentials/{id}", s.refuse, s.Write, update)
	s.Handle("DELETE /v1/credentials/{id}", s.refuse, s.Write, remove)
	s.Handle("/", nil, s.Read, func(*site, *http.Request) *sandbox.Answer { return notFound() })
	return s, nil
}

// Welcome implements [sandbox.API] with the login of the site.
func (s *Server) Welcome(string) map[string]any {
	return map[string]any{"auth": map[string]string{"api_key": s.key}}
}

// ExpireTokens does nothing: API keys do not expire.
func (s *Server) ExpireTokens() {}

// refuse passes a request whose key is valid and allows it.
func (s *Server) refuse(r *http.Request) *sandbox.Answer {
	token, _ := sandbox.Bearer(r)
	switch {
	case !sandbox.SameSecret(token, s.key):
		return failure(http.StatusUnauthorized, "no_key", "The API key is not valid")
	case s.rights == "read" && r.Method != http.MethodGet:
		return failure(http.StatusForbidden, "no_right", "The API key may only read")
	}
	return nil
}

func answer(status int, value any) *sandbox.Answer {
	return &sandbox.Answer{Status: status, Kind: "application/json", Body: sandbox.Marshal(value)}
}

func failure(status int, code, message string) *sandbox.Answer {
	return answer(status, map[string]any{"error": map[string]string{"code": code, "message": message}})
}

func notFound() *sandbox.Answer {
	return failure(http.StatusNotFound, "not_found", "There is no such thing")
}

func (s *Server) getSite(*site, *http.Request) *sandbox.Answer {
	rights := slices.Compact([]string{"read", s.rights})
	return answer(http.StatusOK, map[string]any{"id": "site_1", "name": "Sample site", "rights": rights})
}

// list answers one page, and declares the total that the filter finds.
func list(s *site, r *http.Request) *sandbox.Answer {
	query, found := r.URL.Query(), []*credential{}
	for _, c := range s.credentials.All {
		if holder := query.Get("holder"); holder == "" || c.Holder == holder {
			found = append(found, c)
		}
	}
	number, badNumber := strconv.Atoi(query.Get("page"))
	size, badSize := strconv.Atoi(query.Get("per_page"))
	if badNumber != nil || badSize != nil || number < 1 || size < 1 || size > 100 {
		return failure(http.StatusBadRequest, "bad_page", "page counts from 1, per_page is 1 to 100")
	}
	from := min((number-1)*size, len(found))
	rows := sandbox.Damage(r.Context(), found[from:min(from+size, len(found))])
	return answer(http.StatusOK, map[string]any{"data": rows, "page": number, "per_page": size, "total": len(found)})
}

func read(s *site, r *http.Request) *sandbox.Answer {
	if c := s.credentials.Find(r.PathValue("id")); c != nil {
		return answer(http.StatusOK, c)
	}
	return notFound()
}

func create(s *site, r *http.Request) *sandbox.Answer {
	made := credential{ID: fmt.Sprintf("crd_%d", len(s.credentials.All)+1)}
	for n := len(s.credentials.All) + 2; s.credentials.Find(made.ID) != nil; n++ {
		made.ID = fmt.Sprintf("crd_%d", n)
	}
	if refused := s.take(&made, r); refused != nil {
		return refused
	}
	s.credentials.Enter(&made)
	return answer(http.StatusCreated, &made).Changed(true)
}

func update(s *site, r *http.Request) *sandbox.Answer {
	c := s.credentials.Find(r.PathValue("id"))
	if c == nil {
		return notFound()
	}
	changed := *c
	if refused := s.take(&changed, r); refused != nil {
		return refused
	}
	if changed.Holder != c.Holder || changed.Type != c.Type {
		return failure(http.StatusUnprocessableEntity, "fixed", "holder and type cannot be changed")
	}
	moved := changed != *c
	s.credentials.Replace(c, &changed)
	return answer(http.StatusOK, c).Changed(moved)
}

func remove(s *site, r *http.Request) *sandbox.Answer {
	c := s.credentials.Find(r.PathValue("id"))
	if c == nil {
		return notFound()
	}
	s.credentials.Leave(c)
	return (&sandbox.Answer{Status: http.StatusNoContent}).Changed(true)
}
