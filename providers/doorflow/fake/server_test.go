package fake_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"keyroster/providers/doorflow/fake"
	"keyroster/providers/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// small is an account with three people: the first has a PIN and a card, the second a PIN, the
// third nothing.
const small = `{
"people": [
 {"id":101,"first_name":"Avery","last_name":"Sample","email":"avery.sample@example.com","system_id":"E-1","department":"Lab"},
 {"id":102,"first_name":"Blake","last_name":"Sample","email":"BLAKE.sample@example.com","system_id":"E-12","enabled":false,"groups":[4]},
 {"id":103,"first_name":"Casey","last_name":"Sample"}],
"credential_types": [
 {"id":31,"label":"Keypad PIN","slug":"pin","code":10},
 {"id":32,"label":"Proximity card","slug":"card","code":200},
 {"id":33,"label":"Mobile pass","slug":"mobile_pass","code":300},
 {"id":34,"label":"Fob","slug":"fob"}],
"credentials": [
 {"id":"pinA","credential_type_id":31,"person_id":101,"value":"004821"},
 {"id":"cardA","credential_type_id":32,"person_id":101,"value":"01234567","note":"spare"},
 {"id":"pinB","credential_type_id":31,"person_id":102,"value":"4711"}]}`

// account is a sandbox on loopback with a client that is logged in.
type account struct {
	*testing.T
	api    *fake.Server
	url    string
	auth   map[string]string
	bearer string
	client *http.Client
}

type reply struct {
	status int
	header http.Header
	body   string
}

