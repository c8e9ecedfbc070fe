package fake_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"keyroster/providers/sandbox"
)

// TestPages: cursors are bound to their parameters, and the ready-made link reads the first page
// for ever.
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
		`{}`:                    "c1 c2 k4",
		`{"acs_system_id":"A"}`: "c1 c2",
		`{"acs_user_id":"u1"}`:  "c1",
		`{"acs_user_id":"00000000-0000-4000-8000-00000000dead"}`: "",
		`{"search":"48"}`:                           "c1", // part of a code
		`{"user_identity_id":"i1"}`:                 "",
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
	w.post("/acs/users/get", `{"acs_user_id":"00000000-0000-4000-8000-00000000dead"}`, 404, "acs_user_not_found")
	w.post("/acs/systems/list", `{"search":"tow"}`, 200, `"acs_system_id":"B"`)
	w.post("/acs/systems/get", `{"acs_system_id":"A"}`, 200, `"floors":3`)
}
