package fake_test

import (
	"encoding/json"
	"strings"
	"testing"

	"keyroster/providers/sandbox"
	"keyroster/providers/seam/fake"
)

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
		if _, err := fake.New(sandbox.Options{State: []byte(bad)}); err == nil || strings.Contains(err.Error(), "1234") {
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

// TestStripZeros: a provider that stores numbers keeps no leading zeros.
func TestStripZeros(t *testing.T) {
	w := with(t, "strip-zeros=true")
	w.post("/acs/credentials/update", `{"acs_credential_id":"c2","code":"0070"}`, 200, `"code":"70"`)
	w.post("/acs/credentials/create", `{"acs_user_id":"u1","access_method":"code","code":"070"}`, 409, "")
	w.post("/acs/credentials/create", `{"acs_user_id":"u1","access_method":"code","code":"071"}`, 200, `"code":"71"`)
}
