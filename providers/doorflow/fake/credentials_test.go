package fake_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"keyroster/providers/doorflow/fake"
	"keyroster/providers/sandbox"
)

const (
	blank = `{"error":"validation_failed","errors":{"value":["can't be blank"]}}`
	inUse = `{"error":"validation_failed","errors":{"value":["value is already in use on your account"]}}`
	short = `{"error":"validation_failed","errors":{"value":["must be between 4 and 7 digits in length"]}}`
	bad   = `{"error":"bad_request",…`
)

func TestCreate(t *testing.T) {
	const noType = `{"error":"validation_failed","errors":{"credential_type_id":["Not found for this account"]}}`
	for _, c := range []struct {
		set, person, credential string
		status                  int
		body                    string
		applied                 bool
	}{
		{"", "103", `{"credential_type_id":31,"value":"0042"}`, 201, `{"id":"…`, true},
		{"", "103", `{"credential_type_id":"31","value":"0042"}`, 422, noType, false},
		{"", "103", `{"credential_type_id":32,"value":"4821004821"}`, 201, `{"id":"…`, true},
		{"", "103", `{"credential_type_id":32,"value":"any text"}`, 201, `{"id":"…`, true},
		{"", "103", `{"credential_type_id":34,"value":"0042"}`, 201, `{"id":"…`, true},
		{"", "103", `{"credential_type_id":31,"value":"004821"}`, 422, inUse, false},
		{"", "103", `{"credential_type_id":32,"value":"4711"}`, 422, inUse, false},
		{"uniqueness=type", "103", `{"credential_type_id":32,"value":"4711"}`, 201, `{"id":"…`, true},
		{"uniqueness=type", "103", `{"credential_type_id":31,"value":"4711"}`, 422, inUse, false},
		{"", "103", `{"credential_type_id":31,"value":"123"}`, 422, short, false},
		{"", "103", `{"credential_type_id":31,"value":"12345678"}`, 422, short, false},
		{"", "103", `{"credential_type_id":31,"value":"12a4"}`, 422, short, false},
		{"", "103", `{"credential_type_id":31,"value":"١٢٣٤"}`, 422, short, false},
		{
			"pin-length=5-5", "103", `{"credential_type_id":31,"value":"1234"}`, 422,
			strings.Replace(short, "4 and 7", "5 and 5", 1), false,
		},
		{"pin-length=4-8", "103", `{"credential_type_id":31,"value":"12345678"}`, 201, `{"id":"…`, true},
		{"", "103", `{"credential_type_id":31}`, 422, blank, false},
		{"", "103", `{"credential_type_id":31,"value":" "}`, 422, blank, false},
		{"", "103", `{"credential_type_id":32,"value":null}`, 422, blank, false},
		{"", "103", `{"value":"1234"}`, 422, noType, false},
		{"", "103", `{"credential_type_id":99,"value":"1234"}`, 422, noType, false},
		{"", "999", `{"credential_type_id":31,"value":"1234"}`, 404, `{"error":"not_found",…`, false},
		{
			"", "101", `{"credential_type_id":31,"value":"1234"}`, 409,
			`{"id":"pinA","credential_type_id":31,"label":"Keypad PIN","person_id":101,"value":"004821",…`, false,
		},
		{
			"limit=31:2", "103", `{"credential_type_id":31,"value":"1234"}`, 422,
			`{"error":"validation_failed","errors":{"limit_reached":"You have reached your Keypad PIN licence limit. Please contact DoorFlow Support."}}`, false,
		},
		{"limit=31:3", "103", `{"credential_type_id":31,"value":"1234"}`, 201, `{"id":"…`, true},
		{"limit=33:0", "103", `{"credential_type_id":33}`, 422, `{"error":"validation_failed","errors":{"limit_reached":"…`, false},
		{"mobile=34", "103", `{"credential_type_id":34}`, 201, `{"id":"…`, true},
		{"", "103", ``, 400, bad, false},
		{"", "103", `null`, 400, bad, false},
	} {
		what := c.set + " " + c.credential
		a := with(t)
		if c.set != "" {
			a = with(t, c.set)
		}
		before := a.do(http.MethodGet, "/_sandbox/state", "").body
		a.do(http.MethodPost, "/api/3/people/"+c.person+"/credentials", `{"person_credential":`+c.credential+`}`).
			want(t, what, c.status, c.body)
		if applied := a.log()[0].Applied; applied != c.applied {
			t.Errorf("%s: applied %v", what, applied)
		}
		if same := before == a.do(http.MethodGet, "/_sandbox/state", "").body; same == c.applied {
			t.Errorf("%s: state unchanged: %v", what, same)
		}
	}
}

