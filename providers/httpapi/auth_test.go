package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"keyroster/reconcile"
)

func TestClientCredentials(t *testing.T) {
	for name, tc := range map[string]struct {
		inBody   bool
		refusal  string
		status   int
		asked    int
		wantFail bool
	}{
		"basic":                   {asked: 1},
		"body, by code":           {inBody: true, status: 401, refusal: `{"error":"invalid_client"}`, asked: 2},
		"body, by words":          {inBody: true, status: 400, refusal: `{"error":"invalid_request","error_description":"Request denied: Unsupported authentication method"}`, asked: 2},
		"body, without any words": {inBody: true, status: 401, asked: 2},
		"refused":                 {inBody: true, status: 403, refusal: `{"error":"access_denied"}`, asked: 1, wantFail: true},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			asked, number, access := 0, 0, "none"
			url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				if r.URL.Path != "/env/as/token" {
					if r.Header.Get("Authorization") != "Bearer "+access {
						reply(w, 401, "")
						return
					}
					reply(w, 200, "{}")
					return
				}
				asked++
				user, password, _ := r.BasicAuth()
				if tc.inBody {
					user, password = r.FormValue("client_id"), r.FormValue("client_secret")
				}
				if user != "cid" || password != "csecret" || r.FormValue("grant_type") != "client_credentials" {
					reply(w, tc.status, tc.refusal)
					return
				}
				number++
				access = fmt.Sprint("at-", number)
				reply(w, 200, fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, access))
			})
			auth := ClientCredentials(TokenEndpoint{URL: url + "/env/as/token", ClientID: "cid", ClientSecret: reconcile.NewSecret("csecret")})
			c := newTestClient(t, Config{BaseURL: url, Concurrency: 20, Retry: quick}, auth)
			all := func() {
				var calls sync.WaitGroup
				for range 20 {
					calls.Go(func() {
						if err := get(t, c); (err != nil) != tc.wantFail || err != nil && reconcile.ClassOf(err) != reconcile.Denied {
							t.Errorf("got %v", err)
						}
					})
				}
				calls.Wait()
			}
			all()
			if asked != tc.asked {
				t.Errorf("asked %d times, want %d", asked, tc.asked)
			}
			mu.Lock()
			access = "revoked by the host"
			mu.Unlock()
			all()
			if want := tc.asked + 1; !tc.wantFail && asked != want {
				t.Errorf("asked %d times after a 401, want %d", asked, want)
			}
		})
	}
}

func TestLoginOutsideAClient(t *testing.T) {
	at := TokenEndpoint{URL: "https://login.example.com/token"}
	auth := ClientCredentials(at)
	r, _ := http.NewRequest("GET", "https://api.example.com", nil)
	if err := auth.Authorize(t.Context(), r); err == nil {
		t.Error("authorized without a client")
	}
	newTestClient(t, Config{}, auth)
	if _, err := New(Config{BaseURL: "https://api.example.com"}, auth); err == nil {
		t.Error("one login in two clients")
	}
	if _, err := New(Config{BaseURL: "https://api.example.com"}, RotatingToken(TokenFile("x"), TokenEndpoint{URL: "http://login.example.com/token"})); err == nil {
		t.Error("the token endpoint may be plain http")
	}
}

func TestFixedLogins(t *testing.T) {
	for name, tc := range map[string]struct {
		auth Authorizer
		want string
	}{
		"bearer":     {Bearer(reconcile.NewSecret("t0")), "Bearer t0"},
		"basic":      {Basic(reconcile.NewSecret("key"), reconcile.NewSecret("X")), "Basic a2V5Olg="},
		"empty":      {Bearer(reconcile.Secret{}), ""},
		"line break": {Bearer(reconcile.NewSecret("t0\n")), ""},
	} {
		r, _ := http.NewRequest("GET", "https://api.example.com", nil)
		err := tc.auth.Authorize(t.Context(), r)
		if got := r.Header.Get("Authorization"); got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if printed := fmt.Sprintf("%v %+v %#v", tc.auth, tc.auth, err); strings.Contains(printed, "t0") || strings.Contains(printed, "a2V5") {
			t.Errorf("%s: prints %s", name, printed)
		}
	}
}
