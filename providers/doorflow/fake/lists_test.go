package fake_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers/sandbox"
)

func TestLists(t *testing.T) {
	a := with(t)
	for _, c := range []struct {
		path, want     string
		total, perPage string
	}{
		{"credentials", "pinA cardA pinB", "3", "500"},
		{"credentials?per_page=2", "pinA cardA", "3", "2"},
		{"credentials?per_page=2&page=2", "pinB", "3", "2"},
		{"credentials?per_page=2&page=3", "", "3", "2"},
		{"credentials?page=9223372036854775807", "", "3", "500"},
		{"credentials?per_page=1&page=0", "pinA", "3", "1"},
		{"credentials?per_page=1&page=-1", "pinA", "3", "1"},
		{"credentials?per_page=1&page=x", "pinA", "3", "1"},
		{"credentials?per_page=0", "pinA cardA pinB", "3", "500"},
		{"credentials?per_page=x", "pinA cardA pinB", "3", "500"},
		{"credentials?per_page=5000", "pinA cardA pinB", "3", "1000"},
		{"credentials?per_page=1&page=2&skip_pagination=true", "pinA cardA pinB", "3", ""},
		{"credentials?per_page=1&skip_pagination=1", "pinA cardA pinB", "3", ""},
		{"credentials?per_page=1&skip_pagination=false", "pinA", "3", "1"},
		{"people/101/credentials", "pinA cardA", "2", "500"},
		{"people/101/credentials?per_page=1&page=2", "cardA", "2", "1"},
		{"people/103/credentials", "", "0", "500"},
		{"credential_types", "31 32 33 34", "4", "500"},
		{"people", "101 102 103", "3", "50"},
		{"people?per_page=500", "101 102 103", "3", "100"},
		{"people?email=SAMPLE@", "101 102", "2", "50"},
		{"people?email=blake.sample@example.com", "102", "1", "50"},
		{"people?email=sample&per_page=1&page=2", "102", "2", "1"},
		{"people?system_id=E-1", "101 102", "2", "50"},
		{"people?system_id=e-12", "102", "1", "50"},
		{"people?system_id=E-1&email=avery", "101", "1", "50"},
		{"people?email=nobody", "", "0", "50"},
		{"people?skip_pagination=true", "101 102 103", "3", ""},
	} {
		r := a.do(http.MethodGet, "/api/3/"+c.path, "")
		if got := strings.Join(ids(t, r.body), " "); r.status != 200 || got != c.want {
			t.Errorf("%s: %d %q, want %q", c.path, r.status, got, c.want)
		}
		if total, per := r.header.Get("Total"), r.header.Get("Per-Page"); total != c.total || per != c.perPage {
			t.Errorf("%s: Total %q, Per-Page %q, want %q, %q", c.path, total, per, c.total, c.perPage)
		}
		if kind := r.header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
			t.Errorf("%s: Content-Type %q", c.path, kind)
		}
	}
}

func TestPagingSwitches(t *testing.T) {
	const paged, unpaged = "per_page=2&page=2", "skip_pagination=true"
	names := []string{"Total", "Per-Page", "X-Total-Results", "X-Per-Page", "X-Page"}
	for _, c := range []struct{ set, query, headers, want string }{
		{"headers=total", paged, "3 2   ", "pinB"},
		{"headers=x", paged, "  3 2 2", "pinB"},
		{"headers=x", unpaged, "  3  ", "pinA cardA pinB"},
		{"headers=none", paged, "    ", "pinB"},
		{"headers=paged", paged, "3 2   ", "pinB"},
		{"headers=paged", unpaged, "    ", "pinA cardA pinB"},
		{"pagination=ignored-skip", "per_page=2&" + unpaged, "3 2   ", "pinA cardA"},
		{"pagination=ignored-page", paged, "3 2   ", "pinA cardA"},
		{"total=2", paged, "5 2   ", "pinB"},
		{"total=-1", unpaged, "2    ", "pinA cardA pinB"},
		{"max-per-page=1", paged, "3 1   ", "cardA"},
	} {
		r := with(t, c.set).do(http.MethodGet, "/api/3/credentials?"+c.query, "")
		headers := []string{}
		for _, name := range names {
			headers = append(headers, r.header.Get(name))
		}
		if got := strings.Join(headers, " "); got != c.headers || strings.Join(ids(t, r.body), " ") != c.want {
			t.Errorf("%s %s: headers %q, ids %v, want %q, %q", c.set, c.query, got, ids(t, r.body), c.headers, c.want)
		}
	}
}

func TestObjects(t *testing.T) {
	a := with(t)
	for path, want := range map[string]string{
		"people/101/credentials/pinA": `{"id":"pinA","credential_type_id":31,"label":"Keypad PIN","person_id":101,` +
			`"value":"004821","status":null,"url":null,"wallet_type":null}`,
		"people/101/credentials/cardA": `{"id":"cardA","credential_type_id":32,"label":"Proximity card","person_id":101,` +
			`"value":"01234567","status":null,"url":null,"wallet_type":null,"note":"spare"}`,
		"people/101": `{"id":101,"department":"Lab","email":"avery.sample@example.com","enabled":true,"first_name":"Avery",` +
			`"groups":[],"last_name":"Sample","roles":[],"system_id":"E-1","pin":"004821","card":"01234567"}`,
		"people/103": `{"id":103,"email":null,"enabled":true,"first_name":"Casey","groups":[],"last_name":"Sample",` +
			`"roles":[],"system_id":null}`,
		"credential_types?page=4&per_page=1": `[{"id":34,"code":null,"label":"Fob","slug":"fob"}]`,
	} {
		a.do(http.MethodGet, "/api/3/"+path, "").want(t, path, http.StatusOK, want)
	}
	if diff := cmp.Diff("application/json; charset=utf-8", a.do(http.MethodGet, "/api/3/people/101", "").header.Get("Content-Type")); diff != "" {
		t.Error(diff)
	}
}

