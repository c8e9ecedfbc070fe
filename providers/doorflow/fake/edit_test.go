package fake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers/doorflow/fake"
	"keyroster/providers/sandbox"
)

func TestEdit(t *testing.T) {
	a := with(t, "sync-window=0s")
	get := func(path string) reply { return a.do(http.MethodGet, "/api/3/"+path, "") }
	for _, body := range []string{
		`{"collection":"credentials","id":"pinA","set":{"value":"7777","note":"moved"}}`,
		`{"collection":"credentials","id":"cardA","set":{"person_id":103}}`,
		`{"collection":"credentials","insert":{"id":"pinC","credential_type_id":31,"person_id":103,"value":"7777"}}`,
		`{"collection":"people","id":101,"set":{"email":"New@example.com","enabled":false}}`,
		`{"collection":"people","insert":{"id":104,"first_name":"Devon","last_name":"Sample"}}`,
		`{"collection":"people","id":102,"delete":true}`,
		`{"collection":"credential_types","id":31,"set":{"label":"PIN"}}`,
		`{"collection":"credential_types","insert":{"id":40,"label":"Tag","slug":"tag","code":null}}`,
		`{"collection":"credential_types","id":34,"delete":true}`,
	} {
		a.edit(body)
	}
	get("people/101/credentials").want(t, "pinA", 200, `[{"id":"pinA","credential_type_id":31,"label":"PIN","person_id":101,`+
		`"value":"7777","status":null,"url":null,"wallet_type":null,"note":"moved"}]`)
	if got := fmt.Sprint(ids(t, get("credentials").body)); got != "[pinA cardA pinC]" {
		t.Errorf("credentials %s", got)
	}
	if got := fmt.Sprint(ids(t, get("people/103/credentials").body)); got != "[cardA pinC]" {
		t.Errorf("moved: %s", got)
	}
	if got := fmt.Sprint(ids(t, get("people?email=new@").body)); got != "[101]" {
		t.Errorf("people %s", got)
	}
	if got := fmt.Sprint(ids(t, get("credential_types").body)); got != "[31 32 33 40]" {
		t.Errorf("types %s", got)
	}
	if get("people/102").status != 404 || get("people/104").status != 200 {
		t.Error("people were not deleted and inserted")
	}
	// The previous values are free; the new one is taken, by two credentials.
	put := func(value string, want int) {
		t.Helper()
		if r := a.do(http.MethodPut, "/api/3/people/103/credentials/cardA", `{"person_credential":{"value":"`+value+`"}}`); r.status != want {
			t.Errorf("put: %d %s, want %d", r.status, r.body, want)
		}
	}
	put("7777", 422)
	a.edit(`{"collection":"credentials","id":"pinA","delete":true}`)
	put("7777", 422)
	put("004821", 201)
	put("4711", 201)
	a.do(http.MethodPost, "/api/3/sync", "")
	if diff := cmp.Diff(map[string]string{"cardA": "4711", "pinC": "7777"}, a.api.Doors()); diff != "" {
		t.Error(diff)
	}
}

func TestEditErrors(t *testing.T) {
	a := with(t)
	before := a.do(http.MethodGet, "/_sandbox/state", "").body
	for body, want := range map[string]string{
		`{"collection":"doors","id":1,"delete":true}`:                                                 "edit doors: there are people",
		`{"collection":"people","id":999,"delete":true}`:                                              "edit people: there is no id 999",
		`{"collection":"people","id":"101","delete":true}`:                                            "edit people: id must be of the kind int64",
		`{"collection":"people","id":101,"set":{"id":5}}`:                                             "an id cannot be changed",
		`{"collection":"people","id":101,"set":{"first_name":""}}`:                                    "first_name",
		`{"collection":"people","id":101,"set":[]}`:                                                   "set is not a JSON object",
		`{"collection":"people","insert":{"id":101,"first_name":"A","last_name":"B"}}`:                "id 101 is there already",
		`{"collection":"credentials","id":101,"set":{"value":"1"}}`:                                   "edit credentials: id must be of the kind string",
		`{"collection":"credentials","id":"none","delete":true}`:                                      "there is no id none",
		`{"collection":"credentials","id":"pinA","set":{"person_id":999}}`:                            "person_id 999 is not in people",
		`{"collection":"credentials","insert":{"id":"pinA","person_id":101,"credential_type_id":31}}`: `id \"pinA\" is there already`,
		`{"collection":"credential_types","id":31,"delete":true}`:                                     "there are 2 credentials of this type",
		`{"collection":"credential_types","id":31,"set":{"slug":null}}`:                               "slug",
	} {
		r := a.do(http.MethodPost, "/_sandbox/edit", body)
		if r.status != 400 || !strings.Contains(r.body, want) {
			t.Errorf("%s: %d %s, want %s", body, r.status, r.body, want)
		}
	}
	if after := a.do(http.MethodGet, "/_sandbox/state", "").body; after != before {
		t.Error("a refused edit changed the state")
	}
}

