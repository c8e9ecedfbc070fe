package fake_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/providers/sandbox"
)

// refresh asks for new tokens.
func (a *account) refresh(token string) reply {
	a.Helper()
	return a.form("/oauth/token", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {token},
		"client_id": {a.auth["client_id"]}, "client_secret": {a.auth["client_secret"]},
	})
}

func (a *account) reads() int {
	a.Helper()
	return a.do(http.MethodGet, "/api/3/people", "").status
}

const invalidGrant = `{"error":"invalid_grant",…`

func TestRefreshRotates(t *testing.T) {
	a := with(t, "token-ttl=2h")
	r := a.refresh(a.auth["refresh_token"])
	got := decode[object](t, r.body)
	if r.status != 200 || got["token_type"] != "Bearer" || got["expires_in"] != 7200.0 ||
		got["scope"] != "account.person account.person.readonly account.credential_type.readonly account.sync" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if created := int64(got["created_at"].(float64)); created > time.Now().Unix() || created < time.Now().Unix()-60 {
		t.Errorf("created_at %v", got["created_at"])
	}
	if a.reads() != 200 {
		t.Error("the access token of before is dead")
	}
	a.bearer = got["access_token"].(string)
	if a.reads() != 200 {
		t.Error("the new access token is dead")
	}
	a.refresh(a.auth["refresh_token"]).want(t, "the old refresh token", 400, invalidGrant)
	if r := a.refresh(got["refresh_token"].(string)); r.status != 200 {
		t.Errorf("the new refresh token: %d", r.status)
	}
}

func TestTokenErrors(t *testing.T) {
	a := with(t)
	good := func() url.Values {
		return url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {a.auth["refresh_token"]},
			"client_id": {a.auth["client_id"]}, "client_secret": {a.auth["client_secret"]},
		}
	}
	for _, c := range []struct {
		name, value string
		status      int
		want        string
	}{
		{"grant_type", "", 400, `{"error":"invalid_request",…`},
		{"grant_type", "client_credentials", 400, `{"error":"unsupported_grant_type",…`},
		{"grant_type", "authorization_code", 400, invalidGrant},
		{"refresh_token", "other", 400, invalidGrant},
		{"refresh_token", "", 400, invalidGrant},
		{"client_id", "other", 401, `{"error":"invalid_client","error_description":"Client authentication failed"}`},
		{"client_secret", "", 401, `{"error":"invalid_client",…`},
	} {
		form := good()
		form.Set(c.name, c.value)
		a.form("/oauth/token", form).want(t, c.name+"="+c.value, c.status, c.want)
	}
	if r := a.form("/oauth/token", good()); r.status != 200 {
		t.Errorf("errors have burnt the refresh token: %d", r.status)
	}
}

func TestTokensExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, sandbox.Options{State: []byte(small), Set: map[string]string{"token-ttl": "90s"}})
		time.Sleep(90 * time.Second)
		if r := c.do("GET", "people", ""); r.status != 200 {
			t.Errorf("at its end: %d", r.status)
		}
		time.Sleep(instant)
		if r := c.do("GET", "people", ""); r.status != 401 {
			t.Errorf("after its end: %d", r.status)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, sandbox.Options{State: []byte(small), Set: map[string]string{"access_token": "fixed"}})
		time.Sleep(1000 * time.Hour)
		if r := c.do("GET", "people", ""); r.status != 200 {
			t.Errorf("a fixed token after a month: %d", r.status)
		}
	})
}

func TestExpireTokens(t *testing.T) {
	a := with(t)
	a.api.ExpireTokens()
	if a.reads() != 401 {
		t.Error("the access token is alive")
	}
	r := a.refresh(a.auth["refresh_token"])
	a.bearer = decode[map[string]any](t, r.body)["access_token"].(string)
	if a.reads() != 200 {
		t.Error("refreshing did not help")
	}
}