func open(t *testing.T, options sandbox.Options, config sandbox.Config) *account {
	t.Helper()
	api, err := fake.New(options)
	if err != nil {
		t.Fatal(err)
	}
	address, stop, err := sandbox.Start(t.Context(), api, config)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(func() { transport.CloseIdleConnections(); stop() })
	auth := api.Welcome(address)["auth"].(map[string]string)
	return &account{
		T: t, api: api.(*fake.Server), url: address, auth: auth, bearer: auth["access_token"],
		client: &http.Client{
			Transport: transport, Jar: jar, Timeout: time.Minute,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// with opens the small account with switches, given as name=value.
func with(t *testing.T, switches ...string) *account {
	t.Helper()
	set := map[string]string{}
	for _, s := range switches {
		name, value, _ := strings.Cut(s, "=")
		set[name] = value
	}
	return open(t, sandbox.Options{State: []byte(small), Seed: 5, Set: set}, sandbox.Config{})
}

func (a *account) do(method, path, body string) reply {
	a.Helper()
	r, err := a.try(method, path, body)
	if err != nil {
		a.Fatal(err)
	}
	return r
}

func (a *account) try(method, path, body string) (reply, error) {
	r, err := http.NewRequest(method, a.url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if a.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+a.bearer)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return a.send(r)
}

func (a *account) send(r *http.Request) (reply, error) {
	response, err := a.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(all)}, err
}

func (a *account) form(path string, values url.Values) reply {
	a.Helper()
	r, err := http.NewRequest(http.MethodPost, a.url+path, strings.NewReader(values.Encode()))
	if err != nil {
		a.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := a.send(r)
	if err != nil {
		a.Fatal(err)
	}
	return answer
}

// decode reads JSON into a new T.
func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
	return v
}

type object = map[string]any

// want checks the status and the body of an answer: the body is exactly the text, or begins with it
// where the text ends in an ellipsis.
func (r reply) want(t *testing.T, what string, status int, body string) {
	t.Helper()
	begin, cut := strings.CutSuffix(body, "…")
	fits := r.body == body || cut && strings.HasPrefix(r.body, begin)
	if r.status != status || !fits {
		t.Errorf("%s: %d %.300s\n want %d %s", what, r.status, r.body, status, body)
	}
}

func (a *account) log() []sandbox.Entry {
	a.Helper()
	return decode[[]sandbox.Entry](a.T, a.do(http.MethodGet, "/_sandbox/log", "").body)
}

func (a *account) edit(body string) {
	a.Helper()
	if r := a.do(http.MethodPost, "/_sandbox/edit", body); r.status != http.StatusOK {
		a.Fatalf("edit %s: %d %s", body, r.status, r.body)
	}
}

func ids(t *testing.T, body string) []string {
	t.Helper()
	found := []string{}
	for _, o := range decode[[]object](t, body) {
		found = append(found, fmt.Sprint(o["id"]))
	}
	return found
}

func TestStateAndSwitchesThatAreWrong(t *testing.T) {
	for _, c := range []struct{ state, set, want string }{
		{`{`, "", "read sandbox state"},
		{`{"persons":[]}`, "", "unknown field"},
		{`{"people":[{"id":1}]}`, "", "people[0]: id, first_name and last_name must be given"},
		{`{"people":[{"id":"1","first_name":"A","last_name":"B"}]}`, "", "people[0]: id is of the wrong kind"},
		{`{"people":[7]}`, "", "people[0]: is not a JSON object"},
		{`{"people":[{"id":1,"first_name":"A","last_name":"B"},{"id":1,"first_name":"A","last_name":"B"}]}`, "", "people[1]: id 1 is there already"},
		{`{"credential_types":[{"id":1,"label":"A"}]}`, "", "credential_types[0]: id, label and slug"},
		{`{"credentials":[{"id":"x","credential_type_id":1,"person_id":1}]}`, "", "credentials[0]: credential_type_id 1 is not in"},
		{strings.Replace(small, `"person_id":102`, `"person_id":999`, 1), "", "credentials[2]: person_id 999 is not in people"},
		{strings.Replace(small, `"pinB"`, `"pinA"`, 1), "", `credentials[2]: id "pinA" is there already`},
		{"", "colour=red", `unknown switch "colour": the switches are access_token, account`},
		{"", "access_token=", "the value of access_token does not fit"},
		{"", "headers=y", "headers does not fit"},
		{"", "forbid=doors", "forbid does not fit"},
		{"", "limit=31", "limit does not fit"},
		{"", "mask=all", "mask does not fit"},
		{"", "max-per-page=0", "max-per-page does not fit"},
		{"", "mobile=x", "mobile does not fit"},
		{"", "pagination=never", "pagination does not fit"},
		{"", "pin-length=7-4", "pin-length does not fit"},
		{"", "sync-window=soon", "sync-window does not fit"},
		{"", "token-ttl=0s", "token-ttl does not fit"},
		{"", "total=many", "total does not fit"},
		{"", "uniqueness=person", "uniqueness does not fit"},
		{"", "consent=ask", "consent does not fit"},
	} {
		options := sandbox.Options{State: []byte(c.state)}
		if name, value, found := strings.Cut(c.set, "="); found {
			options.Set = map[string]string{name: value}
		}
		if _, err := fake.New(options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %q", c.state, c.set, err, c.want)
		}
	}
}

// TestStateErrorsHoldNoValue: errors of the state file name the place and never a value.
func TestStateErrorsHoldNoValue(t *testing.T) {
	state := strings.Replace(small, `"value":"004821"`, `"value":["98765"]`, 1)
	_, err := fake.New(sandbox.Options{State: []byte(state)})
	if err == nil || strings.Contains(err.Error(), "98765") || !strings.Contains(err.Error(), "credentials[0]: value is of the wrong kind") {
		t.Error(err)
	}
}

func TestLogin(t *testing.T) {
	a := with(t, "api_key=key1", "access_token=fixed")
	const path, ok, no = "/api/3/credential_types", http.StatusOK, http.StatusUnauthorized
	for authorization, status := range map[string]int{
		"Bearer fixed":                ok,
		"bearer fixed":                ok,
		"Bearer other":                no,
		"Bearer":                      no,
		"":                            no,
		"Basic a2V5MTpY":              ok, // key1:X
		"Basic a2V5MTo=":              ok, // key1:
		"Basic a2V5MjpY":              no, // key2:X
		"Basic ???":                   no,
		"Token token=fixed":           no,
		"Basic " + "a2V5MTpY" + "a2V": ok, // any password
	} {
		r, err := http.NewRequest(http.MethodGet, a.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", authorization)
		got, err := a.send(r)
		if err != nil || got.status != status {
			t.Errorf("%q: %d %v, want %d", authorization, got.status, err, status)
		}
		if status == no && got.body != `{"error":"unauthorized","error_description":"The access token is invalid"}` {
			t.Errorf("%q: %s", authorization, got.body)
		}
	}
	// Without the switch no key is accepted, not even the empty one.
	b := with(t)
	for _, user := range []string{"", "key1"} {
		r, err := http.NewRequest(http.MethodGet, b.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(user, "X")
		if got, err := b.send(r); err != nil || got.status != no {
			t.Errorf("key %q: %d %v", user, got.status, err)
		}
	}
}

func TestForbidden(t *testing.T) {
	const no = `{"error":"forbidden","error_description":"You are not authorized to access this resource"}`
	requests := map[string]string{
		"account":          "GET /api/3/account",
		"credential_types": "GET /api/3/credential_types",
		"credentials":      "GET /api/3/credentials",
		"people":           "GET /api/3/people",
		"sync":             "POST /api/3/sync",
		"write":            "DELETE /api/3/people/101/credentials/pinA",
	}
	for name := range requests {
		a := with(t, "forbid="+name)
		for other, request := range requests {
			method, path, _ := strings.Cut(request, " ")
			got := a.do(method, path, "")
			forbidden := other == name || name == "credentials" && other == "write"
			if forbidden {
				got.want(t, name+" "+request, http.StatusForbidden, no)
			} else if got.status != http.StatusOK {
				t.Errorf("forbid=%s: %s answers %d", name, request, got.status)
			}
		}
	}
}

func TestUnknownPaths(t *testing.T) {
	a := with(t)
	for _, path := range []string{
		"/", "/api/2/people", "/api/3/people/999", "/api/3/people/x",
		"/api/3/people/101/credentials/none", "/api/3/people/102/credentials/pinA",
	} {
		a.do(http.MethodGet, path, "").want(t, path, http.StatusNotFound,
			`{"error":"not_found","error_description":"The requested resource was not found"}`)
	}
	for i, path := range []string{"/api/3/account", "/nothing"} {
		if id := a.do(http.MethodGet, path, "").header.Get("X-Request-Id"); id != fmt.Sprint("sandbox-", 7+i) {
			t.Errorf("request id %q", id)
		}
	}
}

func TestWelcomeAndSeed(t *testing.T) {
	a, b := with(t), with(t)
	if len(a.auth) != 4 || a.auth["access_token"] == "" || a.auth["refresh_token"] == "" ||
		a.auth["client_id"] == "" || a.auth["client_secret"] == "" {
		t.Errorf("auth %v", a.auth)
	}
	if a.auth["access_token"] != b.auth["access_token"] {
		t.Error("equal seeds give different tokens")
	}
	c, err := fake.New(sandbox.Options{Seed: 6})
	if err != nil {
		t.Fatal(err)
	}
	if c.Welcome("")["auth"].(map[string]string)["access_token"] == a.auth["access_token"] {
		t.Error("another seed gives the same tokens")
	}
}
