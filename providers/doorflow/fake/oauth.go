package fake

import (
	"html/template"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"keyroster/providers/sandbox"
)

// consent is the page that a person approves.
var consent = template.Must(template.New("consent").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Authorize access</title></head>
<body>
<h1>Authorize access</h1>
<p>The application {{.Client}} asks for access to the sandbox account:</p>
<ul>{{range .Scopes}}<li>{{.}}</li>{{end}}</ul>
<form method="post" action="/oauth/authorize">
{{range $name, $values := .Query}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}">
{{end}}{{end}}<button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</form>
</body></html>
`))

// authorize shows the page, or approves at once with the switch consent=auto;
// then it takes the page's answer.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	ask, decided := r.URL.Query(), r.Method == http.MethodPost
	if decided {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			badPage(w, "the form cannot be read")
			return
		}
		ask = r.PostForm
	}
	redirect, ok := s.checkClient(w, ask)
	if !ok {
		return
	}
	code, words := checkAsk(ask)
	if code == "" && decided && ask.Get("decision") != "approve" {
		code, words = "access_denied", "The resource owner denied the request."
	}
	switch {
	case code != "":
		sendBack(w, r, redirect, ask, url.Values{"error": {code}, "error_description": {words}})
	case decided || s.settings.autoConsent:
		sendBack(w, r, redirect, ask, url.Values{"code": {s.tokens.approve(ask)}})
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// The error of a client that left.
		_ = consent.Execute(w, map[string]any{
			"Client": ask.Get("client_id"), "Scopes": strings.Fields(ask.Get("scope")), "Query": ask,
		})
	}
}

// maxForm bounds what a page sends.
const maxForm = 1 << 20

// checkClient checks what must be right before anything is sent to the redirect URI. Errors
// are answered with a page and 400.
func (s *Server) checkClient(w http.ResponseWriter, ask url.Values) (redirect *url.URL, ok bool) {
	if ask.Get("client_id") != s.tokens.clientID {
		badPage(w, "client_id is unknown")
		return nil, false
	}
	given := ask.Get("redirect_uri")
	redirect, err := url.Parse(given)
	registered := given != "" && given == s.settings.redirectURI
	if err != nil || !registered && !loopbackURI(redirect) {
		badPage(w, "redirect_uri is not registered")
		return nil, false
	}
	return redirect, true
}

func loopbackURI(u *url.URL) bool {
	host := u.Hostname()
	return u.Scheme == "http" && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

// checkAsk checks the rest; its errors go to the redirect URI.
func checkAsk(ask url.Values) (code, words string) {
	asked := strings.Fields(ask.Get("scope"))
	switch {
	case ask.Get("response_type") != "code":
		return "unsupported_response_type", "The authorization server does not support this response type."
	case len(asked) == 0:
		return "invalid_scope", "The scope is missing."
	case slices.ContainsFunc(asked, func(s string) bool { return !slices.Contains(scopes, s) }):
		return "invalid_scope", "The requested scope is invalid, unknown, or malformed."
	case ask.Get("code_challenge_method") != "" && ask.Get("code_challenge_method") != "S256",
		ask.Get("code_challenge") != "" && ask.Get("code_challenge_method") == "":
		return "invalid_request", "The code challenge method must be S256."
	}
	return "", ""
}

// approve makes the authorization code for a request.
func (t *tokens) approve(ask url.Values) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := t.make("code")
	t.codes[name] = code{
		scopes:      strings.Fields(ask.Get("scope")),
		redirectURI: ask.Get("redirect_uri"),
		challenge:   ask.Get("code_challenge"),
		expires:     time.Now().Add(codeLife),
	}
	return name
}

// sendBack redirects with the values and the client's state.
func sendBack(w http.ResponseWriter, r *http.Request, redirect *url.URL, ask, values url.Values) {
	query := redirect.Query()
	for name := range values {
		query.Set(name, values.Get(name))
	}
	if ask.Has("state") {
		query.Set("state", ask.Get("state"))
	}
	to := *redirect
	to.RawQuery = query.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

// badPage answers with a page; words are ours and need no escaping.
func badPage(w http.ResponseWriter, words string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusBadRequest)
	w.Write([]byte("<!DOCTYPE html>\n<html><body><h1>An error has occurred</h1><p>" + words + "</p></body></html>\n"))
}

// token serves both grants. The client's login is in the body, not in Basic (DoorFlow API
// v3 reference, token).
func (t *tokens) token(r *http.Request) *sandbox.Answer {
	if err := r.ParseForm(); err != nil || r.PostForm.Get("grant_type") == "" {
		return failure(http.StatusBadRequest, "invalid_request", "The request is missing the parameter grant_type.")
	}
	form, now := r.PostForm, time.Now()
	if !t.isClient(form.Get("client_id"), form.Get("client_secret")) {
		return failure(http.StatusUnauthorized, "invalid_client", "Client authentication failed")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	g, refused := t.exchange(form, now)
	if refused != nil {
		return refused
	}
	name := t.issue(g, now)
	out := answer(http.StatusOK, map[string]any{
		"access_token":  name,
		"token_type":    "Bearer",
		"expires_in":    seconds(t.life),
		"refresh_token": g.refresh,
		"scope":         strings.Join(g.scopes, " "),
		"created_at":    now.Unix(),
	})
	out.Header = map[string]string{"Cache-Control": "no-store"}
	return out
}

func (t *tokens) isClient(id, secret string) bool {
	return sandbox.SameSecret(id, t.clientID) && sandbox.SameSecret(secret, t.clientSecret)
}

// exchange finds the grant that a form asks for, or says why there is none; mu is held.
func (t *tokens) exchange(form url.Values, now time.Time) (*grant, *sandbox.Answer) {
	switch form.Get("grant_type") {
	case "refresh_token":
		if g := t.refresh[form.Get("refresh_token")]; g != nil {
			return g, nil
		}
	case "authorization_code":
		name := form.Get("code")
		c, found := t.codes[name]
		delete(t.codes, name)
		if found && !now.After(c.expires) && c.redirectURI == form.Get("redirect_uri") &&
			(c.challenge == "" || c.challenge == oauth2.S256ChallengeFromVerifier(form.Get("code_verifier"))) {
			return &grant{scopes: c.scopes}, nil
		}
	default:
		return nil, failure(http.StatusBadRequest, "unsupported_grant_type", "The authorization grant type is not supported.")
	}
	return nil, failure(http.StatusBadRequest, "invalid_grant",
		"The provided authorization grant is invalid, expired, revoked, or does not match the redirection URI")
}

func (s *Server) tokenInfo(account *account, r *http.Request) *sandbox.Answer {
	now := time.Now()
	a, ok := s.tokens.bearer(r, now)
	if !ok {
		return failure(http.StatusUnauthorized, "invalid_token", "The access token is invalid or has expired")
	}
	left := s.tokens.life
	if !a.expires.IsZero() {
		left = a.expires.Sub(now)
	}
	return answer(http.StatusOK, map[string]any{
		"resource_owner_id": ownerID,
		"account_id":        account.id(),
		"scope":             a.grant.scopes,
		"expires_in":        seconds(left),
		"application":       map[string]string{"uid": s.tokens.clientID},
		"created_at":        a.created.Unix(),
	})
}

// seconds is never 0, which clients take for "does not expire".
func seconds(d time.Duration) int { return max(1, int(d.Seconds())) }

// revoke answers 200 for unknown tokens too, so that it cannot be used to guess tokens.
func (t *tokens) revoke(r *http.Request) *sandbox.Answer {
	if id, secret, ok := basicAuth(r); !ok || !t.isClient(id, secret) {
		return failure(http.StatusForbidden, "unauthorized_client", "You are not authorized to revoke this token")
	}
	if err := r.ParseForm(); err == nil {
		t.drop(r.PostForm.Get("token"))
	}
	return raw(http.StatusOK, []byte("{}"))
}
