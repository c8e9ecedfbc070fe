package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"keyroster/reconcile"
)

// issuer is an API and its token endpoint: bearer tokens, and refresh tokens
// that die when they are used.
type issuer struct {
	mu        sync.Mutex
	access    string
	refresh   string
	number    int
	refreshes int
	reused    int // refresh tokens presented that were dead
	calls     int
	// answer, if any, replaces the token endpoint's answer.
	answer func(w http.ResponseWriter, r *http.Request) bool
	// keep leaves the refresh token as it is.
	keep bool
	// before is called before a new token is made known.
	before func()
	// every makes the access token end after so many calls.
	every int
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if r.URL.Path == "/oauth/token" {
		i.token(w, r)
		return
	}
	i.calls++
	if i.every > 0 && i.calls%i.every == 0 {
		i.access = "expired by the host"
	}
	if r.Header.Get("Authorization") != "Bearer "+i.access {
		reply(w, 401, `{"error":"unauthorized"}`)
		return
	}
	reply(w, 200, `{}`)
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || i.answer != nil && i.answer(w, r) {
		return
	}
	if r.PostForm.Get("client_id") != "cid" || r.PostForm.Get("client_secret") != "csecret" || r.Header.Get("Authorization") != "" {
		reply(w, 401, `{"error":"invalid_client","error_description":"csecret"}`)
		return
	}
	if r.PostForm.Get("grant_type") != "refresh_token" || r.PostForm.Get("refresh_token") != i.refresh {
		i.reused++
		reply(w, 400, `{"error":"invalid_grant","error_description":"rt-dead"}`)
		return
	}
	i.refreshes++
	i.number++
	i.access = fmt.Sprint("at-", i.number)
	answer := map[string]any{"access_token": i.access, "token_type": "bearer", "expires_in": 3600, "scope": "a b"}
	if !i.keep {
		i.refresh = fmt.Sprint("rt-", i.number)
		answer["refresh_token"] = i.refresh
	}
	if i.before != nil {
		i.before()
	}
	body, _ := json.Marshal(answer)
	reply(w, 200, string(body))
}

// expireEvery ends the access token with every nth call.
func (i *issuer) expireEvery(n int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.every = n
}

// check says whether tokens rotated safely, at least so many times: no dead one
// was presented, and the file holds the one that the host expects next.
func (i *issuer) check(t *testing.T, refreshes int, path string) {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.reused != 0 || i.refreshes < refreshes {
		t.Errorf("%d refreshes, %d with a dead token", i.refreshes, i.reused)
	}
	if got := stored(t, path); !strings.HasSuffix(got, " "+i.refresh) {
		t.Errorf("the file holds %s, the host expects %s", got, i.refresh)
	}
}

// tokenWorld is an issuer on loopback and a token file seeded for it.
func tokenWorld(t *testing.T, access string, expires time.Time) (*issuer, string, func() *Client) {
	t.Helper()
	i := &issuer{access: "at-0", refresh: "rt-0"}
	url, _ := serve(t, i.ServeHTTP)
	path := filepath.Join(t.TempDir(), "hq.token")
	seed := Token{Access: reconcile.NewSecret(access), Refresh: reconcile.NewSecret("rt-0"), Type: "Bearer", Expires: expires}
	if err := WriteTokenFile(t.Context(), path, seed); err != nil {
		t.Fatal(err)
	}
	return i, path, func() *Client {
		auth := TokenFile(path, TokenEndpoint{URL: url + "/oauth/token", ClientID: "cid", ClientSecret: reconcile.NewSecret("csecret")})
		return newTestClient(t, Config{BaseURL: url, Concurrency: 20, Retry: quick, Account: "hq"}, auth)
	}
}

func get(t *testing.T, c *Client) error {
	t.Helper()
	_, err := c.Do(t.Context(), Request{Name: "read", Method: "GET", Path: "/x"})
	return err
}

func stored(t *testing.T, path string) string {
	t.Helper()
	token, err := ReadTokenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return token.Access.Reveal() + " " + token.Refresh.Reveal()
}

