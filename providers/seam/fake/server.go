// Package fake is Seam's API for access control systems (ACS) as served by the sandbox: one
// workspace with its systems, users and credentials, on a state held in memory. It answers
// as the vendor's published contract says; where that is silent it does what is harder on a
// careless client, and says so in a comment.
//
// The state file is {"workspace", "acs_systems", "acs_users", "acs_credentials"}: an object
// and three lists of the API's own objects; a fourth, "acs_entrances", is optional. Users
// and credentials of the file may have a member allowed_acs_entrance_ids, which no answer
// shows: only the lists of accessible entrances show which entrances they open. Unmanaged
// credentials are in the same list, with is_managed false. Unknown members are kept and
// served; missing required ones get plausible values.
//
// A write is accepted at once and reaches the provider behind Seam after Options.Settle:
// until then is_latest_desired_state_synced_with_provider is false, and a deleted
// credential stays with the warning being_deleted.
//
// Rules for codes depend on the external_type of the system; see rules.go. The switches are
// documented at settings.switches.
package fake

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"keyroster/providers/sandbox"
)

// Server is one workspace at Seam. It is safe for concurrent use.
type Server struct {
	*sandbox.Fake[*workspace]
	settings settings
	// revoked: the tokens were invalidated. Seam's cannot be renewed, so every further
	// request is refused until a Reset.
	revoked atomic.Bool
}

var _ sandbox.API = (*Server)(nil)

// New makes the API of one workspace. Errors are about the state file and the switches.
func New(o sandbox.Options) (sandbox.API, error) {
	set := newSettings()
	set.unnamed = o.Tenant("workspace").UUID()
	base, err := sandbox.NewFake(o, set.switches(), "seam-request-id",
		func() *workspace { return newWorkspace(*set, o.Seed, o.Settle) },
		func(w *workspace) { w.generate(o.Generate) })
	if err != nil {
		return nil, err
	}
	// The logins depend on the seed, so that a sandbox can be started again under the same
	// configuration.
	set.apiKey = cmp.Or(set.apiKey, "seam_test"+token(o.Seed, "api key"))
	set.personalToken = cmp.Or(set.personalToken, "seam_at1"+token(o.Seed, "personal access token"))
	s := &Server{Fake: base, settings: *set}
	s.routes()
	return s, nil
}

func token(seed uint64, kind string) string {
	from := sandbox.Derive(seed, kind)
	return strings.ReplaceAll(from.UUID()[:13], "-", "") + "_" + from.Digits(20)
}

// Reset restores the first state of the records, and makes the tokens valid again.
func (s *Server) Reset() {
	s.Fake.Reset()
	s.revoked.Store(false)
}

// Welcome implements [sandbox.API] with the login of the workspace.
func (s *Server) Welcome(string) map[string]any {
	id := s.workspaceID()
	return map[string]any{
		"workspace_id": id,
		"auth": map[string]string{
			"api_key": s.settings.apiKey, "personal_access_token": s.settings.personalToken, "workspace_id": id,
		},
	}
}

func (s *Server) workspaceID() string {
	var id string
	s.Read(func(w *workspace) { id = w.id })
	return id
}

// ExpireTokens invalidates every key and token until a Reset: nothing can renew one at
// Seam.
func (s *Server) ExpireTokens() { s.revoked.Store(true) }

// FaultKey returns the request's body: nearly all of Seam's requests name their record there.
func (s *Server) FaultKey(_ *http.Request, body []byte) string { return string(body) }

// route is one path of the API. Reads accept GET and POST, and so on: the path says what is
// done, the verb does not.
type route struct {
	path    string
	methods []string
	// session: client session tokens are accepted.
	session bool
	handle  func(*workspace, *params) *sandbox.Answer
}

var (
	reads   = []string{http.MethodGet, http.MethodPost}
	posts   = []string{http.MethodPost}
	patches = []string{http.MethodPatch, http.MethodPost}
	deletes = []string{http.MethodDelete, http.MethodPost}
)

