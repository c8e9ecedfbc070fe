package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/providers/sandbox"
	"keyroster/providers/seam/server"
)

const small = `{
"workspace": {"workspace_id":"ws1","name":"Lab","colour":"green"},
"acs_systems": [
 {"acs_system_id":"A","name":"Depot","external_type":"pti_site","floors":3},
 {"acs_system_id":"B","name":"Tower","external_type":"brivo_account"},
 {"acs_system_id":"K","external_type":"salto_ks_site"}],
"acs_users": [
 {"acs_user_id":"u1","acs_system_id":"A","full_name":"Avery Sample","email_address":"avery.sample@example.com","user_identity_id":"i1"},
 {"acs_user_id":"u2","acs_system_id":"A","full_name":"Blake Sample","phone_number":"+15550100"},
 {"acs_user_id":"u3","acs_system_id":"B","full_name":"Casey Sample"},
 {"acs_user_id":"u4","acs_system_id":"K","full_name":"Devon Sample"}],
"acs_credentials": [
 {"acs_credential_id":"c1","acs_user_id":"u1","acs_system_id":"A","access_method":"code","code":"004821","ends_at":"2090-01-01T00:00:00.000Z","note":"x"},
 {"acs_credential_id":"c2","acs_user_id":"u2","acs_system_id":"A","access_method":"code","code":"7001"},
 {"acs_credential_id":"n3","acs_user_id":"u2","acs_system_id":"A","access_method":"card","card_number":"0815","is_managed":false},
 {"acs_credential_id":"k4","acs_user_id":"u3","acs_system_id":"B","access_method":"mobile_key","parent_acs_credential_id":"p9"}]}`

// workspace is a sandbox without a network, with a login.
type workspace struct {
	*testing.T
	api    sandbox.API
	bearer string
	header http.Header
}

func open(t *testing.T, o sandbox.Options) *workspace {
	t.Helper()
	api, err := server.New(o)
	if err != nil {
		t.Fatal(err)
	}
	auth := api.Welcome("http://x")["auth"].(map[string]string)
	return &workspace{T: t, api: api, bearer: auth["api_key"], header: http.Header{}}
}

// with opens the small workspace with some switches, given as name=value.
func with(t *testing.T, switches ...string) *workspace {
	t.Helper()
	set := map[string]string{}
	for _, s := range switches {
		name, value, _ := strings.Cut(s, "=")
		set[name] = value
	}
	return open(t, sandbox.Options{State: []byte(small), Seed: 5, Set: set})
}

// do sends a request and returns the status and the body.
func (w *workspace) do(method, target, body string) (int, string) {
	w.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if w.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+w.bearer)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range w.header {
		r.Header[name] = values
	}
	answer := httptest.NewRecorder()
	w.api.ServeHTTP(answer, r)
	if answer.Header().Get("seam-request-id") == "" {
		w.Error("an answer without its id")
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		w.Fatal(err)
	}
	return answer.Code, string(text)
}

// post sends a POST and expects a status and a part of the answer.
func (w *workspace) post(path, body string, status int, part string) string {
	w.Helper()
	got, text := w.do(http.MethodPost, path, body)
	if got != status || !strings.Contains(text, part) {
		w.Errorf("%s %s: %d %s\nwant %d with %s", path, body, got, text, status, part)
	}
	return text
}

// credential is one credential as get shows it.
func (w *workspace) credential(id string) map[string]any {
	w.Helper()
	_, text := w.do(http.MethodPost, "/acs/credentials/get", `{"acs_credential_id":"`+id+`"}`)
	var body struct {
		Credential map[string]any `json:"acs_credential"`
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		w.Fatal(err)
	}
	return body.Credential
}

