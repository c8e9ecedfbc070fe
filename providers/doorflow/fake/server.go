// Package fake is the DoorFlow API v3 as the sandbox plays it: people,
// credential types, credentials, sync, account and OAuth, on a state held in
// memory. It answers as the vendor's published contract says; where that is
// silent it takes the side that hurts a careless client more, and says so at
// the spot.
//
// The state file is {"people", "credential_types", "credentials"}, lists of the
// API's own objects. Ids of people and types are integers, ids of credentials
// strings. Members that the server does not know are kept and served.
//
// Kinds of credential types go by their code: 10 is a PIN, 300 to 399 are
// mobile types (a range of this server; DoorFlow publishes no table), anything
// else is a card. The switch mobile=ID,ID names mobile types by id as well.
//
// The switches are documented at [Switches].
package fake

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"keyroster/providers/sandbox"
)

// Server is one account at DoorFlow. It is safe for concurrent use.
type Server struct {
	options  sandbox.Options
	settings settings
	mux      *http.ServeMux
	tokens   *tokens
	requests atomic.Uint64
	state    *sandbox.Store[*account]
}

var (
	_ sandbox.API      = (*Server)(nil)
	_ sandbox.Exempter = (*Server)(nil)
)

// New makes the API of one account. Errors are those of the state file and of
// the switches.
func New(options sandbox.Options) (sandbox.API, error) {
	settings, err := parseSettings(options.Set)
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, settings: settings, tokens: newTokens(options.Seed, settings)}
	if s.state, err = sandbox.NewStore(s.fresh, (*account).again); err != nil {
		return nil, err
	}
	s.mux = s.routes()
	return s, nil
}

// fresh builds the account that the server was made with.
func (s *Server) fresh() (*account, error) {
	a := newAccount(s.settings)
	if err := a.load(s.options.State); err != nil {
		return nil, err
	}
	a.generate(s.options.Generate, s.options.Seed)
	a.deliver()
	return a, nil
}

// Reset goes back to the first state of the records, the doors and the sync
// window. Logins stay: a client that holds a rotated refresh token goes on.
func (s *Server) Reset() { s.state.Reset() }

// Welcome has the login of the account.
func (s *Server) Welcome(string) map[string]any {
	return map[string]any{"auth": s.tokens.welcome()}
}

// Lag makes the reads of people, types and credentials late.
func (s *Server) Lag(lag time.Duration) { s.state.Lag(lag) }

// ExpireTokens makes every access token issued so far invalid. Refresh tokens
// and API keys go on.
func (s *Server) ExpireTokens() { s.tokens.expire() }

// Exempt keeps OAuth free of faults and rate limit.
func (s *Server) Exempt(path string) bool { return strings.HasPrefix(path, "/oauth/") }

// ServeHTTP serves the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Request-Id", "sandbox-"+strconv.FormatUint(s.requests.Add(1), 10))
	s.mux.ServeHTTP(w, r)
}

// The scopes of DoorFlow API v3 that the server's resources need.
const (
	scopePersonRead = "account.person.readonly"
	scopePerson     = "account.person"
	scopeTypeRead   = "account.credential_type.readonly"
	scopeSync       = "account.sync"
)

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	read := []string{scopePersonRead, scopePerson}
	write := []string{scopePerson}
	const one = "/api/3/people/{person}/credentials/{id}"
	mux.HandleFunc("GET /api/3/account", s.guard(s.getAccount, nil, "account"))
	mux.HandleFunc("GET /api/3/credential_types", s.guard(s.listTypes, []string{scopeTypeRead}, "credential_types"))
	mux.HandleFunc("GET /api/3/people", s.guard(s.listPeople, read, "people"))
	mux.HandleFunc("GET /api/3/people/{person}", s.guard(s.getPerson, read, "people"))
	mux.HandleFunc("GET /api/3/credentials", s.guard(s.listCredentials, read, "credentials"))
	mux.HandleFunc("GET /api/3/people/{person}/credentials", s.guard(s.listPersonCredentials, read, "credentials"))
	mux.HandleFunc("POST /api/3/people/{person}/credentials", s.guard(s.createCredential, write, "credentials", "write"))
	mux.HandleFunc("GET "+one, s.guard(s.getCredential, read, "credentials"))
	mux.HandleFunc("PUT "+one, s.guard(s.updateCredential, write, "credentials", "write"))
	mux.HandleFunc("DELETE "+one, s.guard(s.deleteCredential, write, "credentials", "write"))
	mux.HandleFunc("POST /api/3/sync", s.guard(s.sync, []string{scopeSync}, "sync"))
	mux.HandleFunc("GET /oauth/authorize", s.authorize)
	mux.HandleFunc("POST /oauth/authorize", s.decide)
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("GET /oauth/token/info", s.tokenInfo)
	mux.HandleFunc("POST /oauth/revoke", s.revoke)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { notFound(w) })
	return mux
}

// guard lets a request through that is logged in, holds one of the scopes, and
// is not forbidden under one of the names.
func (s *Server) guard(handle http.HandlerFunc, scopes []string, names ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		granted, known := s.tokens.authenticate(r, time.Now())
		if !known {
			failure(w, http.StatusUnauthorized, "unauthorized", "The access token is invalid")
			return
		}
		if s.settings.forbidden.HasAny(names...) || !allows(granted, scopes) {
			failure(w, http.StatusForbidden, "forbidden", "You are not authorized to access this resource")
			return
		}
		handle(w, r)
	}
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// hashid makes an id in the manner of DoorFlow's hashids.
func hashid(from sandbox.Digest, length int) string {
	id := make([]byte, length)
	for i := range id {
		id[i] = alphabet[int(from[i])%len(alphabet)]
	}
	return string(id)
}
