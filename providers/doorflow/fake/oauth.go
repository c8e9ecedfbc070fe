package fake

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

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

// authorize shows the page, or approves at once with the switch consent=auto.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	redirect, ok := s.checkClient(w, query)
	if !ok {
		return
	}
	if code, words := checkAsk(query); code != "" {
		sendBack(w, r, redirect, query, url.Values{"error": {code}, "error_description": {words}})
		return
	}
	if s.settings.autoConsent {
		s.approve(w, r, redirect, query)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// An error is a client that left.
	_ = consent.Execute(w, map[string]any{
		"Client": query.Get("client_id"), "Scopes": strings.Fields(query.Get("scope")), "Query": query,
	})
}

// decide takes the page's answer.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		badPage(w, "the form cannot be read")
		return
	}
	redirect, ok := s.checkClient(w, r.PostForm)
	if !ok {
		return
	}
	if code, words := checkAsk(r.PostForm); code != "" {
		sendBack(w, r, redirect, r.PostForm, url.Values{"error": {code}, "error_description": {words}})
		return
	}
	if r.PostForm.Get("decision") != "approve" {
		sendBack(w, r, redirect, r.PostForm, url.Values{
			"error": {"access_denied"}, "error_description": {"The resource owner denied the request."},
		})
		return
	}
	s.approve(w, r, redirect, r.PostForm)
}

// checkClient checks what must be right before anything is sent to the
// redirect URI. Else the answer is a page with 400.
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

func (s *Server) approve(w http.ResponseWriter, r *http.Request, redirect *url.URL, ask url.Values) {
	t := s.tokens
	t.mu.Lock()
	name := t.make("code")
	t.codes[name] = code{
		scopes:      strings.Fields(ask.Get("scope")),
		redirectURI: ask.Get("redirect_uri"),
		challenge:   ask.Get("code_challenge"),
		expires:     time.Now().Add(codeLife),
	}
	t.mu.Unlock()
	sendBack(w, r, redirect, ask, url.Values{"code": {name}})
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

// token serves both grants. The client's login is in the body, not in Basic
// (DoorFlow API v3 reference, token).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil || r.PostForm.Get("grant_type") == "" {
		failure(w, http.StatusBadRequest, "invalid_request", "The request is missing the parameter grant_type.")
		return
	}
	form := r.PostForm
	if !sandbox.SameSecret(form.Get("client_id"), s.tokens.clientID) || !sandbox.SameSecret(form.Get("client_secret"), s.tokens.clientSecret) {
		failure(w, http.StatusUnauthorized, "invalid_client", "Client authentication failed")
		return
	}
	now := time.Now()
	t := s.tokens
	t.mu.Lock()
	g, failed := t.exchange(form, now)
	var name, refresh string
	if g != nil {
		name = t.issue(g, now)
		refresh = g.refresh
	}
	t.mu.Unlock()
	if g == nil {
		failure(w, http.StatusBadRequest, failed[0], failed[1])
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	answer(w, http.StatusOK, map[string]any{
		"access_token":  name,
		"token_type":    "Bearer",
		"expires_in":    seconds(t.life),
		"refresh_token": refresh,
		"scope":         strings.Join(g.scopes, " "),
		"created_at":    now.Unix(),
	})
}

// exchange finds the grant that a form asks for, or says why there is none;
// mu is held.
func (t *tokens) exchange(form url.Values, now time.Time) (*grant, [2]string) {
	bad := [2]string{"invalid_grant", "The provided authorization grant is invalid, expired, revoked, " +
		"or does not match the redirection URI"}
	switch form.Get("grant_type") {
	case "refresh_token":
		if g := t.refresh[form.Get("refresh_token")]; g != nil {
			return g, [2]string{}
		}
		return nil, bad
	case "authorization_code":
		name := form.Get("code")
		c, found := t.codes[name]
		delete(t.codes, name)
		if !found || now.After(c.expires) || c.redirectURI != form.Get("redirect_uri") ||
			c.challenge != "" && c.challenge != challengeOf(form.Get("code_verifier")) {
			return nil, bad
		}
		return &grant{scopes: c.scopes}, [2]string{}
	}
	return nil, [2]string{"unsupported_grant_type", "The authorization grant type is not supported."}
}

// challengeOf is the S256 code challenge of a verifier (RFC 7636).
func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (s *Server) tokenInfo(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	a, ok := s.tokens.bearer(r, now)
	if !ok {
		failure(w, http.StatusUnauthorized, "invalid_token", "The access token is invalid or has expired")
		return
	}
	left := s.tokens.life
	if !a.expires.IsZero() {
		left = a.expires.Sub(now)
	}
	answer(w, http.StatusOK, map[string]any{
		"resource_owner_id": ownerID,
		"account_id":        s.accountID(),
		"scope":             a.grant.scopes,
		"expires_in":        seconds(left),
		"application":       map[string]string{"uid": s.tokens.clientID},
		"created_at":        a.created.Unix(),
	})
}

// seconds is never 0, which clients take for "does not expire".
func seconds(d time.Duration) int { return max(1, int(d.Seconds())) }

// revoke answers 200 for unknown tokens too, so that nobody can try tokens out.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	id, secret, ok := basicAuth(r)
	if !ok || !sandbox.SameSecret(id, s.tokens.clientID) || !sandbox.SameSecret(secret, s.tokens.clientSecret) {
		failure(w, http.StatusForbidden, "unauthorized_client", "You are not authorized to revoke this token")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err == nil {
		s.tokens.revoke(r.PostForm.Get("token"))
	}
	raw(w, http.StatusOK, []byte("{}"))
}