func TestAuth(t *testing.T) {
	w := with(t, "api_key=seam_test1_k", "personal_access_token=seam_at1_p", "session_token=seam_cst1_s")
	for _, c := range []struct {
		bearer, workspace, method, path string
		status                          int
		part                            string
	}{
		{"seam_test1_k", "", "POST", "/workspaces/get", 200, `"is_sandbox":true`},
		{"seam_test1_k", "other", "POST", "/workspaces/get", 200, `"workspace_id":"ws1"`},
		{"seam_test1_x", "", "POST", "/workspaces/get", 401, "API Key not found"},
		{"seam_at1_p", "ws1", "POST", "/workspaces/get", 200, ""},
		{"seam_at1_p", "", "POST", "/workspaces/get", 401, "No authentication methods succeeded"},
		{"seam_at1_p", "ws2", "POST", "/workspaces/get", 401, "No authentication methods succeeded"},
		{"seam_cst1_s", "", "POST", "/acs/credentials/list", 200, ""},
		{"seam_cst1_s", "", "POST", "/acs/credentials/get", 401, ""},
		{"seam_pk1_x", "", "POST", "/acs/credentials/list", 401, ""},
		{"eyJ", "", "POST", "/acs/credentials/list", 401, ""},
		{"", "", "POST", "/acs/credentials/list", 401, `"type":"unauthorized"`},
		{"", "", "PUT", "/acs/credentials/list", 401, ""}, // before the verb is looked at
		{"seam_test1_k", "", "PUT", "/acs/credentials/list", 405, "method_not_allowed"},
		{"seam_test1_k", "", "GET", "/acs/credentials/create", 405, "method_not_allowed"},
		{"", "", "POST", "/acs/nothing", 404, "Not Found"},
	} {
		w.bearer, w.header = c.bearer, http.Header{}
		if c.workspace != "" {
			w.header.Set("seam-workspace", c.workspace)
		}
		if status, text := w.do(c.method, c.path, ""); status != c.status || !strings.Contains(text, c.part) {
			t.Errorf("%+v: %d %s", c, status, text)
		}
	}
	w.bearer, w.header = "seam_test1_k", http.Header{}
	w.api.ExpireTokens()
	w.post("/workspaces/get", "", 401, "unauthorized")
}

