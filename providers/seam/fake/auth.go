package fake

import (
	"net/http"
	"strings"

	"keyroster/providers/sandbox"
)

// The logins are fixed by the seed, so that a sandbox can be started again
// under the same configuration.
func (s *Server) apiKey() string {
	if s.settings.apiKey != "" {
		return s.settings.apiKey
	}
	return "seam_test" + token(s.options.Seed, "api key")
}

func (s *Server) personalToken() string {
	if s.settings.personalToken != "" {
		return s.settings.personalToken
	}
	return "seam_at1" + token(s.options.Seed, "personal access token")
}

func token(seed uint64, kind string) string {
	from := sandbox.Derive(seed, kind)
	return strings.ReplaceAll(from.UUID()[:13], "-", "") + "_" + from.Digits(20)
}

// noMethod is what Seam says when no way of logging in fits. A personal access
// token without its workspace gets the same: it looks like a bad token.
const noMethod = "No authentication methods succeeded"

// refuses says why a request is not logged in, or nothing.
func (s *Server) refuses(r *http.Request, session bool) string {
	bearer, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !found || s.revoked.Load():
		return noMethod
	case bearer == s.apiKey():
		// The workspace is fixed by the key; the header is ignored.
		return ""
	case bearer == s.personalToken():
		if r.Header.Get("seam-workspace") != s.workspaceID() {
			return noMethod
		}
		return ""
	case s.settings.sessionToken != "" && bearer == s.settings.sessionToken:
		if !session {
			return noMethod
		}
		return ""
	case strings.HasPrefix(bearer, "seam_") && !strings.HasPrefix(bearer, "seam_at"):
		return "API Key not found"
	}
	return noMethod
}