func TestTokenInfo(t *testing.T) {
	a := with(t, "account=acct9")
	got := decode[object](t, a.do(http.MethodGet, "/oauth/token/info", "").body)
	left, _ := got["expires_in"].(float64)
	if got["account_id"] != "acct9" || len(got["scope"].([]any)) != 4 || left < 3590 || left > 3600 ||
		got["application"].(object)["uid"] != a.auth["client_id"] || got["resource_owner_id"] != 7001.0 {
		t.Errorf("%v", got)
	}
	a.bearer = "other"
	a.do(http.MethodGet, "/oauth/token/info", "").want(t, "bad token", 401,
		`{"error":"invalid_token","error_description":"The access token is invalid or has expired"}`)
}

func TestRevoke(t *testing.T) {
	a := with(t)
	revoke := func(encoding *base64.Encoding, login, token string) reply {
		r, err := http.NewRequest(http.MethodPost, a.url+"/oauth/revoke", strings.NewReader(url.Values{"token": {token}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "Basic "+encoding.EncodeToString([]byte(login)))
		answer, err := a.send(r)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	login := a.auth["client_id"] + ":" + a.auth["client_secret"]
	revoke(base64.StdEncoding, login+"x", a.auth["refresh_token"]).want(t, "bad client", 403, `{"error":"unauthorized_client",…`)
	revoke(base64.URLEncoding, login, "unknown").want(t, "unknown token", 200, "{}")
	if a.reads() != 200 {
		t.Error("revoked for nothing")
	}
	revoke(base64.StdEncoding, login, a.auth["refresh_token"]).want(t, "refresh token", 200, "{}")
	if a.reads() != 401 {
		t.Error("the access token outlives its refresh token")
	}
	a.refresh(a.auth["refresh_token"]).want(t, "revoked", 400, invalidGrant)

	b := with(t)
	a.url, a.auth, a.bearer = b.url, b.auth, b.bearer
	revoke(base64.StdEncoding, login, b.bearer).want(t, "access token", 200, "{}")
	if b.reads() != 401 {
		t.Error("the access token is alive")
	}
	if r := b.refresh(b.auth["refresh_token"]); r.status != 200 {
		t.Errorf("refresh after revoking an access token: %d", r.status)
	}
}

// consentFor returns a good request for consent.
func consentFor(a *account) url.Values {
	sum := sha256.Sum256([]byte("verifier"))
	return url.Values{
		"response_type": {"code"}, "client_id": {a.auth["client_id"]}, "redirect_uri": {"http://127.0.0.1:7777/back?x=1"},
		"scope": {"account.person.readonly"}, "state": {"s&1"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
}

func (a *account) exchange(code, verifier, redirect string) reply {
	a.Helper()
	return a.form("/oauth/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "code_verifier": {verifier},
		"client_id": {a.auth["client_id"]}, "client_secret": {a.auth["client_secret"]},
	})
}

// location returns where a redirect leads.
func location(t *testing.T, r reply) url.Values {
	t.Helper()
	to, err := url.Parse(r.header.Get("Location"))
	if err != nil || r.status != http.StatusFound || to.Host != "127.0.0.1:7777" || to.Path != "/back" || to.Query().Get("x") != "1" {
		t.Fatalf("%d %q %s", r.status, r.header.Get("Location"), r.body)
	}
	return to.Query()
}

func TestConsentPage(t *testing.T) {
	a := with(t)
	ask := consentFor(a)
	page := a.do(http.MethodGet, "/oauth/authorize?"+ask.Encode(), "")
	if page.status != 200 || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") ||
		!strings.Contains(page.body, `value="s&amp;1"`) || !strings.Contains(page.body, ">Approve</button>") {
		t.Fatalf("%d %s", page.status, page.body)
	}
	ask.Set("decision", "deny")
	if got := location(t, a.form("/oauth/authorize", ask)); got.Get("error") != "access_denied" || got.Get("state") != "s&1" {
		t.Errorf("denied: %v", got)
	}
	ask.Set("decision", "approve")
	got := location(t, a.form("/oauth/authorize", ask))
	if got.Get("state") != "s&1" || got.Get("code") == "" {
		t.Fatalf("approved: %v", got)
	}
	r := a.exchange(got.Get("code"), "verifier", ask.Get("redirect_uri"))
	token := decode[object](t, r.body)
	if r.status != 200 || token["scope"] != "account.person.readonly" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	a.bearer = token["access_token"].(string)
	for path, status := range map[string]int{"people": 200, "credentials": 200, "account": 200, "credential_types": 403} {
		if got := a.do(http.MethodGet, "/api/3/"+path, "").status; got != status {
			t.Errorf("%s with the scope of reading people: %d, want %d", path, got, status)
		}
	}
	if got := a.do(http.MethodDelete, "/api/3/people/101/credentials/pinA", "").status; got != 403 {
		t.Errorf("delete: %d", got)
	}
	if r := a.refresh(token["refresh_token"].(string)); r.status != 200 || !strings.Contains(r.body, `"scope":"account.person.readonly"`) {
		t.Errorf("refresh: %d %s", r.status, r.body)
	}
}

func TestCodeIsGoodOnce(t *testing.T) {
	a := with(t, "consent=auto")
	ask := consentFor(a)
	code := func() string {
		return location(t, a.do(http.MethodGet, "/oauth/authorize?"+ask.Encode(), "")).Get("code")
	}
	redirect := ask.Get("redirect_uri")
	once := code()
	if r := a.exchange(once, "verifier", redirect); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	a.exchange(once, "verifier", redirect).want(t, "again", 400, invalidGrant)
	a.exchange(code(), "other", redirect).want(t, "other verifier", 400, invalidGrant)
	a.exchange(code(), "", redirect).want(t, "no verifier", 400, invalidGrant)
	a.exchange(code(), "verifier", redirect+"2").want(t, "other redirect", 400, invalidGrant)
	ask.Del("code_challenge")
	ask.Del("code_challenge_method")
	if r := a.exchange(code(), "", redirect); r.status != 200 {
		t.Errorf("without PKCE: %d", r.status)
	}
}

func TestCodeExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, sandbox.Options{Set: map[string]string{"consent": "auto", "client_id": "c", "client_secret": "s"}})
		call := func(method, target, form string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, target, strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			c.api.ServeHTTP(w, r)
			return w
		}
		for late, status := range map[time.Duration]int{0: 200, 1: 400} {
			w := call("GET", "/oauth/authorize?response_type=code&client_id=c&scope=account.sync&redirect_uri=http://localhost/", "")
			to, err := url.Parse(w.Header().Get("Location"))
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(10*time.Minute + late)
			w = call("POST", "/oauth/token", fmt.Sprintf(
				"grant_type=authorization_code&client_id=c&client_secret=s&redirect_uri=http://localhost/&code=%s", to.Query().Get("code")))
			if w.Code != status {
				t.Errorf("ten minutes and %v: %d %s", late, w.Code, w.Body)
			}
		}
	})
}

