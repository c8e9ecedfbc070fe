// Package fake is the DoorFlow API v3 as served by the sandbox: people, credential types,
// credentials, sync, account and OAuth, on a state held in memory. It answers as the
// vendor's published contract says; where that is silent it does what is harder on a
// careless client, and says so in a comment.
//
// The state file is {"people", "credential_types", "credentials"}, lists of the API's own
// objects. Ids of people and types are integers, ids of credentials strings. Unknown
// members are kept and served.
//
// The kind of a credential type follows from its code: 10 is a PIN, 300 to 399 are mobile
// types (a range of this server; DoorFlow publishes no table), anything else is a card. The
// switch mobile=ID,ID names mobile types by id as well.
//
// The switches are documented at settings.switches.
package fake

import (
	"net/http"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// Server is one account at DoorFlow. It is safe for concurrent use.
type Server struct {
	*sandbox.Fake[*account]
	settings settings
	tokens   *tokens
}

var _ sandbox.API = (*Server)(nil)

// New makes the API of one account. Errors are about the state file and the switches. A
// reset keeps logins: a client that holds a rotated refresh token continues to work.
func New(o sandbox.Options) (sandbox.API, error) {
	set := newSettings()
	set.account = hashid(o.Tenant("account"), 6)
	base, err := sandbox.NewFake(o, set.switches(), "X-Request-Id",
		func() *account { return newAccount(*set, o.Seed, o.Settle) },
		func(a *account) {
			a.generate(o.Generate)
			a.fillDoors()
		})
	if err != nil {
		return nil, err
	}
	s := &Server{Fake: base, settings: *set, tokens: newTokens(o.Seed, *set)}
	s.routes()
	return s, nil
}

// Welcome implements [sandbox.API] with the login of the account.
func (s *Server) Welcome(string) map[string]any {
	return map[string]any{"auth": s.tokens.initialLogin()}
}

// ExpireTokens invalidates every access token issued so far. Refresh tokens and API keys
// stay valid.
func (s *Server) ExpireTokens() { s.tokens.expire() }

// Exempt excludes OAuth from faults and the rate limit.
func (s *Server) Exempt(path string) bool { return strings.HasPrefix(path, "/oauth/") }

// The scopes of DoorFlow API v3 that the server's resources need.
const (
	scopePersonRead = "account.person.readonly"
	scopePerson     = "account.person"
	scopeTypeRead   = "account.credential_type.readonly"
	scopeSync       = "account.sync"
)

func (s *Server) routes() {
	type on = *account
	const read, write = scopePersonRead + " " + scopePerson, scopePerson
	const some = "/api/3/people/{person}/credentials"
	const one = some + "/{id}"
	for _, route := range []struct {
		pattern string
		handle  func(*account, *http.Request) *sandbox.Answer
		// any of scopes allows the request; names are those by which it may be forbidden.
		scopes, names string
	}{
		{"GET /api/3/account", on.getAccount, "", "account"},
		{"GET /api/3/credential_types", on.listTypes, scopeTypeRead, "credential_types"},
		{"GET /api/3/people", on.listPeople, read, "people"},
		{"GET /api/3/people/{person}", on.getPerson, read, "people"},
		{"GET /api/3/credentials", on.listCredentials, read, "credentials"},
		{"GET " + some, on.listPersonCredentials, read, "credentials"},
		{"POST " + some, on.createCredential, write, "credentials write"},
		{"GET " + one, on.getCredential, read, "credentials"},
		{"PUT " + one, on.updateCredential, write, "credentials write"},
		{"DELETE " + one, on.deleteCredential, write, "credentials write"},
		{"POST /api/3/sync", on.sync, scopeSync, "sync"},
	} {
		within := s.Write
		switch {
		case route.names == "account":
			within = s.Read
		case strings.HasPrefix(route.pattern, "GET"):
			within = s.Serve
		}
		scopes, names := strings.Fields(route.scopes), strings.Fields(route.names)
		guard := func(r *http.Request) *sandbox.Answer { return s.refuse(r, scopes, names) }
		s.Handle(route.pattern, guard, within, route.handle)
	}
	s.Mux.HandleFunc("GET /oauth/authorize", s.authorize)
	s.Mux.HandleFunc("POST /oauth/authorize", s.authorize)
	s.Handle("GET /oauth/token/info", nil, s.Read, s.tokenInfo)
	for pattern, handle := range map[string]func(*http.Request) *sandbox.Answer{
		"POST /oauth/token": s.tokens.token, "POST /oauth/revoke": s.tokens.revoke,
		"/": func(*http.Request) *sandbox.Answer { return notFound() },
	} {
		s.Handle(pattern, nil, s.Read, func(_ *account, r *http.Request) *sandbox.Answer { return handle(r) })
	}
}

// refuse passes a request that is logged in, holds one of the scopes, and is not forbidden
// under one of the names.
func (s *Server) refuse(r *http.Request, scopes, names []string) *sandbox.Answer {
	granted, known := s.tokens.authenticate(r, time.Now())
	if !known {
		return failure(http.StatusUnauthorized, "unauthorized", "The access token is invalid")
	}
	if s.settings.forbidden.HasAny(names...) || !allows(granted, scopes) {
		return failure(http.StatusForbidden, "forbidden", "You are not authorized to access this resource")
	}
	return nil
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// hashid makes an id that looks like DoorFlow's hashids.
func hashid(from sandbox.Digest, length int) string {
	id := make([]byte, length)
	for i := range id {
		id[i] = alphabet[int(from[i])%len(alphabet)]
	}
	return string(id)
}
