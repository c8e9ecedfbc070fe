package fake_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"keyroster/providers/pingone/fake"
	"keyroster/providers/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const fields = `[{"id":"Issued Timestamp -> Since","type":"Issued Timestamp","title":"Since","isVisible":true}]`

// small is an environment of two credential types, the first with a rule.
const small = `{
"environment":{"id":"env-1","name":"Sample site","type":"SANDBOX","later":1.0},
"credential_types":[
 {"id":"t1","title":"Staff badge","cardDesignTemplate":"<svg></svg>","metadata":{"version":7,"n":1.50,"fields":` + fields + `},"later":{"big":12345678901234567890},"version":{"number":4},"createdAt":"2026-01-05T08:00:00.000Z"},
 {"id":"t2","title":"Visitor pass","cardDesignTemplate":"<svg></svg>","management":{"mode":"MANAGED"},"metadata":{"fields":` + fields + `}}],
"issuance_rules":[{"id":"r1","credentialType":{"id":"t1"},"status":"ACTIVE","usageCounts":{"issued":12}}]}`

// account is a sandbox on loopback with a client that is logged in.
type account struct {
	*testing.T
	api    sandbox.API
	url    string
	client *http.Client
}

type reply struct {
	status int
	header http.Header
	body   string
}

// with opens the small environment with switches, given as name=value.
func with(t *testing.T, switches ...string) *account {
	t.Helper()
	set := map[string]string{"access_token": "fixed"}
	for _, s := range switches {
		name, value, _ := strings.Cut(s, "=")
		set[name] = value
	}
	api, err := fake.New(sandbox.Options{State: []byte(small), Seed: 5, Set: set})
	if err != nil {
		t.Fatal(err)
	}
	address, stop, err := sandbox.Start(t.Context(), api, sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); stop() })
	return &account{T: t, api: api, url: address, client: &http.Client{Transport: transport}}
}

const types = "/v1/environments/env-1/credentialTypes"

func (a *account) do(method, path, body string, headers ...string) reply {
	a.Helper()
	if strings.HasPrefix(path, "/") {
		path = a.url + path
	}
	r, err := http.NewRequest(method, path, strings.NewReader(body))
	if err != nil {
		a.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer fixed")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := a.client.Do(r)
	if err != nil {
		a.Fatal(err)
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		a.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(all)}
}

// at returns a member of an answer by its path.
func (r reply) at(path ...string) string {
	raw := json.RawMessage(r.body)
	for _, name := range path {
		var o map[string]json.RawMessage
		if json.Unmarshal(raw, &o) != nil {
			return ""
		}
		raw = o[name]
	}
	return string(raw)
}

func (r reply) want(t *testing.T, what string, status int, parts ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("%s: %d %.300s, want %d", what, r.status, r.body, status)
	}
	for _, part := range parts {
		if !strings.Contains(r.body, part) {
			t.Errorf("%s: no %s in %.500s", what, part, r.body)
		}
	}
}

func body(title, more string) string {
	return `{"title":"` + title + `","cardDesignTemplate":"<svg></svg>","metadata":{"fields":` + fields + `}` + more + `}`
}

func TestReplace(t *testing.T) {
	a := with(t)
	before := a.do("GET", types+"/t1", "")
	before.want(t, "read", 200, `"big":12345678901234567890`, `"n":1.50`, `"version":7`)
	// What the body lacks is gone; the version of the card stays.
	r := a.do("PUT", types+"/t1", body("Crew badge", `,"new":{"x":1e2}`))
	r.want(t, "replace", 200, `"new":{"x":1e2}`, `"required":false`)
	if r.at("version", "number") != "5" || r.at("metadata", "version") != "7" || r.at("later") != "" || r.at("updatedAt") == "" || r.at("createdAt") != before.at("createdAt") {
		t.Errorf("replaced: %s", r.body)
	}
	// The same document again, in another order and with the server's own members.
	again := a.do("PUT", types+"/t1", strings.Replace(r.body, `"cardDesignTemplate":"<svg></svg>"`, `"cardDesignTemplate":"\u003csvg></svg>"`, 1))
	if again.at("version", "number") != "5" || again.at("updatedAt") != r.at("updatedAt") {
		t.Errorf("an equal document made a version: %s", again.body)
	}
	versions := a.do("GET", types+"/t1/versions", "")
	versions.want(t, "versions", 200, `"version":4`, `"big":12345678901234567890`)
	var page struct {
		Embedded struct {
			Versions []struct{ ID string }
		} `json:"_embedded"`
	}
	if json.Unmarshal([]byte(versions.body), &page) != nil || len(page.Embedded.Versions) != 1 {
		t.Fatal(versions.body)
	}
	a.do("GET", types+"/t1/versions/"+page.Embedded.Versions[0].ID, "").want(t, "version", 200, `"title":"Staff badge"`)
	a.do("GET", types+"/t1/versions/none", "").want(t, "no such version", 404)
}

