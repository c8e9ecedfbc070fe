package fake

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"keyroster/providers/sandbox"
)

// scopes are those that the server's OAuth client is configured with.
var scopes = []string{scopePerson, scopePersonRead, scopeTypeRead, scopeSync}

// codeLife is how long an authorization code is valid (DoorFlow API v3 reference,
// authorize).
const codeLife = 10 * time.Minute

// grant is one consent: a refresh token that rotates, and the access tokens made from it.
// scopes never change; refresh is guarded by tokens.mu.
type grant struct {
	scopes  []string
	refresh string
}

type access struct {
	grant   *grant
	created time.Time
	expires time.Time // zero: never
}

// code is an authorization code, valid for one exchange.
type code struct {
	scopes      []string
	redirectURI string
	challenge   string // PKCE, S256; empty for none
	expires     time.Time
}

// tokens are the logins of the account.
type tokens struct {
	clientID, clientSecret, apiKey string
	first                          [2]string // initial access and refresh token
	seed                           uint64
	life                           time.Duration

	mu      sync.RWMutex
	issued  int64
	access  map[string]access
	refresh map[string]*grant
	codes   map[string]code
}

func newTokens(seed uint64, s settings) *tokens {
	t := &tokens{
		clientID: s.clientID, clientSecret: s.clientSecret, apiKey: s.apiKey, seed: seed, life: s.tokenTTL,
		access: map[string]access{}, refresh: map[string]*grant{}, codes: map[string]code{},
	}
	if t.clientID == "" {
		t.clientID = t.make("client")
	}
	if t.clientSecret == "" {
		t.clientSecret = t.make("secret")
	}
	g := &grant{scopes: scopes, refresh: s.refreshToken}
	if g.refresh == "" {
		g.refresh = t.make("rt")
	}
	t.refresh[g.refresh] = g
	now := time.Now()
	first := access{grant: g, created: now}
	name := s.accessToken
	if name == "" {
		name = t.make("at")
		first.expires = now.Add(t.life)
	}
	t.access[name] = first
	t.first = [2]string{name, g.refresh}
	return t
}

// make makes a new token; mu is held, or no other goroutine knows t.
func (t *tokens) make(kind string) string {
	t.issued++
	return kind + "_" + sandbox.DeriveNumbers(t.seed, kind, t.issued).Hex(16)
}

func (t *tokens) initialLogin() map[string]string {
	return map[string]string{
		"client_id":     t.clientID,
		"client_secret": t.clientSecret,
		"access_token":  t.first[0],
		"refresh_token": t.first[1],
	}
}

func (t *tokens) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.access)
}

// authenticate returns what a request may do, and whether it is logged in at all.
func (t *tokens) authenticate(r *http.Request, now time.Time) (granted []string, ok bool) {
	if t.apiKey != "" {
		if key, _, found := basicAuth(r); found && sandbox.SameSecret(key, t.apiKey) {
			return scopes, true
		}
	}
	a, ok := t.bearer(r, now)
	if !ok {
		return nil, false
	}
	return a.grant.scopes, true
}

// bearer returns the access token of the request, if it is valid.
func (t *tokens) bearer(r *http.Request, now time.Time) (access, bool) {
	token, found := sandbox.Bearer(r)
	if !found {
		return access{}, false
	}
	t.mu.RLock()
	a, ok := t.access[token]
	t.mu.RUnlock()
	if !ok || !a.expires.IsZero() && now.After(a.expires) {
		return access{}, false
	}
	return a, true
}

// issue makes tokens for a grant. The refresh token rotates: the old one is invalid at
// once. Earlier access tokens stay valid until they expire.
func (t *tokens) issue(g *grant, now time.Time) (name string) {
	delete(t.refresh, g.refresh)
	g.refresh = t.make("rt")
	t.refresh[g.refresh] = g
	for old, a := range t.access {
		if !a.expires.IsZero() && now.After(a.expires) {
			delete(t.access, old)
		}
	}
	name = t.make("at")
	t.access[name] = access{grant: g, created: now, expires: now.Add(t.life)}
	return name
}

// drop invalidates a token, and with a refresh token its access tokens.
func (t *tokens) drop(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.access, token)
	g := t.refresh[token]
	if g == nil {
		return
	}
	delete(t.refresh, token)
	for name, a := range t.access {
		if a.grant == g {
			delete(t.access, name)
		}
	}
}

func allows(granted, needed []string) bool {
	return len(needed) == 0 || slices.ContainsFunc(needed, func(s string) bool { return slices.Contains(granted, s) })
}

// basicAuth reads HTTP Basic in either base64 alphabet: DoorFlow's reference
// asks for the URL-safe one, its SDK sends the standard one.
func basicAuth(r *http.Request) (user, password string, ok bool) {
	scheme, encoded, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	encoded = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(encoded), "=")
	plain, err := base64.RawStdEncoding.DecodeString(encoded)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}