func TestAccount(t *testing.T) {
	got := decode[object](t, with(t, "account=acct9", "time-zone=Europe/London").do(http.MethodGet, "/api/3/account", "").body)
	want := object{
		"id": "acct9", "name": "Sandbox account", "time_zone": "Europe/London", "monitored": false, "reseller": nil,
		"sync":     object{"status": "complete", "last_sync": nil, "description": nil},
		"user":     object{"id": 7001.0, "first_name": "Sandbox", "last_name": "Owner", "email": "owner@example.com"},
		"passport": object{"remote_unlock_enabled": false, "hid_mobile_access": true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if id := decode[object](t, with(t).do(http.MethodGet, "/api/3/account", "").body)["id"].(string); len(id) != 6 {
		t.Errorf("account id %q", id)
	}
}

// TestMask: with mask=pins, only the answer to a creation shows a PIN.
func TestMask(t *testing.T) {
	a := with(t, "mask=pins")
	for _, path := range []string{"credentials", "people", "people/101", "people/101/credentials", "people/101/credentials/pinA"} {
		body := a.do(http.MethodGet, "/api/3/"+path, "").body
		if strings.Contains(body, "004821") || !strings.Contains(body, `"******"`) {
			t.Errorf("%s: %s", path, body)
		}
	}
	if body := a.do(http.MethodGet, "/api/3/people/101", "").body; !strings.Contains(body, "01234567") {
		t.Errorf("a card is masked: %s", body)
	}
	if r := a.do(http.MethodPut, "/api/3/people/101/credentials/pinA", `{"person_credential":{"value":"5555"}}`); strings.Contains(r.body, "5555") {
		t.Errorf("update: %s", r.body)
	}
	if state := a.do(http.MethodGet, "/_sandbox/state", "").body; !strings.Contains(state, `"5555"`) {
		t.Error("the state is masked")
	}
	r := a.do(http.MethodPost, "/api/3/people/103/credentials", `{"person_credential":{"credential_type_id":31,"value":"6666"}}`)
	if !strings.Contains(r.body, "6666") {
		t.Errorf("create: %s", r.body)
	}
}

func TestRowFaultsOnPages(t *testing.T) {
	faults, err := sandbox.ParseFaults("drop-row=0.5,repeat-row=0.5")
	if err != nil {
		t.Fatal(err)
	}
	a := open(t, sandbox.Options{State: []byte(small), Seed: 5}, sandbox.Config{Faults: faults, Seed: 2})
	lengths := []int{}
	for range 20 {
		r := a.do(http.MethodGet, "/api/3/credentials", "")
		if r.header.Get("Total") != "3" {
			t.Errorf("Total %s", r.header.Get("Total"))
		}
		lengths = append(lengths, len(ids(t, r.body)))
	}
	slices.Sort(lengths)
	if got := fmt.Sprint(slices.Compact(lengths)); got != "[2 4]" {
		t.Errorf("pages of %v rows, want 2 and 4", got)
	}
	if got := ids(t, a.do(http.MethodGet, "/api/3/people/103/credentials", "").body); len(got) != 0 {
		t.Errorf("an empty page has %v", got)
	}
}

// TestChangedSince: people are filtered by the time of their last change, in UTC or in the
// account's own time, and the list of a person whom DoorFlow does not know is empty.
func TestChangedSince(t *testing.T) {
	a := open(t, sandbox.Options{Set: map[string]string{"time-zone": "America/New_York", "access_token": "at"}, State: []byte(`{"people":[
		{"id":1,"first_name":"Avery","last_name":"One","updated_at":"2026-05-01T12:00:00Z"},
		{"id":2,"first_name":"Blake","last_name":"Two","updated_at":"2026-05-02T12:00:00Z"}]}`)}, sandbox.Config{})
	for query, want := range map[string]string{
		"":                               "1 2",
		"since_utc=2026-05-01T12:00:01Z": "2",
		"since_utc=2026-05-02T12:00:00":  "2",
		"since=2026-05-02T08:00:00":      "2",
		"since=2026-05-02T08:00:01":      "",
		"since_utc=2027-01-01":           "",
	} {
		got := a.do("GET", "/api/3/people?"+query, "")
		var ids []string
		for _, p := range decode[[]object](t, got.body) {
			ids = append(ids, fmt.Sprint(p["id"]))
		}
		if strings.Join(ids, " ") != want {
			t.Errorf("%s: %v, want %s", query, ids, want)
		}
	}
	if got := a.do("GET", "/api/3/people?since_utc=yesterday", ""); got.status != 400 {
		t.Errorf("a time that is none: %d", got.status)
	}
	a.do("GET", "/api/3/people/999/credentials", "").want(t, "nobody's list", 200, "[]")
}