// TestModeDisablesRules: switching to MANAGED disables the rule; switching back does not enable it.
func TestModeDisablesRules(t *testing.T) {
	a := with(t)
	const rule = types + "/t1/issuanceRules/r1"
	a.do("GET", types+"/t1/issuanceRules", "").want(t, "rules", 200, `"status":"ACTIVE"`, `"issuanceRules":[`)
	a.do("GET", rule+"/usageCounts", "").want(t, "counts", 200, `{"issued":12}`)
	a.do("PUT", types+"/t1", body("Staff badge", `,"management":{"mode":"MANAGED"}`)).want(t, "to MANAGED", 200)
	a.do("GET", rule, "").want(t, "rule", 200, `"status":"DISABLED"`)
	a.do("PUT", types+"/t1", body("Staff badge", "")).want(t, "back", 200)
	a.do("GET", rule, "").want(t, "rule", 200, `"status":"DISABLED"`)
	a.do("GET", types+"/t2/issuanceRules", "").want(t, "no rules", 200, `"size":0`)
	a.do("GET", types+"/t9/issuanceRules", "").want(t, "rules of none", 404)
	a.do("GET", types+"/t1/issuanceRules/r9", "").want(t, "no rule", 404)
}

func TestDeleteIsSoft(t *testing.T) {
	a := with(t)
	a.do("DELETE", types+"/t1", "").want(t, "delete", 204)
	if r := a.do("GET", types+"/t1", ""); r.status != 200 || r.at("deletedAt") == "" {
		t.Errorf("a deleted type reads %d %s", r.status, r.body)
	}
	a.do("DELETE", types+"/t1", "").want(t, "delete again", 404, `"code":"NOT_FOUND"`)
	a.do("PUT", types+"/t1", body("x", "")).want(t, "replace", 404)
	if list := a.do("GET", types, ""); strings.Contains(list.body, `"t1"`) || list.at("size") != "1" {
		t.Errorf("listed: %s", list.body)
	}
	a.do("GET", types+"/t1/issuanceRules/r1", "").want(t, "its rule", 404)
	if list := with(t, "deleted=listed"); list.do("DELETE", types+"/t1", "").status != 204 || list.do("GET", types, "").at("size") != "2" {
		t.Error("the switch shows deleted types")
	}
}

func TestPaging(t *testing.T) {
	a := with(t, "count=1")
	for _, title := range []string{"c", "d", "e"} {
		a.do("POST", types, body(title, "")).want(t, "create", 201)
	}
	titles, link := "", a.url+types+"?limit=2"
	for pages := 0; link != "" && pages < 5; pages++ {
		r := a.do("GET", link, "")
		var page struct {
			Embedded struct {
				Items []struct{ Title string }
			} `json:"_embedded"`
			Links map[string]struct{ Href string } `json:"_links"`
			Count int
		}
		if json.Unmarshal([]byte(r.body), &page) != nil || page.Count != 6 {
			t.Fatal(r.body)
		}
		for _, item := range page.Embedded.Items {
			titles += item.Title + ","
		}
		link = page.Links["next"].Href
	}
	if titles != "Staff badge,Visitor pass,c,d,e," {
		t.Error(titles)
	}
	for _, query := range []string{"?limit=0", "?limit=x", "?cursor=x"} {
		a.do("GET", types+query, "").want(t, query, 400, `"code":"INVALID_DATA"`)
	}
	// Without /v1 the links have none either.
	if r := with(t, "page_size=1").do("GET", "/environments/env-1/credentialTypes", ""); strings.Contains(r.body, "/v1/") || !strings.Contains(r.body, `"next"`) {
		t.Error(r.body)
	}
}