// TestValidation: the tree, the sentences, and that a number is no code.
func TestValidation(t *testing.T) {
	w := with(t)
	for _, c := range []struct {
		path, body string
		status     int
		part       string
	}{
		{"/acs/credentials/get", `{}`, 400, `"message":"acs_credential_id is required"`},
		{"/acs/credentials/get", `{}`, 400, `"validation_errors":{"_errors":[],"acs_credential_id":{"_errors":["Required"]}}`},
		{"/acs/credentials/update", `{"acs_credential_id":"c1","code":4821}`, 400, `Expected string, received number for \"code\"`},
		{"/acs/credentials/update", `{"acs_credential_id":"c1","code":null}`, 400, `received null`},
		{"/acs/credentials/update", `{"acs_credential_id":"c1","code":"48A1"}`, 400, `Invalid for \"code\"`},
		{"/acs/credentials/update", `{"code":"48A1"}`, 400, `2 Input Errors: acs_credential_id is required, Invalid for \"code\"`},
		{"/acs/credentials/update", `{"acs_credential_id":"c1"}`, 400, `"_errors":["Either code or ends_at must be provided"]`},
		{"/acs/credentials/update", `{"acs_credential_id":"c1","ends_at":"2020-01-01T00:00:00Z"}`, 400, "Must be in the future"},
		{"/acs/credentials/update", `{"acs_credential_id":"c1","ends_at":"tomorrow"}`, 400, "Invalid datetime"},
		{"/acs/credentials/update", `[]`, 400, "must be a JSON object"},
		{"/acs/credentials/update", `{"acs_credential_id":"c9","code":"1"}`, 404, `"acs_credential_not_found"`},
		{"/acs/credentials/update", `{"acs_credential_id":"n3","ends_at":"2091-01-01T00:00:00Z"}`, 404, "acs_credential_not_found"},
		{"/acs/credentials/update", `{"acs_credential_id":"k4","ends_at":"2091-01-01T00:00:00Z"}`, 400, "not_supported"},
		{"/acs/credentials/update", `{"acs_credential_id":"c1","code":"7001"}`, 409, "duplicate_acs_credential_code"},
		{"/acs/credentials/update", `{"acs_credential_id":"c1","code":"4294967297"}`, 400, "Must be between 1 and 4294967296"},
		{"/acs/credentials/create", `{"acs_user_id":"u1","access_method":"face"}`, 400, "Invalid enum value"},
		{"/acs/credentials/create", `{"access_method":"code"}`, 400, "Either acs_user_id"},
		{"/acs/credentials/create", `{"acs_user_id":"u9","access_method":"code"}`, 404, "acs_user_not_found"},
		{"/acs/credentials/create", `{"user_identity_id":"i9","acs_system_id":"A","access_method":"code"}`, 400, "user_identity_not_found"},
		{"/acs/credentials/create", `{"acs_user_id":"u4","access_method":"code","code":"1234"}`, 400, "Codes are generated"},
		{"/acs/credentials/create", `{"acs_user_id":"u3","access_method":"mobile_key","code":"1234"}`, 400, "Not supported by access_method"},
		{"/acs/credentials/create", `{"acs_user_id":"u3","access_method":"code","starts_at":"2091-01-02T00:00:00Z","ends_at":"2091-01-01T00:00:00Z"}`, 400, "Must be after starts_at"},
		{"/acs/credentials/create", `{"acs_user_id":"u3","access_method":"code","is_multi_phone_sync_credential":"yes"}`, 400, "Expected boolean"},
		{"/acs/credentials/assign", `{"acs_credential_id":"c1"}`, 400, "Exactly one of"},
		{"/acs/credentials/assign", `{"acs_credential_id":"c1","acs_user_id":"u1","user_identity_id":"i1"}`, 400, "Exactly one of"},
		{"/acs/credentials/assign", `{"acs_credential_id":"c1","acs_user_id":"u3"}`, 400, "another ACS system"},
		{"/acs/credentials/list", `{"limit":0}`, 400, "Number must be greater than 0"},
		{"/acs/credentials/list", `{"limit":"5"}`, 400, "Expected number"},
		{"/acs/credentials/list", `{"search":""}`, 400, "at least 1 character"},
		{"/acs/credentials/list", `{"page_cursor":"x"}`, 400, "Invalid"},
		{"/acs/credentials/unmanaged/list", `{}`, 400, "acs_system_id is required"},
	} {
		text := w.post(c.path, c.body, c.status, c.part)
		if !strings.Contains(text, `"ok":false`) {
			t.Errorf("%s: no envelope: %s", c.path, text)
		}
	}
	w.header.Set("Content-Type", "text/plain")
	w.post("/acs/credentials/get", `{"acs_credential_id":"c1"}`, 400, "invalid_content_type")
	w.header = http.Header{}
	if got := w.credential("c1"); got["code"] != "004821" || got["ends_at"] != "2090-01-01T00:00:00.000Z" || got["note"] != "x" {
		t.Errorf("c1 was changed by what was refused: %v", got)
	}
}

// TestPages: cursors are bound to their parameters, and the ready-made link
// reads the first page for ever.
func TestPages(t *testing.T) {
	w := open(t, sandbox.Options{Generate: 25, Seed: 3})
	type answer struct {
		Rows []struct {
			ID string `json:"acs_credential_id"`
		} `json:"acs_credentials"`
		Pagination struct {
			More   bool    `json:"has_next_page"`
			Cursor *string `json:"next_page_cursor"`
			URL    *string `json:"next_page_url"`
		}
	}
	get := func(method, target, body string) (a answer) {
		t.Helper()
		status, text := w.do(method, target, body)
		if status != 200 {
			t.Fatalf("%s %s: %d %s", target, body, status, text)
		}
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			t.Fatal(err)
		}
		return a
	}
	seen := map[string]bool{}
	first := get("POST", "/acs/credentials/list", `{"limit":10}`)
	for page, n := first, 1; ; n++ {
		for _, row := range page.Rows {
			seen[row.ID] = true
		}
		if !page.Pagination.More {
			if n != 3 || page.Pagination.Cursor != nil || page.Pagination.URL != nil {
				t.Errorf("page %d is the last: %+v", n, page.Pagination)
			}
			break
		}
		page = get("POST", "/acs/credentials/list", fmt.Sprintf(`{"page_cursor":%q,"limit":10}`, *page.Pagination.Cursor))
	}
	if len(seen) != 25 {
		t.Errorf("%d of 25 read", len(seen))
	}
	w.post("/acs/credentials/list", fmt.Sprintf(`{"limit":9,"page_cursor":%q}`, *first.Pagination.Cursor), 400, "mismatched_page_parameters")
	w.post("/acs/credentials/list", fmt.Sprintf(`{"limit":10,"search":"a","page_cursor":%q}`, *first.Pagination.Cursor), 400, "mismatched_page_parameters")
	link, err := url.Parse(*first.Pagination.URL)
	if err != nil {
		t.Fatal(err)
	}
	if again := get("GET", link.RequestURI(), ""); again.Rows[0] != first.Rows[0] {
		t.Error("the link led on to the next page")
	}
	second := get("GET", "/acs/credentials/list?limit=10&page_cursor="+url.QueryEscape(*get("GET", "/acs/credentials/list?limit=10", "").Pagination.Cursor), "")
	if second.Rows[0] == first.Rows[0] {
		t.Error("a query's cursor did not lead on")
	}
}

