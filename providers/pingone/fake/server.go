// Package fake is PingOne's credentials API as the sandbox plays it: one
// environment with its credential types, their versions and issuance rules, and
// the token endpoint of a worker application, on a state held in memory. It
// answers as the vendor's published contract says; where that is silent it
// takes the side that hurts a careless client more, and says so at the spot.
//
// The state file is {"environment", "credential_types", "issuance_rules"}: the
// environment's object, and lists of the API's own objects. A rule names its
// type in credentialType.id and may hold usageCounts. Members that the server
// does not know are kept and served, numbers in their own form.
//
// The API is served below / and below /v1, tokens below / alone.
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

// Server is one PingOne environment. It is safe for concurrent use.
type Server struct {
	options  sandbox.Options
	settings settings
	mux      *http.ServeMux
	tokens   *tokens
	requests atomic.Uint64
	state    *sandbox.Store[*environment]
}

var (
	_ sandbox.API      = (*Server)(nil)
	_ sandbox.Exempter = (*Server)(nil)
)

// New makes the API of one environment. Errors are those of the state file and
// of the switches.
func New(options sandbox.Options) (sandbox.API, error) {
	settings, err := parseSettings(options.Set)
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, settings: settings}
	if s.state, err = sandbox.NewStore(s.fresh, (*environment).again); err != nil {
		return nil, err
	}
	s.tokens = newTokens(options.Seed, settings, s.environmentID())
	s.mux = s.routes()
	return s, nil
}

// fresh builds the environment that the server was made with.
func (s *Server) fresh() (*environment, error) {
	e := newEnvironment(s.options.Seed)
	if err := e.load(s.options.State); err != nil {
		return nil, err
	}
	e.generate(s.options.Generate)
	return e, nil
}

// Reset goes back to the first state. Tokens stay good.
func (s *Server) Reset() { s.state.Reset() }

// Welcome has the login of the worker application, and where its tokens are.
func (s *Server) Welcome(base string) map[string]any {
	return map[string]any{"auth_url": base, "environment_id": s.environmentID(), "auth": s.tokens.welcome()}
}

// Lag makes the reads of types and rules late.
func (s *Server) Lag(lag time.Duration) { s.state.Lag(lag) }

// ExpireTokens makes every access token issued so far invalid.
func (s *Server) ExpireTokens() { s.tokens.expire() }

// Exempt keeps the token endpoint free of faults and rate limit.
func (s *Server) Exempt(path string) bool { return strings.HasSuffix(path, "/as/token") }

// ServeHTTP serves the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Correlation-ID", "sandbox-"+strconv.FormatUint(s.requests.Add(1), 10))
	if transaction := r.Header.Get("X-Ping-External-Transaction-ID"); transaction != "" {
		w.Header().Set("X-Ping-External-Transaction-ID", transaction)
	}
	if strings.HasPrefix(r.URL.Path, "/v1/environments") {
		http.StripPrefix("/v1", s.mux).ServeHTTP(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// base is what the links of an answer begin with: the host and the prefix by
// which the client came. [http.StripPrefix] leaves the request's own URI alone.
func base(r *http.Request) string {
	host := "http://" + r.Host
	if strings.HasPrefix(r.RequestURI, "/v1/") {
		host += "/v1"
	}
	return host
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	const types = "/environments/{environment}/credentialTypes"
	const rules = types + "/{id}/issuanceRules"
	mux.HandleFunc("GET /environments/{environment}", s.guard(s.getEnvironment, "environment"))
	mux.HandleFunc("GET /environments/{environment}/credentialIssuerProfile", s.guard(s.getIssuer, "environment"))
	mux.HandleFunc("GET "+types, s.guard(s.listTypes, "credential_types"))
	mux.HandleFunc("POST "+types, s.guard(s.createType, "credential_types", "write"))
	mux.HandleFunc("GET "+types+"/{id}", s.guard(s.getType, "credential_types"))
	mux.HandleFunc("PUT "+types+"/{id}", s.guard(s.replaceType, "credential_types", "write"))
	mux.HandleFunc("DELETE "+types+"/{id}", s.guard(s.deleteType, "credential_types", "write"))
	mux.HandleFunc("GET "+types+"/{id}/versions", s.guard(s.listVersions, "credential_types"))
	mux.HandleFunc("GET "+types+"/{id}/versions/{version}", s.guard(s.getVersion, "credential_types"))
	mux.HandleFunc("GET "+rules, s.guard(s.listRules, "issuance_rules"))
	mux.HandleFunc("GET "+rules+"/{rule}", s.guard(s.getRule, "issuance_rules"))
	mux.HandleFunc("POST "+rules, s.guard(s.createRule, "issuance_rules", "write"))
	mux.HandleFunc("PUT "+rules+"/{rule}", s.guard(s.replaceRule, "issuance_rules", "write"))
	mux.HandleFunc("DELETE "+rules+"/{rule}", s.guard(s.deleteRule, "issuance_rules", "write"))
	mux.HandleFunc("GET "+rules+"/{rule}/usageCounts", s.guard(s.usageCounts, "issuance_rules"))
	mux.HandleFunc("POST /{environment}/as/token", s.token)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, notFound) })
	return mux
}

// guard lets a request through that is logged in, is about this environment,
// and is not forbidden under one of the names. An environment that is not there
// looks like one without rights.
func (s *Server) guard(handle http.HandlerFunc, names ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.tokens.authenticate(r, time.Now()):
			s.fail(w, &problem{status: http.StatusUnauthorized, code: "ACCESS_FAILED", message: "The access token is invalid or expired."})
		case s.settings.forbidden.HasAny(names...) || r.PathValue("environment") != s.environmentID():
			s.fail(w, &problem{
				status: http.StatusForbidden, code: "ACCESS_FAILED", message: "You do not have access to this resource.",
				details: []detail{{Code: "INSUFFICIENT_PERMISSIONS", Message: "Actor not authorized."}},
			})
		default:
			handle(w, r)
		}
	}
}

func (s *Server) environmentID() string {
	var id string
	s.state.Read(func(e *environment) { id = e.id })
	return id
}

// uuid makes an id in the form of PingOne's.
func uuid(seed uint64, kind string, number uint64) string {
	return sandbox.DeriveNumbers(seed, kind, int64(number)).UUID()
}