func TestValidation(t *testing.T) {
	a := with(t, "owned=refused")
	for sent, target := range map[string]string{
		`{`:                           `"code":"INVALID_REQUEST"`,
		`[]`:                          `"code":"INVALID_REQUEST"`,
		`{}`:                          `"target":"title"`,
		`{"title":"x","metadata":{}}`: `"target":"cardDesignTemplate"`,
		`{"title":"x","cardDesignTemplate":"<svg></svg>"}`:                                           `"target":"metadata"`,
		body("x", `,"management":{"mode":"AUTOMATIC"}`):                                              `"allowedValues":["AUTOMATED","MANAGED"]`,
		body("x", `,"multiple":{}`):                                                                  `"target":"multiple.expression"`,
		body("x", `,"expiration":{"type":"HARD"}`):                                                   `one and only one`,
		body("x", `,"expiration":{"expression":"x"}`):                                                `"target":"expiration.type"`,
		body("x", `,"expiration":{"type":"SOFT","expression":"x"}`):                                  `"target":"expiration.fieldName"`,
		body("x", `,"management":{"mode":"MANAGED"},"expiration":{"type":"HARD"}`):                   `"code":"CONSTRAINT_VIOLATION"`,
		body("x", `,"version":{"number":1}`):                                                         `is read-only`,
		body("x", `,"description":7`):                                                                `"target":"description"`,
		body("x", `,"onDelete":{"revokeIssuedCredentials":"no"}`):                                    `"target":"onDelete.revokeIssuedCredentials"`,
		strings.Replace(body("x", ""), `"metadata":{`, `"metadata":{"bgOpacityPercent":101,`, 1):     `"rangeMaximumValue":100`,
		strings.Replace(body("x", ""), `"metadata":{`, `"metadata":{"bgOpacityPercent":"20",`, 1):    `metadata.bgOpacityPercent`,
		strings.Replace(body("x", ""), `"metadata":{`, `"metadata":{"cardColor":"red",`, 1):          `"allowedPattern"`,
		strings.Replace(body("x", ""), `"isVisible":true`, `"x":1`, 1):                               `metadata.fields[0].isVisible`,
		strings.Replace(body("x", ""), `Issued Timestamp"`, `Directory Attribute"`, 1):               `metadata.fields[0].attribute`,
		strings.Replace(body("x", ""), `"type":"Issued Timestamp"`, `"type":"Alphanumeric Text"`, 1): `metadata.fields[0].value`,
	} {
		a.do("POST", types, sent).want(t, sent, 400, target)
	}
	a.do("POST", types, body("New", "")).want(t, "create", 201, `"version":5`, `"number":1`)
	with(t, "issuer=missing").do("POST", types, body("New", "")).want(t, "no issuer", 400, "issuerProfile")
	unique := with(t, "titles=unique")
	unique.do("POST", types, body("Staff badge", "")).want(t, "taken", 409, "UNIQUENESS_VIOLATION")
	unique.do("PUT", types+"/t1", body("Staff badge", "")).want(t, "its own", 200)
	unique.do("PUT", types+"/t2", body("Staff badge", "")).want(t, "taken", 409)
}

func TestAccess(t *testing.T) {
	a := with(t)
	a.do("GET", types, "", "Authorization", "Bearer other").want(t, "another token", 401)
	a.do("GET", types, "", "Authorization", "Basic fixed").want(t, "no bearer", 401)
	a.do("GET", "/v1/environments/env-2/credentialTypes", "").want(t, "another environment", 403, "INSUFFICIENT_PERMISSIONS")
	a.do("GET", "/v1/environments/env-1", "").want(t, "environment", 200, `"later":1.0`)
	a.do("GET", "/v1/environments/env-1/credentialIssuerProfile", "").want(t, "issuer", 200)
	a.do("GET", "/v1/nothing", "").want(t, "nothing", 404, `"code":"NOT_FOUND"`)
	a.do("GET", types+"/t9", "").want(t, "no type", 404)
	with(t, "forbid=write").do("DELETE", types+"/t1", "").want(t, "forbidden", 403)
	r := a.do("GET", types, "", "X-Ping-External-Transaction-ID", "mine")
	if r.header.Get("X-Ping-External-Transaction-ID") != "mine" || r.header.Get("Correlation-ID") == "" {
		t.Errorf("ids: %v", r.header)
	}
}

