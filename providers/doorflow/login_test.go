package doorflow_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/providers"
	"keyroster/providers/doorflow"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// loginEnv returns an account that logs in at an address, with a token file of its own.
func loginEnv(t *testing.T, address string) (env providers.Env, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "hq.token")
	return providers.Env{
		Account: "test", BaseURL: address, Settings: doorflow.Spec.Settings(),
		Auth: map[string]reconcile.Secret{
			"client_id": reconcile.NewSecret("cid"), "client_secret": reconcile.NewSecret("csecret"), "token_file": reconcile.NewSecret(file),
		},
		HTTP: httpapi.Config{ReadOnly: true},
	}, file
}

// open returns a function that opens the consent page at once and lets the browser follow all
// redirects.
func open(t *testing.T, opened *url.URL) func(providers.Consent) error {
	return func(c providers.Consent) error {
		page, err := url.Parse(c.URL)
		if err != nil {
			return err
		}
		*opened = *page
		go func() {
			answer, err := http.Get(c.URL)
			if err != nil {
				t.Error(err)
				return
			}
			_ = answer.Body.Close()
		}()
		return nil
	}
}

func TestLogin(t *testing.T) {
	a := openAccount(t, options{generate: 3, set: map[string]string{"client_id": "cid", "client_secret": "csecret", "consent": "auto", "account": "ac7"}})
	env, file := loginEnv(t, a.url)
	var page url.URL
	var accepted string
	result, err := doorflow.Spec.Login(t.Context(), env, providers.LoginOptions{
		Show:   open(t, &page),
		Accept: func(tenant reconcile.Tenant) error { accepted = tenant.ID; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if accepted != "ac7" || result.Tenant.ID != "ac7" || result.TokenFile != file || len(result.Scopes) != 3 || result.Expires.IsZero() || len(result.Warnings) != 0 {
		t.Errorf("accepted %s, result %+v", accepted, result)
	}
	if got := page.Query().Get("scope"); got != "account.person account.credential_type.readonly account.sync" {
		t.Errorf("asked for %q", got)
	}
	token, err := httpapi.ReadTokenFile(file) // refuses what others may read
	if err != nil || token.Access.IsZero() || token.Refresh.IsZero() {
		t.Fatalf("stored %v, %v", token, err)
	}
	p, err := doorflow.Spec.Open(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	listing, err := p.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil || listing.Records.Len() != 3 {
		t.Errorf("list with the new token: %v", err)
	}
}

// TestLoginOfTheWrongTenant: the token of a consent for the wrong tenant is not stored.
func TestLoginOfTheWrongTenant(t *testing.T) {
	a := openAccount(t, options{set: map[string]string{"client_id": "cid", "client_secret": "csecret", "consent": "auto"}})
	env, file := loginEnv(t, a.url)
	wrong := errors.New("wrong tenant")
	var page url.URL
	_, err := doorflow.Spec.Login(t.Context(), env, providers.LoginOptions{
		Show: open(t, &page), Accept: func(reconcile.Tenant) error { return wrong },
	})
	if !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the token file: %v", err)
	}
}

// TestLoginIsRefused: the token endpoint refuses after the consent.
func TestLoginIsRefused(t *testing.T) {
	a := openAccount(t, options{set: map[string]string{"client_id": "cid", "client_secret": "other", "consent": "auto"}})
	env, file := loginEnv(t, a.url)
	var page url.URL
	_, err := doorflow.Spec.Login(t.Context(), env, providers.LoginOptions{Show: open(t, &page)})
	if reconcile.ClassOf(err) != reconcile.Denied || !strings.Contains(err.Error(), "invalid_client") || strings.Contains(err.Error(), "csecret") {
		t.Errorf("got %v", err)
	}
	if entries, _ := filepath.Glob(file + "*"); len(entries) > 1 {
		t.Errorf("left behind: %q", entries)
	}
}

// TestLoginThatLacksSomething: DoorFlow may grant less than was asked for.
func TestLoginThatLacksSomething(t *testing.T) {
	for scope, want := range map[string]int{"": 1, "account.person": 3, "account.person account.sync account.credential_type.readonly": 1} {
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/oauth/authorize":
				q := r.URL.Query()
				http.Redirect(w, r, q.Get("redirect_uri")+"?code=c0de&state="+url.QueryEscape(q.Get("state")), http.StatusFound)
			case "/oauth/token":
				w.Header().Set("Content-Type", "application/json")
				_, _ = fmt.Fprintf(w, `{"access_token":"at","token_type":"Bearer","expires_in":3600,"scope":%q}`, scope)
			case "/api/3/account":
				w.Header().Set("Content-Type", "application/json")
				_, _ = fmt.Fprint(w, `{"id":"ac7","name":"Office"}`)
			}
		}))
		env, _ := loginEnv(t, api.URL)
		var page url.URL
		result, err := doorflow.Spec.Login(t.Context(), env, providers.LoginOptions{Show: open(t, &page)})
		api.Close()
		if err != nil || len(result.Warnings) != want || !strings.Contains(result.Warnings[0], "no refresh token") {
			t.Errorf("scope %q: %+v, %v", scope, result, err)
		}
	}
}