func TestFilters(t *testing.T) {
	w := with(t)
	for body, want := range map[string]string{
		`{}`:                        "c1 c2 k4",
		`{"acs_system_id":"A"}`:     "c1 c2",
		`{"acs_user_id":"u1"}`:      "c1",
		`{"acs_user_id":"u9"}`:      "",
		`{"search":"48"}`:           "c1", // a part of a code
		`{"user_identity_id":"i1"}`: "",
		`{"created_before":"2020-01-01T00:00:00Z"}`: "",
		`{"is_multi_phone_sync_credential":true}`:   "",
	} {
		text := w.post("/acs/credentials/list", body, 200, `"ok":true`)
		var got []string
		for _, id := range []string{"c1", "c2", "n3", "k4"} {
			if strings.Contains(text, `"acs_credential_id":"`+id+`"`) {
				got = append(got, id)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", body, got, want)
		}
	}
	w.post("/acs/credentials/unmanaged/list", `{"acs_system_id":"A"}`, 200, `"is_managed":false`)
	w.post("/acs/credentials/unmanaged/get", `{"acs_credential_id":"n3"}`, 200, `"is_managed":false`)
	w.post("/acs/credentials/get", `{"acs_credential_id":"n3"}`, 404, "acs_credential_not_found")
	w.post("/acs/users/list", `{"search":"555"}`, 200, `"acs_user_id":"u2"`)
	w.post("/acs/users/list", `{"user_identity_email_address":"avery.sample@example.com"}`, 200, `"acs_users":[]`)
	w.post("/acs/users/get", `{"acs_user_id":"u9"}`, 404, "acs_user_not_found")
	w.post("/acs/systems/list", `{"search":"tow"}`, 200, `"acs_system_id":"B"`)
	w.post("/acs/systems/get", `{"acs_system_id":"A"}`, 200, `"floors":3`)
}

// TestSettling: what was accepted reaches the provider later, and the provider
// has its own mind.
func TestSettling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, sandbox.Options{State: []byte(small), Settle: 10 * time.Second, Seed: 5,
			Set: map[string]string{"late-error": "13", "unavailable": "77", "stuck": "B"}})
		is := func(id, member string, want any) {
			t.Helper()
			if got := w.credential(id)[member]; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s of %s is %v, want %v", member, id, got, want)
			}
		}
		const synced = "is_latest_desired_state_synced_with_provider"
		w.post("/acs/credentials/update", `{"acs_credential_id":"c1","code":"0099"}`, 200, `"code":"0099"`)
		w.post("/acs/credentials/delete", `{"acs_credential_id":"c2"}`, 200, `{"ok":true}`)
		is("c1", synced, false)
		if text := fmt.Sprint(w.credential("c2")["warnings"]); !strings.Contains(text, "being_deleted") {
			t.Error(text)
		}
		time.Sleep(6 * time.Second)
		w.post("/acs/credentials/update", `{"acs_credential_id":"c1","code":"5013"}`, 200, "")
		time.Sleep(5 * time.Second)
		is("c1", synced, false) // its last change is not there yet
		w.post("/acs/credentials/get", `{"acs_credential_id":"c2"}`, 404, "")
		time.Sleep(5 * time.Second)
		is("c1", synced, false)
		if text := fmt.Sprint(w.credential("c1")["errors"]); !strings.Contains(text, "provider_rejected_credential") {
			t.Error(text)
		}
		w.post("/acs/credentials/update", `{"acs_credential_id":"c1","code":"6077"}`, 200, `"errors":[]`)
		w.post("/acs/credentials/create", `{"acs_user_id":"u3","access_method":"code","code":"1"}`, 200, "")
		time.Sleep(11 * time.Second)
		c1 := w.credential("c1")
		warnings := fmt.Sprint(c1["warnings"])
		if c1["code"] == "6077" || c1[synced] != true || !strings.Contains(warnings, "original_code:6077") {
			t.Errorf("%v", c1)
		}
		w.post("/acs/credentials/update", `{"acs_credential_id":"c1","code":"6078"}`, 200, `"warnings":[]`)
		time.Sleep(time.Hour)
		w.post("/acs/credentials/list", `{"acs_system_id":"B","search":"pin"}`, 200, `"`+synced+`":false`)
	})
}

