package pingone_test

import (
	"strings"
	"testing"

	"keyroster/providers"
	"keyroster/providers/pingone"
	"keyroster/reconcile"
)

func secrets(texts map[string]string) map[string]reconcile.Secret {
	out := map[string]reconcile.Secret{}
	for name, text := range texts {
		out[name] = reconcile.NewSecret(text)
	}
	return out
}

var worker = map[string]string{"environment_id": "env-1", "client_id": "c", "client_secret": "s"}

func TestOpen(t *testing.T) {
	for name, c := range map[string]struct {
		settings pingone.Settings
		base     string
		auth     map[string]string
		want     string
	}{
		"a region":  {pingone.Settings{Region: "eu"}, "", worker, ""},
		"no region": {pingone.Settings{}, "", worker, ""},
		"no such region": {
			pingone.Settings{Region: "moon"},
			"", worker, `read region: "moon" is none of AP, AU, CA, EU, NA, SG`,
		},
		"no secret": {
			pingone.Settings{},
			"",
			map[string]string{"environment_id": "e", "client_id": "c"},
			"read auth: want environment_id, client_id and client_secret",
		},
		"an environment's path": {
			pingone.Settings{EnvironmentID: "a/b"},
			"", worker, "read environment_id: this is not a PingOne id",
		},
		"half of the hosts": {
			pingone.Settings{},
			"https://api.example.com/v1", worker,
			"read base_url: it goes with auth_url, which is missing",
		},
		"the other half": {
			pingone.Settings{AuthURL: "https://auth.example.com"},
			"", worker, "read auth_url: it goes with base_url, which is missing",
		},
		"both": {
			pingone.Settings{AuthURL: "https://auth.example.com"},
			"https://api.example.com/v1", worker, "",
		},
		"a sandbox": {pingone.Settings{}, "http://127.0.0.1:1/v1", worker, ""},
	} {
		_, err := pingone.Spec.Open(t.Context(), providers.Env{BaseURL: c.base, Auth: secrets(c.auth), Settings: &c.settings})
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLogin: Basic comes first, and the body if the application wants it; the environment that owns
// the application may differ from the one edited; the API is served below /v1 as well.
func TestLogin(t *testing.T) {
	for name, set := range map[string]map[string]string{
		"basic": nil, "post": {"auth_method": "post"}, "elsewhere": {"auth_environment": "env-auth"},
	} {
		a := openAccount(t, options{state: smallState, set: set, settings: pingone.Settings{EnvironmentID: "env-1"}})
		b := a.open(options{settings: pingone.Settings{EnvironmentID: "env-1"}}, a.url+"/v1", a.api.Welcome(a.url)["auth"].(map[string]string))
		for _, client := range []*providers.Client{a.client, b} {
			if _, err := client.Tenant(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			a.api.ExpireTokens()
			if listing, err := client.List(t.Context(), reconcile.Scope{}, nil); err != nil || listing.Records.Len() != 3 {
				t.Errorf("%s, after the token ended: %v", name, err)
			}
		}
		if n, want := a.requests("POST", "/as/token"), map[string]int{"basic": 4, "post": 6, "elsewhere": 4}[name]; n != want {
			t.Errorf("%s: %d logins, want %d", name, n, want)
		}
	}
}

// TestDenied: every way of not being let in is a failure of the login that says what to check and
// contains no secret.
func TestDenied(t *testing.T) {
	for name, o := range map[string]options{
		"wrong secret":              {auth: map[string]string{"client_secret": "wrong-5a5a"}},
		"wrong owner":               {auth: map[string]string{"environment_id": "env-9"}},
		"wrong environment":         {settings: pingone.Settings{EnvironmentID: "env-9"}},
		"no rights":                 {set: map[string]string{"forbid": "environment"}},
		"no rights, by POST logins": {set: map[string]string{"forbid": "environment", "auth_method": "post"}},
	} {
		o.state = smallState
		a := openAccount(t, o)
		_, err := a.client.Tenant(t.Context())
		if reconcile.ClassOf(err) != reconcile.Denied {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.Contains(err.Error(), "wrong-5a5a") || strings.Contains(err.Error(), "secret_") {
			t.Errorf("%s: the failure holds a secret: %v", name, err)
		}
	}
}
