package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/plainfile/linktest"
	"keyroster/reconcile"
)

func TestExchangeCode(t *testing.T) {
	code := Code{Value: reconcile.NewSecret("c0de"), Verifier: reconcile.NewSecret("ver1fier"), RedirectURI: "http://127.0.0.1:1/callback"}
	for name, c := range map[string]struct {
		status     int
		body, want string
	}{
		"a token": {
			200,
			`{"access_token":"at-1","refresh_token":"rt-1","token_type":"Bearer","expires_in":3600,"scope":"read"}`,
			"",
		},
		"a code used up": {
			400, `{"error":"invalid_grant","error_description":"c0de is used up"}`,
			"rejected the code (invalid_grant)",
		},
		"another client":     {401, `{"error":"invalid_client"}`, "rejected the code (invalid_client)"},
		"an error of no use": {400, `{"error":"c0de <b>"}`, "rejected the code (400)"},
		"no token":           {200, `{"token_type":"Bearer"}`, "no bearer token"},
	} {
		t.Run(name, func(t *testing.T) {
			var sent url.Values
			cfg := Config{BaseURL: "https://api.example.com", ReadOnly: true, RoundTripper: serveTrip(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.String() != "https://login.example.com/token" || r.Header.Get("Authorization") != "" {
					t.Errorf("asked %s", r.URL)
				}
				_ = r.ParseForm()
				sent = r.PostForm
				reply(w, c.status, c.body)
			})}
			at := TokenEndpoint{URL: "https://login.example.com/token", ClientID: "cid", ClientSecret: reconcile.NewSecret("csecret")}
			token, err := ExchangeCode(t.Context(), cfg, at, code)
			for member, want := range map[string]string{
				"grant_type": "authorization_code", "code": "c0de", "code_verifier": "ver1fier", "redirect_uri": code.RedirectURI,
				"client_id": "cid", "client_secret": "csecret",
			} {
				if sent.Get(member) != want {
					t.Errorf("%s: sent %q", member, sent.Get(member))
				}
			}
			if c.want == "" {
				if err != nil || token.Access.Reveal() != "at-1" || token.Refresh.Reveal() != "rt-1" || token.Scope != "read" || token.Expires.IsZero() {
					t.Errorf("got %v, %v", token, err)
				}
				return
			}
			if reconcile.ClassOf(err) != reconcile.Denied || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v", err)
			}
			for _, secret := range []string{"c0de", "ver1fier", "csecret"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows %s", secret)
				}
			}
		})
	}
}

// serveTrip puts a handler in the network's place.
func serveTrip(handler http.HandlerFunc) trip {
	return func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		handler(w, r)
		return w.Result(), nil
	}
}

func TestProveTokenFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "hq.token")
	if err := ProveStore(t.Context(), TokenFile(path)); err != nil {
		t.Fatal(err)
	}
	if found, _ := filepath.Glob(path + "*"); len(found) != 1 || found[0] != path+".lock" {
		t.Errorf("left behind: %q", found)
	}
	if err := os.WriteFile(path, []byte("as it was"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ProveStore(t.Context(), TokenFile(path)); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "as it was" {
		t.Errorf("the file holds %q", text)
	}
	for _, bad := range []string{dir, filepath.Join(dir, "no", "hq.token"), filepath.Join(path, "hq.token"), filepath.Join(dir, strings.Repeat("x", 248))} {
		if err := ProveStore(t.Context(), TokenFile(bad)); err == nil {
			t.Errorf("%s is writable", bad)
		}
	}
}

func TestStoreTokenBehindALink(t *testing.T) {
	real, link := filepath.Join(t.TempDir(), "real.token"), filepath.Join(t.TempDir(), "hq.token")
	if err := os.WriteFile(real, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !linktest.Symlink(t, real, link) {
		return
	}
	if err := StoreToken(context.Background(), TokenFile(link), Token{Access: reconcile.NewSecret("at-1")}); err != nil {
		t.Fatal(err)
	}
	token, err := ReadTokenFile(real)
	if info, _ := os.Lstat(link); err != nil || token.Access.Reveal() != "at-1" || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the file behind the link: %v, %v", token, err)
	}
}