type on = *workspace

var routes = []route{
	{"/workspaces/get", reads, false, on.get},
	{"/acs/systems/list", reads, true, on.listSystems},
	{"/acs/systems/get", reads, true, on.getSystem},
	{"/acs/systems/list_compatible_credential_manager_acs_systems", reads, false, on.listManagers},

	{"/acs/users/list", reads, true, on.listUsers},
	{"/acs/users/get", reads, false, on.getUser},
	{"/acs/credentials/list", reads, true, on.listCredentials},
	{"/acs/credentials/get", reads, false, on.getCredential},
	{"/acs/credentials/create", posts, false, on.createCredential},
	{"/acs/credentials/update", patches, false, on.updateCredential},
	{"/acs/credentials/assign", patches, false, on.assignCredential},
	{"/acs/credentials/unassign", patches, false, on.unassignCredential},
	{"/acs/credentials/delete", deletes, false, on.deleteCredential},

	{"/acs/credentials/list_accessible_entrances", reads, false, on.listOpenedByCredential},
	{"/acs/entrances/list", reads, true, on.listEntrances},
	{"/acs/entrances/get", reads, true, on.getEntrance},
	{"/acs/entrances/grant_access", posts, false, on.grantAccess},
	{"/acs/entrances/list_credentials_with_access", reads, true, on.listOpeners},
	{"/acs/users/list_accessible_entrances", reads, false, on.listOpenedByUser},
	{"/acs/users/revoke_access_to_all_entrances", posts, false, on.revokeAccess},

	{"/acs/credentials/unmanaged/list", reads, true, on.listUnmanaged},
	{"/acs/credentials/unmanaged/get", reads, false, on.getUnmanaged},
}

func (s *Server) routes() {
	for _, route := range routes {
		within := s.Write
		switch {
		case route.path == "/workspaces/get":
			within = s.Read
		case slices.Contains(route.methods, http.MethodGet):
			within = s.Serve
		}
		guard := func(r *http.Request) *sandbox.Answer { return s.refuse(r, &route) }
		s.Handle(route.path, guard, within, func(w *workspace, r *http.Request) *sandbox.Answer {
			p, unreadable := readParams(r, w.short)
			if unreadable != nil {
				return unreadable
			}
			return route.handle(w, p)
		})
	}
	// Seam answers an unknown path without its envelope.
	s.Mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "Not Found", http.StatusNotFound) })
}

// refuse passes a request that is logged in and has the right verb. The login comes first:
// without one, even a wrong verb is answered with 401.
func (s *Server) refuse(r *http.Request, route *route) *sandbox.Answer {
	words := s.loginProblem(r, route.session)
	switch {
	case words != "":
		return failure(http.StatusUnauthorized, "unauthorized", words)
	case !slices.Contains(route.methods, r.Method):
		return failure(http.StatusMethodNotAllowed, "method_not_allowed", "Method not allowed")
	case s.settings.forbidden.HasAny(route.path):
		return failure(http.StatusForbidden, "forbidden", "Forbidden")
	}
	return nil
}

// loginProblem says why a request is not logged in; empty if it is. A personal access token
// without its workspace looks like a bad token. If the key determines the workspace, the
// header is ignored.
func (s *Server) loginProblem(r *http.Request, session bool) string {
	bearer, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	known := found && !s.revoked.Load()
	switch {
	case known && bearer == s.settings.apiKey,
		known && bearer == s.settings.personalToken && r.Header.Get("seam-workspace") == s.workspaceID(),
		known && session && bearer != "" && bearer == s.settings.sessionToken:
		return ""
	case known && strings.HasPrefix(bearer, "seam_") && !strings.HasPrefix(bearer, "seam_at") &&
		bearer != s.settings.personalToken && bearer != s.settings.sessionToken:
		return "API Key not found"
	}
	return "No authentication methods succeeded"
}