func TestConsentErrors(t *testing.T) {
	a := with(t, "redirect_uri=https://app.example.com/back")
	for _, c := range []struct{ name, value, want string }{
		{"client_id", "other", "page"},
		{"redirect_uri", "", "page"},
		{"redirect_uri", "https://app.example.com/other", "page"},
		{"redirect_uri", "http://192.0.2.1/", "page"},
		{"redirect_uri", "https://127.0.0.1/", "page"},
		{"response_type", "token", "unsupported_response_type"},
		{"scope", "", "invalid_scope"},
		{"scope", "account.person everything", "invalid_scope"},
		{"code_challenge_method", "plain", "invalid_request"},
		{"code_challenge_method", "", "invalid_request"},
	} {
		ask := consentFor(a)
		ask.Set(c.name, c.value)
		ask.Set("decision", "approve")
		for what, r := range map[string]reply{
			"GET":  a.do(http.MethodGet, "/oauth/authorize?"+ask.Encode(), ""),
			"POST": a.form("/oauth/authorize", ask),
		} {
			if c.want == "page" {
				if r.status != 400 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
					t.Errorf("%s %s=%s: %d %s", what, c.name, c.value, r.status, r.body)
				}
				continue
			}
			if got := location(t, r); got.Get("error") != c.want || got.Get("state") != "s&1" || got.Get("error_description") == "" {
				t.Errorf("%s %s=%s: %v", what, c.name, c.value, got)
			}
		}
	}
	ask := consentFor(a)
	ask.Set("redirect_uri", "https://app.example.com/back")
	if r := a.do(http.MethodGet, "/oauth/authorize?"+ask.Encode(), ""); r.status != 200 {
		t.Errorf("registered redirect: %d", r.status)
	}
}