func TestTokens(t *testing.T) {
	a := with(t, "client_id=c", "client_secret=s&s", "auth_environment=env-a")
	post := func(a *account, environment, form string, basic ...string) reply {
		headers := []string{"Content-Type", "application/x-www-form-urlencoded", "Authorization", ""}
		if len(basic) == 2 {
			r := http.Request{Header: http.Header{}}
			r.SetBasicAuth(url.QueryEscape(basic[0]), url.QueryEscape(basic[1]))
			headers[3] = r.Header.Get("Authorization")
		}
		return a.do("POST", "/"+environment+"/as/token", form, headers...)
	}
	const grant = "grant_type=client_credentials"
	r := post(a, "env-a", grant, "c", "s&s")
	r.want(t, "token", 200, `"expires_in":3600`)
	var token string
	if json.Unmarshal([]byte(r.at("access_token")), &token) != nil {
		t.Fatal(r.body)
	}
	a.do("GET", types, "", "Authorization", "Bearer "+token).want(t, "with it", 200)
	a.api.ExpireTokens()
	a.do("GET", types, "", "Authorization", "Bearer "+token).want(t, "after its end", 401)
	post(a, "env-1", grant, "c", "s&s").want(t, "the edited environment", 404)
	post(a, "env-a", grant, "c", "x").want(t, "a wrong secret", 401, "invalid_client")
	post(a, "env-a", "grant_type=password", "c", "s&s").want(t, "another grant", 400)
	post(a, "env-a", grant+"&client_id=c&client_secret=s%26s").want(t, "in the body", 401, "Unsupported authentication method")
	b := with(t, "client_id=c", "client_secret=s", "auth_method=post")
	post(b, "env-1", grant+"&client_id=c&client_secret=s").want(t, "in the body", 200)
	post(b, "env-1", grant, "c", "s").want(t, "basic", 401, "Unsupported authentication method")
}