// TestLoginThatCannotBegin: no user is asked for a consent in vain.
func TestLoginThatCannotBegin(t *testing.T) {
	for name, c := range map[string]struct {
		edit   func(*providers.Env, *providers.LoginOptions)
		config bool
	}{
		"no token file":  {func(e *providers.Env, _ *providers.LoginOptions) { delete(e.Auth, "token_file") }, true},
		"no client":      {func(e *providers.Env, _ *providers.LoginOptions) { delete(e.Auth, "client_secret") }, true},
		"a bad redirect": {func(_ *providers.Env, o *providers.LoginOptions) { o.Redirect = "nowhere" }, true},
		"a bad setting": {func(e *providers.Env, _ *providers.LoginOptions) {
			e.Settings = &doorflow.Settings{RedirectURI: "nowhere"}
		}, true},
		"no such folder":   {tokenFile("no/hq.token"), false},
		"a folder":         {tokenFile("."), false},
		"a name too long":  {tokenFile(strings.Repeat("x", 252)), false},
		"a file as folder": {tokenFile("file/hq.token"), false},
	} {
		t.Run(name, func(t *testing.T) {
			env, file := loginEnv(t, "")
			if err := os.WriteFile(filepath.Join(filepath.Dir(file), "file"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			how := providers.LoginOptions{Show: func(providers.Consent) error { t.Error("asked"); return context.Canceled }}
			c.edit(&env, &how)
			_, err := doorflow.Spec.Login(t.Context(), env, how)
			if err == nil || errors.Is(err, providers.ErrLoginConfig) != c.config || !c.config && reconcile.ClassOf(err) != reconcile.Denied {
				t.Errorf("got %v", err)
			}
		})
	}
}

func tokenFile(name string) func(*providers.Env, *providers.LoginOptions) {
	return func(e *providers.Env, _ *providers.LoginOptions) {
		e.Auth["token_file"] = reconcile.NewSecret(filepath.Join(filepath.Dir(e.Auth["token_file"].Reveal()), name))
	}
}

// TestWhereDoorFlowIsAsked: DoorFlow's own consent page is not on the API's host, and the account's
// redirect needs no explanation.
func TestWhereDoorFlowIsAsked(t *testing.T) {
	for _, c := range []struct {
		base, own, given string
		page, redirect   string
		note             bool
	}{
		{"", "", "", "https://admin.doorflow.com/oauth/authorize?", "http://127.0.0.1:", true},
		{"https://api.doorflow.com/", "", "", "https://admin.doorflow.com/oauth/authorize?", "http://127.0.0.1:", true},
		{"http://127.0.0.1:1/", "", "", "http://127.0.0.1:1/oauth/authorize?", "http://127.0.0.1:", true},
		{"", "https://desk.example.com/own", "", "https://admin.", "https://desk.example.com/own", false},
		{"", "https://desk.example.com/own", "https://desk.example.com/given", "https://admin.", "https://desk.example.com/given", true},
	} {
		env, _ := loginEnv(t, c.base)
		env.Settings = &doorflow.Settings{RedirectURI: c.own}
		stop := errors.New("seen")
		_, err := doorflow.Spec.Login(t.Context(), env, providers.LoginOptions{Redirect: c.given, Show: func(shown providers.Consent) error {
			if !strings.HasPrefix(shown.URL, c.page) || !strings.HasPrefix(shown.RedirectURI, c.redirect) || (shown.Note != "") != c.note {
				t.Errorf("%+v shows %+v", c, shown)
			}
			return stop
		}})
		if !errors.Is(err, stop) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
