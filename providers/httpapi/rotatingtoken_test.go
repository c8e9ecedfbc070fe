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

	"keyroster/io/rights/rightstest"
	"keyroster/reconcile"
)

// issuer is an API with its token endpoint: it issues bearer tokens, and refresh tokens that die
// when they are used.
type issuer struct {
	mu        sync.Mutex
	access    string
	refresh   string
	number    int
	refreshes int
	reused    int // dead refresh tokens that were presented
	calls     int
	// answer, if not nil, replaces the token endpoint's answer.
	answer func(w http.ResponseWriter, r *http.Request) bool
	// keep leaves the refresh token as it is.
	keep bool
	// before is called before a new token is made known.
	before func()
	// every makes the access token expire after so many calls.
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

// expireEvery makes the access token expire with every nth call.
func (i *issuer) expireEvery(n int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.every = n
}

// check fails the test unless tokens rotated safely at least so many times: no dead one was
// presented, and the file holds the one that the host expects next.
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

// tokenWorld returns an issuer on loopback, a token file seeded for it, and a function that opens a
// client.
func tokenWorld(t *testing.T, access string, expires time.Time) (*issuer, string, func() *Client) {
	t.Helper()
	i := &issuer{access: "at-0", refresh: "rt-0"}
	url, _ := serve(t, i.ServeHTTP)
	path := filepath.Join(t.TempDir(), "hq.token")
	seed := Token{Access: reconcile.NewSecret(access), Refresh: reconcile.NewSecret("rt-0"), Type: "Bearer", Expires: expires}
	if err := StoreToken(t.Context(), TokenFile(path), seed); err != nil {
		t.Fatal(err)
	}
	return i, path, func() *Client {
		auth := RotatingToken(TokenFile(path), TokenEndpoint{URL: url + "/oauth/token", ClientID: "cid", ClientSecret: reconcile.NewSecret("csecret")})
		return newTestClient(t, Config{
			BaseURL: url, Concurrency: 20, Retry: quick, Account: "hq", Flags: "--config k.yaml",
		}, auth)
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
				// The new refresh token must not be in the file before the answer, and the old one
				// must stay until then.
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
			rightstest.Private(t, path)
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
				// The host expires tokens so often that a replay may meet the next expiry; that is
				// the only failure allowed.
				if err := get(t, c); err != nil && reconcile.ClassOf(err) != reconcile.Denied {
					t.Error(err)
				}
			}
		})
	}
	calls.Wait()
	i.check(t, 10, path)
}

// TestTwoProcessesShareOneTokenFile runs this test binary again, three times at once.
func TestTwoProcessesShareOneTokenFile(t *testing.T) {
	if url := os.Getenv("TOKEN_CHILD_URL"); url != "" {
		auth := RotatingToken(TokenFile(os.Getenv("TOKEN_CHILD_FILE")), TokenEndpoint{URL: url + "/oauth/token", ClientID: "cid", ClientSecret: reconcile.NewSecret("csecret")})
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
		"odd error code":      {says(400, `{"error":"rt-0 csecret"}`), reconcile.Denied, "rejected the login (400)"},
		"403":                 {says(403, `no`), reconcile.Denied, "rejected the login (403)"},
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
			if name == "invalid_grant" && f.Hint != "run keyroster login --account hq --config k.yaml" {
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
	if err := StoreToken(t.Context(), TokenFile(path), Token{Refresh: reconcile.NewSecret("another")}); err != nil {
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
