package fake_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestValidation: the tree of issues and its sentences, and that a number is not a code.
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
		{"/acs/credentials/update", `{"acs_credential_id":"00000000-0000-4000-8000-00000000dead","code":"1"}`, 404, `"acs_credential_not_found"`},
		{"/acs/credentials/update", `{"acs_credential_id":"n3","ends_at":"2091-01-01T00:00:00Z"}`, 404, "acs_credential_not_found"},
		{"/acs/credentials/update", `{"acs_credential_id":"k4","ends_at":"2091-01-01T00:00:00Z"}`, 400, "not_supported"},
		{"/acs/credentials/update", `{"acs_credential_id":"c1","code":"7001"}`, 409, "duplicate_acs_credential_code"},
		{"/acs/credentials/update", `{"acs_credential_id":"c1","code":"4294967297"}`, 400, "Must be between 1 and 4294967296"},
		{"/acs/credentials/create", `{"acs_user_id":"u1","access_method":"face"}`, 400, "Invalid enum value"},
		{"/acs/credentials/create", `{"access_method":"code"}`, 400, "Either acs_user_id"},
		{"/acs/credentials/create", `{"acs_user_id":"00000000-0000-4000-8000-00000000dead","access_method":"code"}`, 404, "acs_user_not_found"},
		{"/acs/credentials/create", `{"user_identity_id":"00000000-0000-4000-8000-00000000dead","acs_system_id":"A","access_method":"code"}`, 400, "user_identity_not_found"},
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
		{"/acs/credentials/get", `{"acs_credential_id":"4711"}`, 400, `Invalid uuid for \"acs_credential_id\"`},
		{"/acs/users/get", `{"acs_user_id":"e-mail"}`, 400, "Invalid uuid"},
		{"/acs/credentials/list", `{"acs_user_id":"4711"}`, 400, "Invalid uuid"},
		{"/acs/credentials/create", `{"acs_user_id":"u1","access_method":"code","allowed_acs_entrance_ids":["door"]}`, 400, "Invalid uuid"},
		{"/acs/credentials/create", `{"acs_user_id":"u1","access_method":"code","allowed_acs_entrance_ids":"d1"}`, 400, "Expected array"},
		{"/acs/credentials/create", `{"acs_user_id":"u1","access_method":"code","visionline_metadata":[]}`, 400, "Expected object"},
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
