// Package fake is Seam's API for access control systems (ACS) as the sandbox
// plays it: one workspace with its systems, users and credentials, on a state
// held in memory. It answers as the vendor's published contract says; where
// that is silent it takes the side that hurts a careless client more, and says
// so at the spot.
//
// The state file is {"workspace", "acs_systems", "acs_users",
// "acs_credentials"}: an object and three lists of the API's own objects; a
// fourth, "acs_entrances", may be there. Users and credentials of the file may
// have a member allowed_acs_entrance_ids, which no answer shows: which entrances
// they open is told by the lists of accessible entrances.
// Unmanaged credentials stand in the same list with is_managed false. Members
// that the server does not know are kept and served; required ones that are
// missing get plausible values.
//
// A write is accepted at once and reaches the provider behind Seam after
// Options.Settle: until then is_latest_desired_state_synced_with_provider is
// false, and a deleted credential stays with the warning being_deleted.
//
// Rules for codes go by the external_type of the system; see rules.go. The
// switches are documented at [Switches].
package fake

import (
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"keyroster/providers/sandbox"
)

// Server is one workspace at Seam. It is safe for concurrent use.
type Server struct {
	options  sandbox.Options
	settings settings
	mux      *http.ServeMux
	requests atomic.Uint64
	// revoked: the tokens were made invalid. Seam's do not renew, so every
	// further request is refused until a Reset.
	revoked atomic.Bool
	state   *sandbox.Store[*workspace]
}

var (
	_ sandbox.API        = (*Server)(nil)
	_ sandbox.FaultKeyer = (*Server)(nil)
)

// New makes the API of one workspace. Errors are those of the state file and
// of the switches.
func New(options sandbox.Options) (sandbox.API, error) {
	settings, err := parseSettings(options.Set)
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, settings: settings}
	if s.state, err = sandbox.NewStore(s.fresh, (*workspace).again); err != nil {
		return nil, err
	}
	s.mux = s.routes()
	return s, nil
}

// fresh builds the workspace that the server was made with.
func (s *Server) fresh() (*workspace, error) {
	w := newWorkspace(s.settings, s.options.Seed, s.options.Settle)
	if err := w.load(s.options.State); err != nil {
		return nil, err
	}
	w.generate(s.options.Generate)
	return w, nil
}

// Reset goes back to the first state of the records, and takes back that
// tokens were made invalid.
func (s *Server) Reset() {
	s.state.Reset()
	s.revoked.Store(false)
}

// Welcome has the login of the workspace.
func (s *Server) Welcome(string) map[string]any {
	id := s.workspaceID()
	return map[string]any{
		"workspace_id": id,
		"auth":         map[string]string{"api_key": s.apiKey(), "personal_access_token": s.personalToken(), "workspace_id": id},
	}
}

func (s *Server) workspaceID() string {
	var id string
	s.state.Read(func(w *workspace) { id = w.id })
	return id
}

// Lag makes the reads of systems, users and credentials late.
func (s *Server) Lag(lag time.Duration) { s.state.Lag(lag) }

// ExpireTokens makes every key and token invalid, up to a Reset: nothing can
// renew one at Seam.
func (s *Server) ExpireTokens() { s.revoked.Store(true) }

// FaultKey is the request's body: nearly all of Seam's requests name their
// record there.
func (s *Server) FaultKey(_ *http.Request, body []byte) string { return string(body) }

// ServeHTTP serves the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("seam-request-id", "sandbox-"+strconv.FormatUint(s.requests.Add(1), 10))
	s.mux.ServeHTTP(w, r)
}

// route is one path of the API. Reads take GET and POST, and so on: the path
// says what is done, the verb does not.
type route struct {
	methods []string
	// session: client session tokens are accepted.
	session bool
	handle  func(http.ResponseWriter, *http.Request, *params)
}

var (
	reads   = []string{http.MethodGet, http.MethodPost}
	posts   = []string{http.MethodPost}
	patches = []string{http.MethodPatch, http.MethodPost}
	deletes = []string{http.MethodDelete, http.MethodPost}
)

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for path, route := range map[string]route{
		"/workspaces/get":   {reads, false, s.getWorkspace},
		"/acs/systems/list": {reads, true, s.listSystems},
		"/acs/systems/get":  {reads, true, s.getSystem},
		"/acs/systems/list_compatible_credential_manager_acs_systems": {reads, false, s.listManagers},

		"/acs/users/list":           {reads, true, s.listUsers},
		"/acs/users/get":            {reads, false, s.getUser},
		"/acs/credentials/list":     {reads, true, s.listCredentials},
		"/acs/credentials/get":      {reads, false, s.getCredential},
		"/acs/credentials/create":   {posts, false, s.createCredential},
		"/acs/credentials/update":   {patches, false, s.updateCredential},
		"/acs/credentials/assign":   {patches, false, s.assignCredential},
		"/acs/credentials/unassign": {patches, false, s.unassignCredential},
		"/acs/credentials/delete":   {deletes, false, s.deleteCredential},

		"/acs/credentials/list_accessible_entrances":  {reads, false, s.listOpenedByCredential},
		"/acs/entrances/list":                         {reads, true, s.listEntrances},
		"/acs/entrances/get":                          {reads, true, s.getEntrance},
		"/acs/entrances/grant_access":                 {posts, false, s.grantAccess},
		"/acs/entrances/list_credentials_with_access": {reads, true, s.listOpeners},
		"/acs/users/list_accessible_entrances":        {reads, false, s.listOpenedByUser},
		"/acs/users/revoke_access_to_all_entrances":   {posts, false, s.revokeAccess},

		"/acs/credentials/unmanaged/list": {reads, true, s.listUnmanaged},
		"/acs/credentials/unmanaged/get":  {reads, false, s.getUnmanaged},
	} {
		mux.HandleFunc(path, s.guard(path, route))
	}
	// Seam answers an unknown path without its envelope.
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "Not Found", http.StatusNotFound) })
	return mux
}

// knows reports whether the workspace has something of that id.
func (s *Server) knows(id string) bool {
	found := false
	s.state.Read(func(ws *workspace) { found = ws.knows(id) })
	return found
}

// guard lets a request through that is logged in, has the right verb, and
// whose parameters can be read. The login comes first: without one, even a
// wrong verb is answered with 401.
func (s *Server) guard(path string, route route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if words := s.refuses(r, route.session); words != "" {
			failure(w, http.StatusUnauthorized, "unauthorized", words)
			return
		}
		if !slices.Contains(route.methods, r.Method) {
			failure(w, http.StatusMethodNotAllowed, "method_not_allowed", "Method not allowed")
			return
		}
		if s.settings.forbidden.HasAny(path) {
			failure(w, http.StatusForbidden, "forbidden", "Forbidden")
			return
		}
		p, ok := readParams(w, r)
		if !ok {
			return
		}
		p.known = s.knows
		route.handle(w, r, p)
	}
}