func TestCreate(t *testing.T) {
	w := with(t, "uniqueness=none", "answers=void")
	w.post("/acs/credentials/create", `{"acs_user_id":"u1","access_method":"code","code":"7001","ends_at":"2091-01-01T02:00:00.123456+02:00"}`, 200, `"ends_at":"2091-01-01T00:00:00.123456Z"`)
	w.post("/acs/credentials/create", `{"acs_user_id":"u4","access_method":"code"}`, 200, `"external_type":"salto_ks_credential"`)
	w.post("/acs/credentials/create", `{"acs_user_id":"u3","access_method":"card"}`, 200, `"waiting_to_be_issued"`)
	w.post("/acs/credentials/create", `{"acs_user_id":"u3","access_method":"code","starts_at":"2020-01-01T00:00:00Z"}`, 200, `"schedule_modified"`)
	w.post("/acs/credentials/create", `{"user_identity_id":"i1","acs_system_id":"A","access_method":"mobile_key","is_multi_phone_sync_credential":true}`, 200, `"user_identity_id":"i1"`)
	w.post("/acs/credentials/assign", `{"acs_credential_id":"c1","acs_user_id":"u2"}`, 200, `{"ok":true}`)
	if got := w.credential("c1"); got["acs_user_id"] != "u2" {
		t.Error("not assigned")
	}
	if status, _ := w.do("PATCH", "/acs/credentials/unassign", `{"acs_credential_id":"c1"}`); status != 200 || w.credential("c1")["acs_user_id"] != nil {
		t.Error("not unassigned")
	}
	if status, _ := w.do("DELETE", "/acs/credentials/delete?acs_credential_id=c1", ""); status != 200 || w.credential("c1") != nil {
		t.Error("not deleted")
	}
}