func TestCreatedObject(t *testing.T) {
	a := with(t)
	path := "/api/3/people/103/credentials"
	r := a.do(http.MethodPost, path, `{"person_credential":{"credential_type_id":31,"value":"0042"}}`)
	got := decode[object](t, r.body)
	id := got["id"].(string)
	want := object{
		"id": id, "credential_type_id": 31.0, "label": "Keypad PIN", "person_id": 103.0,
		"value": "0042", "status": nil, "url": nil, "wallet_type": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" || len(id) != 8 {
		t.Error(id, diff)
	}
	a.do(http.MethodGet, path+"/"+id, "").want(t, "get", 200, r.body)
	if got := ids(t, a.do(http.MethodGet, "/api/3/credentials", "").body); got[3] != id {
		t.Errorf("listing %v, want the new one last", got)
	}
	// A value sent as a number has lost its zeros, and an id is never used again.
	a.do(http.MethodDelete, path+"/"+id, "").want(t, "delete", 200, "OK")
	again := decode[object](t, a.do(http.MethodPost, path, `{"person_credential":{"credential_type_id":31,"value":4200}}`).body)
	if again["value"] != "4200" || again["id"] == id {
		t.Errorf("second creation %v", again)
	}
}

func TestRandomPIN(t *testing.T) {
	pinOf := func(a *account) string {
		r := a.do(http.MethodPost, "/api/3/people/103/credentials", `{"person_credential":{"credential_type_id":31,"value":"******"}}`)
		return decode[object](t, r.body)["value"].(string)
	}
	a := with(t)
	first := pinOf(a)
	if !regexp.MustCompile(`^[0-9]{6}$`).MatchString(first) {
		t.Errorf("random PIN %q", first)
	}
	if second := pinOf(with(t)); first != second {
		t.Errorf("equal seeds draw %q and %q", first, second)
	}
	// On a card asterisks have no special meaning.
	a.do(http.MethodPost, "/api/3/people/103/credentials", `{"person_credential":{"credential_type_id":32,"value":"******"}}`).
		want(t, "card", 201, `{"id":"…`)
	// Written back to a PIN, they rotate it.
	r := decode[object](t, a.do(http.MethodPut, "/api/3/people/101/credentials/pinA", `{"person_credential":{"value":"******"}}`).body)
	if value := r["value"].(string); value == "004821" || strings.Contains(value, "*") {
		t.Errorf("update with asterisks: %v", r)
	}
}

func TestUpdate(t *testing.T) {
	const pinA = "people/101/credentials/pinA"
	for _, c := range []struct {
		path, body string
		status     int
		want       string
		applied    bool
	}{
		{
			pinA, `{"person_credential":{"value":"004822"}}`, 201,
			`{"id":"pinA","credential_type_id":31,"label":"Keypad PIN","person_id":101,"value":"004822",…`, true,
		},
		{pinA, `{"person_credential":{"value":"004821"}}`, 201, `{"id":"pinA",…`, false},
		{pinA, `{"person_credential":{"value":"4711"}}`, 422, inUse, false},
		{pinA, `{"person_credential":{"value":"01234567"}}`, 422, short, false},
		{pinA, `{"person_credential":{"value":"•••••"}}`, 422, short, false},
		{pinA, `{"person_credential":{"value":""}}`, 422, blank, false},
		{pinA, `{"person_credential":{"value":null}}`, 422, blank, false},
		{pinA, `{"person_credential":{}}`, 422, blank, false},
		{pinA, `{"value":"1234"}`, 400, bad, false},
		{pinA, `[]`, 400, bad, false},
		{"people/101/credentials/cardA", `{"person_credential":{"value":"004821"}}`, 422, inUse, false},
		{"people/101/credentials/none", `{"person_credential":{"value":"1234"}}`, 404, `{"error":"not_found",…`, false},
		{"people/102/credentials/pinA", `{"person_credential":{"value":"1234"}}`, 404, `{"error":"not_found",…`, false},
	} {
		a := with(t)
		a.do(http.MethodPut, "/api/3/"+c.path, c.body).want(t, c.path+" "+c.body, c.status, c.want)
		if applied := a.log()[0].Applied; applied != c.applied {
			t.Errorf("%s %s: applied %v", c.path, c.body, applied)
		}
	}
}

