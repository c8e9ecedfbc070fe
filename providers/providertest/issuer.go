package providertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// issuer is an API with a token endpoint, in place of the network: bearer tokens, and
// single-use refresh tokens.
type issuer struct {
	mu              sync.Mutex
	access, refresh string
	// refreshes counts the successful refreshes, dead the used refresh tokens that were
	// presented again.
	refreshes, dead int
	// answering, if not nil, is called before a new token is sent; calling when a request
	// with the valid token arrives.
	answering, calling func()
}

func newIssuer() *issuer { return &issuer{access: "at-0", refresh: "rt-0"} }

// RoundTrip implements [http.RoundTripper].
func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/oauth/token":
		i.token(w, r)
	case r.Header.Get("Authorization") != "Bearer "+i.access:
		w.WriteHeader(http.StatusUnauthorized)
	default:
		if i.calling != nil {
			i.calling()
		}
	}
	return w.Result(), nil
}

func (i *issuer) token(w *httptest.ResponseRecorder, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.PostForm.Get("refresh_token") != i.refresh {
		i.dead++
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	i.refreshes++
	i.access, i.refresh = fmt.Sprint("at-", i.refreshes), fmt.Sprint("rt-", i.refreshes)
	if i.answering != nil {
		i.answering()
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"access_token": i.access, "refresh_token": i.refresh, "token_type": "bearer", "expires_in": 3600, "scope": "a b",
	})
}

// login issues the first token of a new login and invalidates the refresh token before it.
func (i *issuer) login() httpapi.Token {
	i.refresh = "rt-login"
	return token("", i.refresh)
}

// client opens a client as one process of several that share a store.
func (i *issuer) client(t prover, store httpapi.TokenStore) *httpapi.Client {
	t.Helper()
	c, err := httpapi.New(httpapi.Config{
		BaseURL: "https://api.example.com", Account: "law", Concurrency: 8, RoundTripper: i,
		Retry: httpapi.Retry{Base: time.Millisecond, Cap: time.Millisecond},
	}, httpapi.RotatingToken(store, httpapi.TokenEndpoint{
		URL: "https://api.example.com/oauth/token", ClientID: "cid", ClientSecret: reconcile.NewSecret("csecret"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func token(access, refresh string) httpapi.Token {
	return httpapi.Token{Access: reconcile.NewSecret(access), Refresh: reconcile.NewSecret(refresh), Type: "Bearer"}
}