func TestTokenIsRefreshedOnce(t *testing.T) {
	for name, tc := range map[string]struct {
		access    string
		expires   time.Time
		refreshes int
	}{
		"good token":            {"at-0", time.Now().Add(time.Hour), 0},
		"end not known":         {"at-0", time.Time{}, 0},
		"ends within 5 minutes": {"at-0", time.Now().Add(4 * time.Minute), 1},
		"has ended":             {"at-0", time.Now().Add(-time.Hour), 1},
		"401":                   {"revoked", time.Now().Add(time.Hour), 1},
		"no access token":       {"", time.Time{}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			i, path, open := tokenWorld(t, tc.access, tc.expires)
			i.before = func() {
				// The refresh token must not be in the file before the
				// answer, and the old one must be there as long.
				if got := stored(t, path); !strings.HasSuffix(got, "rt-0") {
					t.Errorf("during the refresh the file holds %s", got)
				}
			}
			c := open()
			var calls sync.WaitGroup
			for range 20 {
				calls.Go(func() {
					if err := get(t, c); err != nil {
						t.Error(err)
					}
				})
			}
			calls.Wait()
			if i.refreshes != tc.refreshes || i.reused != 0 {
				t.Errorf("%d refreshes, %d with a dead token, want %d and 0", i.refreshes, i.reused, tc.refreshes)
			}
			if want := i.access + " " + i.refresh; tc.refreshes > 0 && stored(t, path) != want {
				t.Errorf("the file holds %s, want %s", stored(t, path), want)
			}
			if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v", info.Mode())
			}
		})
	}
}

func TestTokenIsStoredBeforeItIsUsed(t *testing.T) {
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	c := open()
	inner := c.trip
	c.trip = trip(func(r *http.Request) (*http.Response, error) {
		if used := r.Header.Get("Authorization"); used == "Bearer at-1" && !strings.HasPrefix(stored(t, path), "at-1 rt-1") {
			t.Errorf("the new token is used while the file holds %s", stored(t, path))
		}
		return inner.RoundTrip(r)
	})
	if err := get(t, c); err != nil || i.refreshes != 1 {
		t.Errorf("%v, %d refreshes", err, i.refreshes)
	}
}

func TestTwoClientsShareOneTokenFile(t *testing.T) {
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	i.expireEvery(10)
	var calls sync.WaitGroup
	for range 3 {
		c := open()
		calls.Go(func() {
			for range 40 {
				// The host ends tokens so often that a replay may meet the
				// next end; that is the only failure allowed.
				if err := get(t, c); err != nil && reconcile.ClassOf(err) != reconcile.Denied {
					t.Error(err)
				}
			}
		})
	}
	calls.Wait()
	i.check(t, 10, path)
}

