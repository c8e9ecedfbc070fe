package doorflow_test

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/providers"
	"keyroster/providers/doorflow"
	"keyroster/providers/providertest"
	"keyroster/reconcile"
)

// TestTokensOfAnotherStore: a store in place of the token file gets the tokens of the login and of
// each refresh, and the file is never made.
func TestTokensOfAnotherStore(t *testing.T) {
	a := openAccount(t, options{generate: 3, set: map[string]string{"client_id": "cid", "client_secret": "csecret", "consent": "auto"}})
	env, file := loginEnv(t, a.url)
	tokens := providertest.NewMemoryTokens()
	env.Tokens = tokens
	var page url.URL
	result, err := doorflow.Spec.Login(t.Context(), env, providers.LoginOptions{Show: open(t, &page)})
	if err != nil || result.TokenFile != "" {
		t.Fatalf("%+v, %v", result, err)
	}
	first, err := tokens.Load(t.Context())
	if err != nil || first.Refresh.IsZero() {
		t.Fatalf("after the login: %v", err)
	}
	p, err := doorflow.Spec.Open(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	a.api.ExpireTokens()
	if _, err := p.List(t.Context(), reconcile.Scope{}, nil); err != nil {
		t.Errorf("list once the access token ended: %v", err)
	}
	next, err := tokens.Load(t.Context())
	if err != nil || next.Refresh.IsZero() || next.Refresh.Reveal() == first.Refresh.Reveal() {
		t.Errorf("the store does not hold the newest refresh token: %v", err)
	}
	if made, _ := filepath.Glob(file + "*"); len(made) > 0 {
		t.Errorf("made %q", made)
	}
}

// TestLoginWithAStoreThatCannotSave: no user is asked for a consent in vain.
func TestLoginWithAStoreThatCannotSave(t *testing.T) {
	env, _ := loginEnv(t, "")
	tokens := providertest.NewMemoryTokens()
	tokens.Freeze()
	env.Tokens = tokens
	_, err := doorflow.Spec.Login(t.Context(), env, providers.LoginOptions{
		Show: func(providers.Consent) error { t.Error("asked"); return context.Canceled },
	})
	f, ok := errors.AsType[*reconcile.Failure](err)
	if !ok || f.Class != reconcile.Denied || f.Reason != "use token in memory" || strings.Contains(f.Hint, "file") {
		t.Errorf("got %+v, %v", f, err)
	}
}