// TestValuesChangeHands: a freed value can be taken at once, after an update and after a deletion.
func TestValuesChangeHands(t *testing.T) {
	a := with(t)
	put := func(path, value string) reply {
		return a.do(http.MethodPut, "/api/3/people/"+path, `{"person_credential":{"value":"`+value+`"}}`)
	}
	put("101/credentials/pinA", "4711").want(t, "taken", 422, inUse)
	put("102/credentials/pinB", "9999").want(t, "park", 201, `{"id":"pinB",…`)
	put("101/credentials/pinA", "4711").want(t, "freed", 201, `{"id":"pinA",…`)
	put("102/credentials/pinB", "004821").want(t, "swapped", 201, `{"id":"pinB",…`)
	a.do(http.MethodDelete, "/api/3/people/101/credentials/pinA", "").want(t, "delete", 200, "OK")
	put("102/credentials/pinB", "4711").want(t, "freed by deletion", 201, `{"id":"pinB",…`)
}

func TestDelete(t *testing.T) {
	a := with(t)
	r := a.do(http.MethodDelete, "/api/3/people/101/credentials/pinA", "")
	r.want(t, "delete", http.StatusOK, "OK")
	if kind := r.header.Get("Content-Type"); kind != "text/plain; charset=utf-8" {
		t.Errorf("Content-Type %q", kind)
	}
	a.do(http.MethodDelete, "/api/3/people/101/credentials/pinA", "").want(t, "again", 404, `{"error":"not_found",…`)
	a.do(http.MethodGet, "/api/3/people/101/credentials/pinA", "").want(t, "get", 404, `{"error":"not_found",…`)
	if got := fmt.Sprint(ids(t, a.do(http.MethodGet, "/api/3/credentials", "").body)); got != "[cardA pinB]" {
		t.Errorf("listing %s", got)
	}
	if e := a.log(); !e[0].Applied || e[1].Applied {
		t.Errorf("applied %v, %v", e[0].Applied, e[1].Applied)
	}
}

// instant is the smallest step of a bubble's clock, which moves only by sleeps: it tells what holds
// until an end from what holds after it.
const instant = time.Nanosecond

// calls drives an API in a bubble of time, without a network.
type calls struct {
	t     *testing.T
	api   *fake.Server
	token string
}

func bubble(t *testing.T, options sandbox.Options) calls {
	api, err := fake.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return calls{t, api.(*fake.Server), api.Welcome("")["auth"].(map[string]string)["access_token"]}
}

func (c calls) do(method, path, body string) reply {
	r := httptest.NewRequest(method, "/api/3/"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+c.token)
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.String()}
}

func TestMobile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, sandbox.Options{State: []byte(small), Settle: time.Minute})
		r := c.do("POST", "people/103/credentials", `{"person_credential":{"credential_type_id":33,"value":"4711"}}`)
		got := decode[object](t, r.body)
		if r.status != 201 || got["value"] != nil || got["status"] != "invited" || got["invitation_code"] == nil {
			t.Fatalf("create: %d %s", r.status, r.body)
		}
		path := "people/103/credentials/" + got["id"].(string)
		c.do("PUT", path, `{"person_credential":{"value":"4712"}}`).want(t, "update", 422,
			`{"error":"validation_failed","errors":{"value":["can't be assigned to this credential type"]}}`)
		for range 2 {
			r := c.do("DELETE", path, "")
			r.want(t, "delete", http.StatusAccepted, "Accepted")
			if kind := r.header.Get("Content-Type"); kind != "text/plain; charset=utf-8" {
				t.Errorf("Content-Type %q", kind)
			}
		}
		time.Sleep(time.Minute - instant)
		if got := decode[object](t, c.do("GET", path, "").body); got["status"] != "revoking" {
			t.Errorf("before it settled: %v", got)
		}
		time.Sleep(instant)
		c.do("GET", path, "").want(t, "after it settled", 404, `{"error":"not_found",…`)
	})
}