// TestState: the state file comes back as it was, plus what the API adds, and
// can be read again; equal seeds make equal workspaces.
func TestState(t *testing.T) {
	encode := func(api sandbox.API) string {
		text, err := json.Marshal(api.State())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	w := with(t)
	first := encode(w.api)
	for _, part := range []string{`"colour":"green"`, `"floors":3`, `"note":"x"`, `"is_managed":false`} {
		if !strings.Contains(first, part) {
			t.Errorf("%s is lost", part)
		}
	}
	if again := encode(open(t, sandbox.Options{State: []byte(first), Seed: 99}).api); again != first {
		t.Error("the state changed by being read again")
	}
	w.post("/acs/credentials/delete", `{"acs_credential_id":"c1"}`, 200, "")
	w.api.Reset()
	if encode(w.api) != first {
		t.Error("not reset")
	}
	a, b := encode(open(t, sandbox.Options{Generate: 300, Seed: 1}).api), encode(open(t, sandbox.Options{Generate: 300, Seed: 1}).api)
	if a != b || strings.Count(a, `"access_method"`) != 300 {
		t.Errorf("%d credentials, equal %v", strings.Count(a, `"access_method"`), a == b)
	}
	for _, bad := range []string{
		`{`, `{"people":[]}`, `{"acs_systems":[{}]}`, `{"acs_users":[{"acs_user_id":"u","acs_system_id":"Z"}]}`,
		`{"acs_systems":[{"acs_system_id":"A"},{"acs_system_id":"A"}]}`, `{"workspace":7}`,
		`{"acs_systems":[{"acs_system_id":"A"}],"acs_credentials":[{"acs_credential_id":"c","acs_system_id":"A","access_method":"code","code":1234}]}`,
		`{"acs_systems":[{"acs_system_id":"A"}],"acs_credentials":[{"acs_credential_id":"c","acs_system_id":"A","access_method":"code","ends_at":"x"}]}`,
	} {
		if _, err := server.New(sandbox.Options{State: []byte(bad)}); err == nil || strings.Contains(err.Error(), "1234") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestEdit(t *testing.T) {
	w := with(t)
	edit := func(collection, id, set string, good bool) {
		t.Helper()
		e := sandbox.Edit{Collection: collection, ID: json.RawMessage(id)}
		switch {
		case set == "delete":
			e.Delete = true
		case strings.HasPrefix(set, "+"):
			e.Insert = json.RawMessage(set[1:])
		default:
			e.Set = json.RawMessage(set)
		}
		if err := w.api.Edit(e); (err == nil) != good {
			t.Errorf("%s %s %s: %v", collection, id, set, err)
		}
	}
	edit("acs_credentials", `"c1"`, `{"code":"1"}`, true)
	edit("acs_credentials", `"c1"`, `{"acs_credential_id":"x"}`, false)
	edit("acs_credentials", `"c9"`, `{"code":"1"}`, false)
	edit("acs_credentials", `7`, `{"code":"1"}`, false)
	edit("acs_credentials", "", `+{"acs_credential_id":"c5","acs_system_id":"A","access_method":"card"}`, true)
	edit("acs_credentials", "", `+{"acs_credential_id":"c5","acs_system_id":"A","access_method":"card"}`, false)
	edit("acs_users", `"u1"`, `{"full_name":"Other Sample"}`, true)
	edit("acs_users", "", `+{"acs_user_id":"u9","acs_system_id":"A"}`, true)
	edit("acs_users", `"u1"`, "delete", true)
	edit("acs_systems", `"A"`, `{"errors":[{"error_code":"account_disconnected","message":"x","created_at":"2026-01-01T00:00:00Z"}]}`, true)
	edit("acs_systems", `"B"`, "delete", true)
	edit("acs_systems", "", `+{"acs_system_id":"N"}`, true)
	edit("workspace", `"ws1"`, `{"is_sandbox":false}`, true)
	edit("workspace", `"ws1"`, "delete", false)
	edit("people", `"u1"`, "delete", false)
	w.post("/acs/credentials/list", `{}`, 200, `"acs_credential_id":"c2"`)
	if text := w.post("/acs/credentials/list", `{}`, 200, ""); strings.Contains(text, `"c1"`) || strings.Contains(text, `"k4"`) {
		t.Error("what belonged to the deleted is still there")
	}
	w.post("/workspaces/get", ``, 200, `"is_sandbox":false`)
}

func TestSwitches(t *testing.T) {
	for _, bad := range []map[string]string{
		{"colour": "green"}, {"answers": "loud"}, {"is_sandbox": "perhaps"}, {"max-limit": "0"}, {"pagination": "some"}, {"uniqueness": "all"}, {"api_key": ""},
	} {
		if _, err := server.New(sandbox.Options{Set: bad}); err == nil {
			t.Errorf("%v: accepted", bad)
		}
	}
	with(t, "forbid=/acs/credentials/update,/acs/credentials/delete").post("/acs/credentials/update", `{"acs_credential_id":"c1","code":"1"}`, 403, "forbidden")
	with(t, "workspace_id=other").post("/workspaces/get", ``, 200, `"workspace_id":"other"`)
	if text := with(t, "pagination=none").post("/acs/credentials/list", `{}`, 200, ""); strings.Contains(text, "pagination") {
		t.Error(text)
	}
}