// TestTwoProcessesShareOneTokenFile runs this test binary again, three times at
// once.
func TestTwoProcessesShareOneTokenFile(t *testing.T) {
	if url := os.Getenv("TOKEN_CHILD_URL"); url != "" {
		auth := TokenFile(os.Getenv("TOKEN_CHILD_FILE"), TokenEndpoint{URL: url + "/oauth/token", ClientID: "cid", ClientSecret: reconcile.NewSecret("csecret")})
		c := newTestClient(t, Config{BaseURL: url, Retry: quick}, auth)
		for range 25 {
			if err := get(t, c); err != nil && reconcile.ClassOf(err) != reconcile.Denied {
				t.Error(err)
			}
		}
		return
	}
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	i.expireEvery(7)
	url := open().base.String()
	var children sync.WaitGroup
	for range 3 {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestTwoProcessesShareOneTokenFile$")
		child.Env = append(os.Environ(), "TOKEN_CHILD_URL="+url, "TOKEN_CHILD_FILE="+path)
		children.Go(func() {
			if out, err := child.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	children.Wait()
	i.check(t, 5, path)
}

func TestFailedRefreshLeavesTheFile(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request) bool
		class  reconcile.Class
		want   string
	}{
		"invalid_grant":       {says(400, `{"error":"invalid_grant","error_description":"rt-0 is dead"}`), reconcile.Denied, "invalid_grant"},
		"invalid_client":      {says(401, `{"error":"invalid_client","error_description":"csecret"}`), reconcile.Denied, "invalid_client"},
		"odd error code":      {says(400, `{"error":"rt-0 csecret"}`), reconcile.Denied, "refused (400)"},
		"403":                 {says(403, `no`), reconcile.Denied, "refused (403)"},
		"500":                 {says(500, ``), reconcile.Unreachable, "answered 500"},
		"no token":            {says(200, `{"token_type":"bearer"}`), reconcile.Denied, "no bearer token"},
		"other kind of token": {says(200, `{"access_token":"x","token_type":"mac"}`), reconcile.Denied, "no bearer token"},
		"broken JSON":         {says(200, `{"access_token":"x`), reconcile.Unreachable, "damaged"},
		"connection breaks":   {hangsUp, reconcile.Unreachable, "no usable answer"},
		"a page of HTML":      {html, reconcile.Unreachable, "HTML"},
		"redirect":            {says(302, ``), reconcile.Unreachable, "redirect"},
	} {
		t.Run(name, func(t *testing.T) {
			i, path, open := tokenWorld(t, "revoked", time.Time{})
			i.answer = tc.answer
			before, _ := os.ReadFile(path)
			err := get(t, open())
			if reconcile.ClassOf(err) != tc.class || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got class %d: %v", reconcile.ClassOf(err), err)
			}
			for _, secret := range []string{"rt-0", "csecret"} {
				if strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
					t.Errorf("the error holds %s", secret)
				}
			}
			f, _ := errors.AsType[*reconcile.Failure](err)
			if name == "invalid_grant" && f.Hint != "run keyroster login --account hq" {
				t.Errorf("hint %q", f.Hint)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Errorf("the file changed:\n%s\n%s", before, after)
			}
		})
	}
}

func says(status int, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool { reply(w, status, body); return true }
}

func hangsUp(w http.ResponseWriter, _ *http.Request) bool {
	conn, _, _ := w.(http.Hijacker).Hijack()
	_ = conn.Close()
	return true
}

func html(w http.ResponseWriter, _ *http.Request) bool {
	w.Header().Set("Content-Type", "text/html")
	_, _ = w.Write([]byte("<html>"))
	return true
}

func TestDeadRefreshTokenIsAskedAboutOnce(t *testing.T) {
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	i.refresh = "another"
	c := open()
	for range 5 {
		if err := get(t, c); reconcile.ClassOf(err) != reconcile.Denied {
			t.Error(err)
		}
	}
	if i.reused != 1 {
		t.Errorf("the dead token was presented %d times", i.reused)
	}
	// A new login in the meantime is noticed.
	if err := WriteTokenFile(t.Context(), path, Token{Refresh: reconcile.NewSecret("another")}); err != nil {
		t.Fatal(err)
	}
	if err := get(t, c); err != nil {
		t.Error(err)
	}
}

func TestRefreshTokenThatDoesNotRotateIsKept(t *testing.T) {
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	i.keep = true
	if err := get(t, open()); err != nil {
		t.Fatal(err)
	}
	if got := stored(t, path); got != "at-1 rt-0" {
		t.Errorf("the file holds %s", got)
	}
}