// TestConcurrentWrites: concurrent writes of many clients keep values unique.
func TestConcurrentWrites(t *testing.T) {
	a := open(t, sandbox.Options{Generate: 400, Seed: 1}, sandbox.Config{})
	list := decode[[]object](t, a.do(http.MethodGet, "/api/3/credentials", "").body)
	group := errgroup.Group{}
	group.SetLimit(16)
	for i, c := range list {
		group.Go(func() error {
			path := fmt.Sprintf("/api/3/people/%.0f/credentials/%s", c["person_id"], c["id"])
			// Four clients want each value, and one gets it.
			r, err := a.try(http.MethodPut, path, fmt.Sprintf(`{"person_credential":{"value":"77%05d"}}`, i/4))
			if err == nil && r.status != 201 && r.status != 422 {
				err = fmt.Errorf("status %d", r.status)
			}
			_, _ = a.try(http.MethodGet, "/api/3/credentials?per_page=50&page=3", "")
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	seen := map[any]int{}
	taken := 0
	for _, c := range decode[[]object](t, a.do(http.MethodGet, "/api/3/credentials", "").body) {
		if seen[c["value"]]++; strings.HasPrefix(c["value"].(string), "7700") && len(c["value"].(string)) == 7 {
			taken++
		}
	}
	if len(seen) != len(list) || taken < len(list)/4 {
		t.Errorf("%d values on %d credentials, %d new ones", len(seen), len(list), taken)
	}
}

// TestIDsDoNotDependOnOrder: equal requests give equal ids in any order.
func TestIDsDoNotDependOnOrder(t *testing.T) {
	run := func(order []int) map[string]string {
		a, made := with(t), map[string]string{}
		for _, i := range order {
			body := fmt.Sprintf(`{"person_credential":{"credential_type_id":%d,"value":"12345%d"}}`, i, i)
			o := decode[object](t, a.do(http.MethodPost, "/api/3/people/103/credentials", body).body)
			made[fmt.Sprint(i)] = o["id"].(string)
		}
		return made
	}
	if diff := cmp.Diff(run([]int{31, 32, 34}), run([]int{34, 31, 32})); diff != "" {
		t.Error(diff)
	}
}

// TestLostAnswers: an answer that is lost leaves its write behind.
func TestLostAnswers(t *testing.T) {
	for fault, number := range map[string]int{"500": 0, "500-after": 1, "reset": 0, "reset-after": 1, "truncate": 1, "429": 0, "html": 0} {
		faults, err := sandbox.ParseFaults(fault + "=1")
		if err != nil {
			t.Fatal(err)
		}
		a := open(t, sandbox.Options{State: []byte(small)}, sandbox.Config{Faults: faults})
		_, err = a.try(http.MethodPost, "/api/3/people/103/credentials", `{"person_credential":{"credential_type_id":31,"value":"1234"}}`)
		if wantErr := strings.HasPrefix(fault, "reset") || fault == "truncate"; wantErr != (err != nil) {
			t.Errorf("%s: error %v", fault, err)
		}
		state := decode[map[string][]object](t, a.do(http.MethodGet, "/_sandbox/state", "").body)
		if got := len(state["credentials"]) - 3; got != number {
			t.Errorf("%s: %d credentials made, want %d", fault, got, number)
		}
		if e := a.log(); len(e) != 1 || e[0].Fault != fault || e[0].Applied != (number == 1) {
			t.Errorf("%s: log %+v", fault, e)
		}
	}
}

// TestStripZeros: an account that stores numbers keeps no leading zeros, and treats two values that
// differ in nothing else as equal.
func TestStripZeros(t *testing.T) {
	a := with(t, "strip-zeros=true")
	const path = "/api/3/people/103/credentials"
	for _, c := range []struct {
		body, kept string
		status     int
	}{
		{`{"person_credential":{"credential_type_id":32,"value":"00004711"}}`, "", 422},
		{`{"person_credential":{"credential_type_id":32,"value":"00005711"}}`, `"value":"5711"`, 201},
		{`{"person_credential":{"credential_type_id":31,"value":"0000"}}`, `"value":"0"`, 201},
	} {
		if r := a.do("POST", path, c.body); r.status != c.status || !strings.Contains(r.body, c.kept) {
			t.Errorf("%s: %d %s, want %d with %s", c.body, r.status, r.body, c.status, c.kept)
		}
	}
	if r := a.do("PUT", "/api/3/people/102/credentials/pinB", `{"person_credential":{"value":"0123"}}`); !strings.Contains(r.body, `"value":"123"`) {
		t.Errorf("updated: %d %s", r.status, r.body)
	}
}
