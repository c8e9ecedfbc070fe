package fake_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"keyroster/providers/sandbox"
)

const doors = `{
"workspace": {"workspace_id":"ws1"},
"acs_systems": [{"acs_system_id":"A","external_type":"pti_site"},{"acs_system_id":"B","external_type":"brivo_account"}],
"acs_entrances": [
 {"acs_entrance_id":"d1","acs_system_id":"A","display_name":"Front door","space_ids":["5a1c0000-0000-4000-8000-000000000001"]},
 {"acs_entrance_id":"d2","acs_system_id":"A","display_name":"Back door"},
 {"acs_entrance_id":"d3","acs_system_id":"B","display_name":"Lift"}],
"acs_users": [{"acs_user_id":"u1","acs_system_id":"A"},{"acs_user_id":"u2","acs_system_id":"A"}],
"acs_credentials": [
 {"acs_credential_id":"c1","acs_user_id":"u1","acs_system_id":"A","access_method":"code","code":"4821","allowed_acs_entrance_ids":["d2","d1"]},
 {"acs_credential_id":"c2","acs_user_id":"u2","acs_system_id":"A","access_method":"code","code":"7001",
  "visionline_metadata":{"card_function_type":"staff","is_valid":true}}]}`

// TestEntrances: separate lists say which doors a credential opens, and the credential itself never
// does.
func TestEntrances(t *testing.T) {
	w := open(t, sandbox.Options{State: []byte(doors), Seed: 5})
	list := func(path, body string) string {
		t.Helper()
		var answer struct {
			Entrances   []map[string]any `json:"acs_entrances"`
			Credentials []map[string]any `json:"acs_credentials"`
		}
		if err := json.Unmarshal([]byte(w.post(path, body, 200, `"ok":true`)), &answer); err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, e := range append(answer.Entrances, answer.Credentials...) {
			id := e["acs_entrance_id"]
			if id == nil {
				id = e["acs_credential_id"]
			}
			ids = append(ids, fmt.Sprint(id))
		}
		return strings.Join(ids, " ")
	}
	const accessible = "/acs/credentials/list_accessible_entrances"
	for _, c := range []struct{ path, body, want string }{
		{"/acs/entrances/list", `{}`, "d1 d2 d3"},
		{"/acs/entrances/list", `{"acs_system_id":"B"}`, "d3"},
		{"/acs/entrances/list", `{"acs_credential_id":"c1"}`, "d1 d2"},
		{"/acs/entrances/list", `{"acs_entrance_ids":["d3","d1"]}`, "d1 d3"},
		{"/acs/entrances/list", `{"search":"front"}`, "d1"},
		{"/acs/entrances/list", `{"space_id":"5a1c0000-0000-4000-8000-000000000001"}`, "d1"},
		{accessible, `{"acs_credential_id":"c1"}`, "d1 d2"},
		{accessible, `{"acs_credential_id":"c2"}`, ""},
		{"/acs/users/list_accessible_entrances", `{"acs_user_id":"u1"}`, "d1 d2"},
		{"/acs/entrances/list_credentials_with_access", `{"acs_entrance_id":"d1"}`, "c1"},
	} {
		if got := list(c.path, c.body); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.path, c.body, got, c.want)
		}
	}
	w.post("/acs/entrances/get", `{"acs_entrance_id":"d3"}`, 200, `"display_name":"Lift"`)
	if c := w.credential("c1"); c["allowed_acs_entrance_ids"] != nil {
		t.Errorf("the credential shows its entrances: %v", c)
	}
	w.post("/acs/entrances/grant_access", `{"acs_entrance_id":"d2","acs_user_id":"u2"}`, 200, `{"ok":true}`)
	if got := list("/acs/entrances/list_credentials_with_access", `{"acs_entrance_id":"d2"}`); got != "c1 c2" {
		t.Errorf("d2 is opened by %s", got)
	}
	if got := list("/acs/entrances/list_credentials_with_access", `{"acs_entrance_id":"d2","include_if":["visionline_metadata.is_valid"]}`); got != "c2" {
		t.Errorf("of the valid ones, d2 is opened by %s", got)
	}
	w.post("/acs/users/revoke_access_to_all_entrances", `{"acs_user_id":"u2"}`, 200, `{"ok":true}`)
	if got := list(accessible, `{"acs_credential_id":"c2"}`); got != "" {
		t.Errorf("c2 still opens %s", got)
	}
}

// TestCreateKeeps: what a creation gives is kept, and what it names must exist.
func TestCreateKeeps(t *testing.T) {
	w := open(t, sandbox.Options{State: []byte(doors), Seed: 5})
	const nobody = "00000000-0000-4000-8000-00000000dead"
	for body, want := range map[string]string{
		`"allowed_acs_entrance_ids":["` + nobody + `"]`:           "acs_entrance_not_found",
		`"credential_manager_acs_system_id":"` + nobody + `"`:     "acs_system_not_found",
		`"allowed_acs_entrance_ids":["d3"]`:                       "another ACS system",
		`"is_multi_phone_sync_credential":"yes"`:                  "Expected boolean",
		`"salto_space_metadata":true,"visionline_metadata":"row"`: "2 Input Errors",
	} {
		status, text := w.do("POST", "/acs/credentials/create", `{"acs_user_id":"u1","access_method":"mobile_key",`+body+`}`)
		if status < 400 || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
	text := w.post("/acs/credentials/create", `{"acs_user_id":"u1","access_method":"mobile_key","allowed_acs_entrance_ids":["d2"],
		"is_multi_phone_sync_credential":true,"credential_manager_acs_system_id":"B",
		"visionline_metadata":{"auto_join":true,"override":true}}`, 200, `"visionline_metadata":{"auto_join":true,"card_function_type":"guest"}`)
	var made struct {
		Credential map[string]any `json:"acs_credential"`
	}
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		t.Fatal(err)
	}
	w.post("/acs/credentials/list_accessible_entrances", fmt.Sprintf(`{"acs_credential_id":%q}`, made.Credential["acs_credential_id"]), 200, `"d2"`)
	w.post("/acs/credentials/create", `{"acs_user_id":"u1","access_method":"cloud_key"}`, 200, `"cloud_key"`)
	state, err := json.Marshal(w.api.State())
	if err != nil {
		t.Fatal(err)
	}
	for _, member := range []string{`"allowed_acs_entrance_ids":["d2"]`, `"credential_manager_acs_system_id":"B"`, `"acs_entrances":[`} {
		if !strings.Contains(string(state), member) {
			t.Errorf("the state lost %s", member)
		}
	}
}
