package fake

import (
	"net/http"
	"net/url"
	"sync"
	"time"

	"keyroster/providers/sandbox"
)

// tokens are the logins of one worker application.
type tokens struct {
	environment, clientID, clientSecret string
	post                                bool
	seed                                uint64
	life                                time.Duration

	mu     sync.RWMutex
	issued int64
	// good has the end of each access token; zero is no end.
	good map[string]time.Time
}

func newTokens(seed uint64, s settings, environment string) *tokens {
	t := &tokens{
		environment: s.authEnvironment, clientID: s.clientID, clientSecret: s.clientSecret, post: s.post,
		seed: seed, life: s.tokenTTL, good: map[string]time.Time{},
	}
	if t.environment == "" {
		t.environment = environment
	}
	if t.clientID == "" {
		t.clientID = uuid(seed, "client", 0)
	}
	if t.clientSecret == "" {
		t.clientSecret = "secret_" + sandbox.DeriveNumbers(seed, "secret", 0).Hex(24)
	}
	if s.accessToken != "" {
		t.good[s.accessToken] = time.Time{}
	}
	return t
}

func (t *tokens) initialLogin() map[string]string {
	return map[string]string{"environment_id": t.environment, "client_id": t.clientID, "client_secret": t.clientSecret}
}

func (t *tokens) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.good)
}

// authenticate reports whether a request has a valid access token.
func (t *tokens) authenticate(r *http.Request, now time.Time) bool {
	token, found := sandbox.Bearer(r)
	if !found {
		return false
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	end, known := t.good[token]
	return known && (end.IsZero() || now.Before(end))
}

func (t *tokens) issue(now time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.issued++
	token := "at_" + sandbox.DeriveNumbers(t.seed, "token", t.issued).Hex(24)
	t.good[token] = now.Add(t.life)
	return token
}

// token is the token endpoint. The environment in its path is the one that owns the
// application, which need not be the one that is edited.
func (s *Server) token(r *http.Request) *sandbox.Answer {
	t := s.tokens
	if r.PathValue("environment") != t.environment {
		return s.fail(notFound)
	}
	if err := r.ParseForm(); err != nil || r.PostForm.Get("grant_type") != "client_credentials" {
		return failure(http.StatusBadRequest, "unsupported_grant_type", "The grant type is not supported")
	}
	id, secret, basic := r.BasicAuth()
	if basic {
		id, secret = unescape(id), unescape(secret)
	} else {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	switch {
	case basic == t.post:
		return failure(http.StatusUnauthorized, "invalid_client", "Request denied: Unsupported authentication method")
	case !sandbox.SameSecret(id, t.clientID) || !sandbox.SameSecret(secret, t.clientSecret):
		return failure(http.StatusUnauthorized, "invalid_client", "Request denied: Invalid client credentials")
	}
	return answer(http.StatusOK, map[string]any{
		"access_token": t.issue(time.Now()), "token_type": "Bearer", "expires_in": int(t.life / time.Second),
	})
}

func failure(status int, code, description string) *sandbox.Answer {
	return answer(status, map[string]string{"error": code, "error_description": description})
}

// unescape undoes the form encoding of the two parts of HTTP Basic (RFC 6749,
// section 2.3.1).
func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