func TestRefreshOutlivesTheCaller(t *testing.T) {
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	ctx, cancel := context.WithCancel(t.Context())
	i.before = cancel // interrupted while the host is rotating
	_, err := open().Do(ctx, Request{Name: "read", Method: "GET", Path: "/x"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := stored(t, path); got != "at-1 rt-1" {
		t.Errorf("the file holds %s: the new refresh token is lost", got)
	}
}

func TestUnusableTokenFile(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(path string) error
		want  string
	}{
		"missing":         {os.Remove, "no token file"},
		"others may read": {func(p string) error { return os.Chmod(p, 0o640) }, "chmod 600"},
		"no JSON":         {func(p string) error { return os.WriteFile(p, []byte("rt-0"), 0o600) }, "not the JSON"},
		"empty":           {func(p string) error { return os.Truncate(p, 0) }, "not the JSON"},
		"no refresh token": {func(p string) error {
			return os.WriteFile(p, []byte(`{"access_token":"revoked"}`), 0o600)
		}, "no refresh token"},
		"a folder": {func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) }, "not a regular file"},
		"a folder where the lock should be": {func(p string) error {
			return errors.Join(os.Remove(p+".lock"), os.Mkdir(p+".lock", 0o700))
		}, "lock token file"},
	} {
		t.Run(name, func(t *testing.T) {
			i, path, open := tokenWorld(t, "revoked", time.Time{})
			if err := tc.spoil(path); err != nil {
				t.Fatal(err)
			}
			err := get(t, open())
			if reconcile.ClassOf(err) != reconcile.Denied || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "rt-0") {
				t.Errorf("got %v, want …%s…", err, tc.want)
			}
			if i.refreshes+i.reused != 0 {
				t.Error("the refresh token was used although the next could not be stored")
			}
		})
	}
}

// TestUnreplaceableTokenFileIsNoticedBeforeTheRefresh has a file whose name is
// so long that no temporary name beside it fits: unlike permissions, that stops
// root too.
func TestUnreplaceableTokenFileIsNoticedBeforeTheRefresh(t *testing.T) {
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	long := filepath.Join(filepath.Dir(path), strings.Repeat("x", 250))
	if err := os.Rename(path, long); err != nil {
		t.Fatal(err)
	}
	base := open().base.String()
	auth := TokenFile(long, TokenEndpoint{URL: base + "/oauth/token", ClientID: "cid", ClientSecret: reconcile.NewSecret("csecret")})
	err := get(t, newTestClient(t, Config{BaseURL: base}, auth))
	if reconcile.ClassOf(err) != reconcile.Denied || !strings.Contains(err.Error(), "write token file") || i.refreshes != 0 {
		t.Errorf("got %v after %d refreshes", err, i.refreshes)
	}
}

// TestUnstorableTokenIsKeptAndStoredLater takes the folder away between the
// proof that the file can be replaced and the answer.
func TestUnstorableTokenIsKeptAndStoredLater(t *testing.T) {
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	folder := filepath.Dir(path)
	away := folder + "-away"
	i.before = func() {
		if err := os.Rename(folder, away); err != nil {
			t.Error(err)
		}
	}
	c := open()
	if err := get(t, c); reconcile.ClassOf(err) != reconcile.Denied || i.refreshes != 1 {
		t.Fatalf("got %v after %d refreshes", err, i.refreshes)
	}
	if err := os.Rename(away, folder); err != nil {
		t.Fatal(err)
	}
	if err := get(t, c); err != nil || i.refreshes != 1 || i.reused != 0 {
		t.Errorf("got %v after %d refreshes", err, i.refreshes)
	}
	if got := stored(t, path); got != "at-1 rt-1" {
		t.Errorf("the file holds %s", got)
	}
}

func TestTokenFileBehindALink(t *testing.T) {
	_, path, open := tokenWorld(t, "revoked", time.Time{})
	real := filepath.Join(t.TempDir(), "real.token")
	if err := errors.Join(os.Rename(path, real), os.Symlink(real, path)); err != nil {
		t.Fatal(err)
	}
	if err := get(t, open()); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Lstat(path); info.Mode().Type() != os.ModeSymlink || stored(t, real) != "at-1 rt-1" {
		t.Errorf("the link is now %v, the file behind it holds %s", info.Mode(), stored(t, real))
	}
}

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
	for _, auth := range []Authorizer{ClientCredentials(at)} {
		r, _ := http.NewRequest("GET", "https://api.example.com", nil)
		if err := auth.Authorize(t.Context(), r); err == nil {
			t.Error("authorized without a client")
		}
		newTestClient(t, Config{RoundTripper: door{}}, auth)
		if _, err := New(Config{BaseURL: "https://api.example.com"}, auth); err == nil {
			t.Error("one login in two clients")
		}
	}
	if _, err := New(Config{BaseURL: "https://api.example.com"}, TokenFile("x", TokenEndpoint{URL: "http://login.example.com/token"})); err == nil {
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
