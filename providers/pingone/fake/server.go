// Package fake is PingOne's credentials API as served by the sandbox: one environment with
// its credential types, their versions and issuance rules, and the token endpoint of a
// worker application, on a state held in memory. It answers as the vendor's published
// contract says; where that is silent it does what is harder on a careless client, and says
// so in a comment.
//
// The state file is {"environment", "credential_types", "issuance_rules"}: the
// environment's object, and lists of the API's own objects. A rule names its type in
// credentialType.id and may hold usageCounts. Unknown members are kept and served, numbers
// in their original form.
//
// The API is served below / and below /v1, tokens only below /.
//
// The switches are documented at settings.switches.
package fake

import (
	"net/http"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// Server is one PingOne environment. It is safe for concurrent use.
type Server struct {
	*sandbox.Fake[*environment]
	seed   uint64
	tokens *tokens
}

var _ sandbox.API = (*Server)(nil)

// New makes the API of one environment. Errors are about the state file and the switches.
// Edits act like an administrator in PingOne's console: they give a changed type a new
// version, leave a deleted one readable, and disable the rules of a type that becomes
// MANAGED. A reset keeps tokens valid.
func New(o sandbox.Options) (sandbox.API, error) {
	set := newSettings()
	base, err := sandbox.NewFake(o, set.switches(), "Correlation-ID",
		func() *environment { return newEnvironment(*set, o.Seed) },
		func(e *environment) { e.generate(o.Generate) })
	if err != nil {
		return nil, err
	}
	s := &Server{Fake: base, seed: o.Seed}
	s.tokens = newTokens(o.Seed, *set, s.environmentID())
	s.routes(*set)
	return s, nil
}

// Welcome implements [sandbox.API] with the login of the worker application, and where its
// tokens are.
func (s *Server) Welcome(base string) map[string]any {
	return map[string]any{"auth_url": base, "environment_id": s.environmentID(), "auth": s.tokens.initialLogin()}
}

// ExpireTokens invalidates every access token issued so far.
func (s *Server) ExpireTokens() { s.tokens.expire() }

// Exempt excludes the token endpoint from faults and the rate limit.
func (s *Server) Exempt(path string) bool { return strings.HasSuffix(path, "/as/token") }

// ServeHTTP serves the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if transaction := r.Header.Get("X-Ping-External-Transaction-ID"); transaction != "" {
		w.Header().Set("X-Ping-External-Transaction-ID", transaction)
	}
	if strings.HasPrefix(r.URL.Path, "/v1/environments") {
		http.StripPrefix("/v1", s.Fake).ServeHTTP(w, r)
		return
	}
	s.Fake.ServeHTTP(w, r)
}

// base returns the beginning of an answer's links: the host and the prefix that the client used.
// [http.StripPrefix] does not change the request's own URI.
func base(r *http.Request) string {
	host := "http://" + r.Host
	if strings.HasPrefix(r.RequestURI, "/v1/") {
		host += "/v1"
	}
	return host
}

func (s *Server) routes(set settings) {
	type on = *environment
	const types = "/environments/{environment}/credentialTypes"
	const rules = types + "/{id}/issuanceRules"
	for _, route := range []struct {
		pattern string
		handle  func(*environment, *http.Request) any
		name    string
	}{
		{"GET /environments/{environment}", on.getEnvironment, "environment"},
		{"GET /environments/{environment}/credentialIssuerProfile", on.getIssuer, "environment"},
		{"GET " + types, on.listTypes, "credential_types"},
		{"POST " + types, on.createType, "credential_types"},
		{"GET " + types + "/{id}", on.getType, "credential_types"},
		{"PUT " + types + "/{id}", on.replaceType, "credential_types"},
		{"DELETE " + types + "/{id}", on.deleteType, "credential_types"},
		{"GET " + types + "/{id}/versions", on.listVersions, "credential_types"},
		{"GET " + types + "/{id}/versions/{version}", on.getVersion, "credential_types"},
		{"GET " + rules, on.listRules, "issuance_rules"},
		{"GET " + rules + "/{rule}", on.getRule, "issuance_rules"},
		{"POST " + rules, on.createRule, "issuance_rules"},
		{"PUT " + rules + "/{rule}", on.replaceRule, "issuance_rules"},
		{"DELETE " + rules + "/{rule}", on.deleteRule, "issuance_rules"},
		{"GET " + rules + "/{rule}/usageCounts", on.usageCounts, "issuance_rules"},
	} {
		within, names := s.Serve, []string{route.name}
		if !strings.HasPrefix(route.pattern, "GET") {
			within, names = s.Write, append(names, "write")
		}
		guard := func(r *http.Request) *sandbox.Answer { return s.refuse(r, set.forbidden.HasAny(names...)) }
		s.Handle(route.pattern, guard, within, func(e *environment, r *http.Request) *sandbox.Answer {
			return s.answer(r.Method, route.handle(e, r))
		})
	}
	s.Handle(
		"POST /{environment}/as/token", nil, s.Read,
		func(_ *environment, r *http.Request) *sandbox.Answer { return s.token(r) },
	)
	s.Handle("/", nil, s.Read, func(*environment, *http.Request) *sandbox.Answer { return s.fail(notFound) })
}

// status is the status of a success.
var status = map[string]int{
	http.MethodGet:  http.StatusOK,
	http.MethodPost: http.StatusCreated,
	http.MethodPut:  http.StatusOK,
}

// unchanged is the value of a write that changed nothing.
type unchanged struct{ value any }

// answer makes the answer from the result of a request: a problem, a value, or nothing,
// which is 204.
func (s *Server) answer(method string, value any) *sandbox.Answer {
	same, idle := value.(unchanged)
	if idle {
		value = same.value
	}
	var out *sandbox.Answer
	switch value := value.(type) {
	case nil:
		out = &sandbox.Answer{Status: http.StatusNoContent}
	case *problem:
		return s.fail(value)
	default:
		out = answer(status[method], value)
	}
	return out.Changed(method != http.MethodGet && !idle)
}

// refuse passes a request that is logged in, is about this environment, and is not
// forbidden. An environment that does not exist looks like one without rights.
func (s *Server) refuse(r *http.Request, forbidden bool) *sandbox.Answer {
	switch {
	case !s.tokens.authenticate(r, time.Now()):
		return s.fail(
			&problem{
				status:  http.StatusUnauthorized,
				code:    "ACCESS_FAILED",
				message: "The access token is invalid or expired.",
			},
		)
	case forbidden || r.PathValue("environment") != s.environmentID():
		return s.fail(&problem{
			status: http.StatusForbidden, code: "ACCESS_FAILED", message: "You do not have access to this resource.",
			details: []detail{{Code: "INSUFFICIENT_PERMISSIONS", Message: "Actor not authorized."}},
		})
	}
	return nil
}

func (s *Server) environmentID() string {
	var id string
	s.Read(func(e *environment) { id = e.id })
	return id
}

// uuid makes an id in the form of PingOne's.
func uuid(seed uint64, kind string, number uint64) string {
	return sandbox.DeriveNumbers(seed, kind, int64(number)).UUID()
}
