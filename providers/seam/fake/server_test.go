package fake_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/providers/sandbox"
	"keyroster/providers/seam/fake"
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

// workspace is a sandbox with a login and without a network.
type workspace struct {
	*testing.T
	api    sandbox.API
	bearer string
	header http.Header
}

func open(t *testing.T, o sandbox.Options) *workspace {
	t.Helper()
	api, err := fake.New(o)
	if err != nil {
		t.Fatal(err)
	}
	auth := api.Welcome("http://x")["auth"].(map[string]string)
	return &workspace{T: t, api: api, bearer: auth["api_key"], header: http.Header{}}
}

// with opens the small workspace with switches, given as name=value.
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

// post sends a POST and expects a status and part of the answer.
func (w *workspace) post(path, body string, status int, part string) string {
	w.Helper()
	got, text := w.do(http.MethodPost, path, body)
	if got != status || !strings.Contains(text, part) {
		w.Errorf("%s %s: %d %s\nwant %d with %s", path, body, got, text, status, part)
	}
	return text
}

// credential returns a credential as get shows it.
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
		{"", "", "PUT", "/acs/credentials/list", 401, ""}, // checked before the verb
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

// TestSettling: what was accepted reaches the provider later, and the provider has a mind of its
// own.
func TestSettling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, sandbox.Options{
			State: []byte(small), Settle: 10 * time.Second, Seed: 5,
			Set: map[string]string{"late-error": "13", "unavailable": "77", "stuck": "B"},
		})
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
		is("c1", synced, false) // its last change has not arrived yet
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

func TestSwitches(t *testing.T) {
	for _, bad := range []map[string]string{
		{"colour": "green"}, {"answers": "loud"}, {"is_sandbox": "perhaps"}, {"max-limit": "0"}, {"pagination": "some"}, {"uniqueness": "all"}, {"api_key": ""},
	} {
		if _, err := fake.New(sandbox.Options{Set: bad}); err == nil {
			t.Errorf("%v: accepted", bad)
		}
	}
	with(t, "forbid=/acs/credentials/update,/acs/credentials/delete").post("/acs/credentials/update", `{"acs_credential_id":"c1","code":"1"}`, 403, "forbidden")
	with(t, "workspace_id=other").post("/workspaces/get", ``, 200, `"workspace_id":"other"`)
	if text := with(t, "pagination=none").post("/acs/credentials/list", `{}`, 200, ""); strings.Contains(text, "pagination") {
		t.Error(text)
	}
}
