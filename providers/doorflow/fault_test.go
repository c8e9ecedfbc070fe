package doorflow_test

import (
	"path/filepath"
	"strings"
	"testing"

	"keyroster/providers"
	"keyroster/providers/doorflow"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// TestListingUnderFaults: whatever happens on the way, a listing is the whole account or an error,
// never a part.
func TestListingUnderFaults(t *testing.T) {
	for _, headers := range []string{"total", "none"} {
		for _, listing := range []string{"auto", "skip_pagination"} {
			t.Run(headers+" "+listing, func(t *testing.T) {
				a := openAccount(t, options{
					generate: 300, pageSize: 20, listing: listing, set: map[string]string{"headers": headers},
					faults: "500=0.1,reset=0.1,truncate=0.1,html=0.05,repeat-row=0.05",
				})
				read := 0
				for range 20 {
					got, err := a.client.List(t.Context(), reconcile.Scope{}, nil)
					if err == nil {
						read++
						a.sameAsState(got)
					}
				}
				if read == 0 {
					t.Error("no listing came through")
				}
				if a.faults() == 0 {
					t.Error("no fault was injected")
				}
			})
		}
	}
}

// TestTokenFile: the tokens in a file log in, and are replaced when all tokens of the account
// expire at once.
func TestTokenFile(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	login := a.api.Welcome(a.url)["auth"].(map[string]string)
	path := filepath.Join(t.TempDir(), "hq.token")
	err := httpapi.StoreToken(t.Context(), httpapi.TokenFile(path), httpapi.Token{
		Access: secret(login["access_token"]), Refresh: secret(login["refresh_token"]), Type: "Bearer",
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := doorflow.Spec.Open(t.Context(), providers.Env{
		BaseURL: a.url + "/", HTTP: httpapi.Config{Concurrency: 4},
		Auth: map[string]reconcile.Secret{"client_id": secret(login["client_id"]), "client_secret": secret(login["client_secret"]), "token_file": secret(path)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := client.List(t.Context(), reconcile.Scope{Holders: []string{"101", "102", "103"}}, nil); err != nil {
			t.Fatal(err)
		}
		a.api.ExpireTokens()
	}
	if n := a.requests("POST", "/oauth/token"); n != 2 {
		t.Errorf("refreshed %d times, want 2", n)
	}
	stored, err := httpapi.ReadTokenFile(path)
	if err != nil || stored.Refresh.Reveal() == login["refresh_token"] || stored.Refresh.IsZero() {
		t.Errorf("the file does not hold the newest refresh token (%v)", err)
	}
}

// TestAccessTokenRefused: a token that cannot be renewed is a failure of the login, and no message
// contains it.
func TestAccessTokenRefused(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	a.api.ExpireTokens()
	client, err := doorflow.Spec.Open(t.Context(), providers.Env{BaseURL: a.url, Auth: map[string]reconcile.Secret{"access_token": secret("at_wrong9")}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Tenant(t.Context())
	if reconcile.ClassOf(err) != reconcile.Denied || strings.Contains(err.Error(), "at_wrong9") {
		t.Errorf("401 for good: %v", err)
	}
}