func encode(t *testing.T, state any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(state); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestStateAndEdits(t *testing.T) {
	a := with(t)
	state := a.do("GET", "/_sandbox/state", "").body
	again, err := fake.New(sandbox.Options{State: []byte(state), Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	if out := encode(t, again.State()); out != state {
		t.Errorf("a state does not survive:\n%s\n%s", out, state)
	}
	for edit, want := range map[string]int{
		`{"collection":"credential_types","id":"t1","set":{"title":"Crew","later":2.0}}`:         200,
		`{"collection":"credential_types","id":"t2","set":{"deletedAt":"2026-01-06T00:00:00Z"}}`: 200,
		`{"collection":"credential_types","insert":{"id":"t3","title":"New"}}`:                   200,
		`{"collection":"issuance_rules","id":"r1","set":{"usageCounts":{"issued":99}}}`:          200,
		`{"collection":"environment","id":"env-1","set":{"name":"Other"}}`:                       200,
		`{"collection":"credential_types","id":"t1","set":{"id":"t9"}}`:                          400,
		`{"collection":"credential_types","id":"t9","delete":true}`:                              400,
		`{"collection":"credential_types","insert":{"id":"t1"}}`:                                 400,
		`{"collection":"issuance_rules","insert":{"id":"r2"}}`:                                   400,
		`{"collection":"issuance_rules","id":"r9","delete":true}`:                                400,
		`{"collection":"environment","id":"env-2","set":{}}`:                                     400,
		`{"collection":"cards","id":"t1","delete":true}`:                                         400,
	} {
		a.do("POST", "/_sandbox/edit", edit).want(t, edit, want)
	}
	r := a.do("GET", types+"/t1", "")
	if r.at("title") != `"Crew"` || r.at("later") != "2.0" || r.at("version", "number") != "5" {
		t.Error(r.body)
	}
	a.do("GET", types+"/t1/issuanceRules/r1/usageCounts", "").want(t, "counts", 200, `{"issued":99}`)
	if list := a.do("GET", types, ""); list.at("size") != "2" || !strings.Contains(list.body, `"t3"`) {
		t.Error(list.body)
	}
	a.do("POST", "/_sandbox/reset", "").want(t, "reset", 200)
	if got := a.do("GET", "/_sandbox/state", "").body; got != state {
		t.Errorf("after reset: %s", got)
	}
}

func TestStateAndSwitchesThatAreWrong(t *testing.T) {
	for _, c := range []struct{ state, set, want string }{
		{`{`, "", "read sandbox state"},
		{`{"types":[]}`, "", "unknown field"},
		{`{"environment":{"name":"x"}}`, "", "environment: id must be given"},
		{`{"credential_types":[7]}`, "", "credential_types[0]: is not a JSON object"},
		{`{"credential_types":[{"title":"x"}]}`, "", "credential_types[0]: id must be given"},
		{`{"credential_types":[{"id":"a"},{"id":"a"}]}`, "", `credential_types[1]: id "a" is there already`},
		{`{"credential_types":[{"id":"a","version":{"number":0}}]}`, "", "version.number is no count"},
		{`{"issuance_rules":[{"id":"r","credentialType":{"id":"a"}}]}`, "", "issuance_rules[0]: id must be given"},
		{"", "colour=red", `unknown switch "colour"`},
		{"", "access_token=", "access_token does not fit"},
		{"", "auth_method=jwt", "auth_method does not fit"},
		{"", "count=many", "count does not fit"},
		{"", "deleted=yes", "deleted does not fit"},
		{"", "forbid=doors", "forbid does not fit"},
		{"", "issuer=here", "issuer does not fit"},
		{"", "owned=kept", "owned does not fit"},
		{"", "page_size=0", "page_size does not fit"},
		{"", "paging=odd", "paging does not fit"},
		{"", "titles=long", "titles does not fit"},
		{"", "token_ttl=0s", "token_ttl does not fit"},
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

func TestGenerate(t *testing.T) {
	generated := func(seed uint64) string {
		api, err := fake.New(sandbox.Options{Generate: 30, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return encode(t, api.State())
	}
	first, again := generated(1), generated(1)
	if first != again || first == generated(2) {
		t.Error("equal seeds give equal environments, others do not")
	}
	if state := generated(1); strings.Count(state, `"cardDesignTemplate"`) != 30 || !strings.Contains(state, `"MANAGED"`) || !strings.Contains(state, `"usageCounts"`) {
		t.Error(state)
	}
}

// TestStripZeros: a service that stores numbers keeps no leading zeros in the values of fields.
func TestStripZeros(t *testing.T) {
	const zeros = `{"title":"Crew badge","cardDesignTemplate":"<svg></svg>","metadata":{"fields":[
		{"id":"Alphanumeric Text -> Site","type":"Alphanumeric Text","title":"Site","value":"0042","isVisible":true}]}}`
	with(t, "strip-zeros=true").do("PUT", types+"/t1", zeros).want(t, "replace", 200, `"value":"42"`)
	with(t).do("PUT", types+"/t1", zeros).want(t, "replace", 200, `"value":"0042"`)
}

// TestRuleWrites: issuance rules are made, replaced and deleted as documented.
func TestRuleWrites(t *testing.T) {
	a := with(t)
	const rules = types + "/t2/issuanceRules"
	const good = `{"automation":{"issue":"PERIODIC","update":"PERIODIC","revoke":"ON_DEMAND"},"status":"ACTIVE","filter":{"scim":"x"}}`
	got := a.do("POST", rules, good)
	got.want(t, "a new rule", 201, `"status":"ACTIVE"`, `"createdAt"`, `"credentialType":{"id":"t2"}`)
	var made struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(got.body), &made); err != nil || made.ID == "" {
		t.Fatal(got.body)
	}
	a.do("GET", rules, "").want(t, "its list", 200, `"size":1`, made.ID)
	a.do("PUT", rules+"/"+made.ID, `{"automation":{"issue":"ON_DEMAND","update":"PERIODIC","revoke":"PERIODIC"},"status":"DISABLED"}`).
		want(t, "replaced", 200, `"status":"DISABLED"`, `"updatedAt"`)
	a.do("POST", rules, `{"status":"ON"}`).want(t, "no rule", 400, "automation.issue", "status")
	a.do("POST", types+"/t9/issuanceRules", good).want(t, "of no type", 404)
	a.do("PUT", rules+"/r9", good).want(t, "nobody's", 404)
	a.do("DELETE", rules+"/"+made.ID, "").want(t, "deleted", 204)
	a.do("GET", rules+"/"+made.ID, "").want(t, "gone", 404)
}