func TestStateAndReset(t *testing.T) {
	a := with(t)
	first := a.do(http.MethodGet, "/_sandbox/state", "").body
	a.do(http.MethodDelete, "/api/3/people/101/credentials/pinA", "")
	a.do(http.MethodPost, "/api/3/sync", "")
	a.edit(`{"collection":"people","id":103,"delete":true}`)
	changed := a.do(http.MethodGet, "/_sandbox/state", "").body
	if changed == first {
		t.Fatal("nothing changed")
	}
	// What the state path answers can be read as a state file.
	again, err := fake.New(sandbox.Options{State: []byte(changed)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(again.State())
	if err != nil || string(text) != strings.TrimSpace(changed) {
		t.Errorf("state of the state: %s, %v", text, err)
	}
	a.do(http.MethodPost, "/_sandbox/reset", "")
	if got := a.do(http.MethodGet, "/_sandbox/state", "").body; got != first {
		t.Errorf("after a reset: %s", got)
	}
	if diff := cmp.Diff(doorsAtFirst, a.api.Doors()); diff != "" {
		t.Error(diff)
	}
	if e := a.log(); len(e) != 0 {
		t.Errorf("log %v", e)
	}
	if r := a.do(http.MethodPost, "/api/3/sync", ""); r.status != 200 {
		t.Errorf("sync after a reset: %d", r.status)
	}
}

func TestGenerate(t *testing.T) {
	state := func(options sandbox.Options) (map[string][]object, string) {
		api, err := fake.New(options)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(api.State())
		if err != nil {
			t.Fatal(err)
		}
		return decode[map[string][]object](t, string(text)), string(text)
	}
	got, text := state(sandbox.Options{Generate: 5_000, Seed: 1})
	if _, same := state(sandbox.Options{Generate: 5_000, Seed: 1}); same != text {
		t.Error("equal seeds give different accounts")
	}
	if _, other := state(sandbox.Options{Generate: 5_000, Seed: 2}); other == text {
		t.Error("another seed gives the same account")
	}
	if len(got["credentials"]) != 5_000 || len(got["credential_types"]) != 3 || len(got["people"]) < 2_500 {
		t.Fatalf("%d credentials, %d types, %d people", len(got["credentials"]), len(got["credential_types"]), len(got["people"]))
	}
	values, pairs, zeros := map[any]bool{}, map[string]bool{}, 0
	shape := map[any]*regexp.Regexp{31.0: regexp.MustCompile(`^[0-9]{4,7}$`), 32.0: regexp.MustCompile(`^([0-9]{8}|[0-9]{10})$`)}
	for _, c := range got["credentials"] {
		value := c["value"].(string)
		if !shape[c["credential_type_id"]].MatchString(value) {
			t.Fatalf("value %q", value)
		}
		if value[0] == '0' {
			zeros++
		}
		values[value] = true
		pairs[fmt.Sprint(c["person_id"], c["credential_type_id"])] = true
	}
	if len(values) != 5_000 || len(pairs) != 5_000 || zeros < 300 {
		t.Errorf("%d values, %d pairs, %d with a leading zero", len(values), len(pairs), zeros)
	}
	if p := got["people"][16]; p["last_name"] != "Sample 00017" || p["system_id"] != "E-00017" ||
		p["email"] != strings.ToLower(p["first_name"].(string))+".sample.00017@example.com" {
		t.Errorf("person %v", p)
	}
	// When generated on top of an account, credentials use the account's types.
	added, _ := state(sandbox.Options{State: []byte(small), Generate: 10, Seed: 1})
	if len(added["credentials"]) != 13 || len(added["credential_types"]) != 4 {
		t.Errorf("added: %d credentials, %d types", len(added["credentials"]), len(added["credential_types"]))
	}
	// When PINs run out, cards are still generated.
	few, _ := state(sandbox.Options{Generate: 300, Set: map[string]string{"pin-length": "1-1"}})
	if len(few["credentials"]) != 300 {
		t.Errorf("few: %d credentials", len(few["credentials"]))
	}
}

func TestManyCredentials(t *testing.T) {
	a := open(t, sandbox.Options{Generate: 5_000, Seed: 1}, sandbox.Config{})
	seen := map[string]bool{}
	for page := 1; page <= 10; page++ {
		for _, id := range ids(t, a.do(http.MethodGet, fmt.Sprint("/api/3/credentials?page=", page), "").body) {
			seen[id] = true
		}
	}
	if len(seen) != 5_000 {
		t.Errorf("%d ids in 10 pages", len(seen))
	}
}
