package seam_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// doors is a workspace whose credentials open some of five entrances, two of which have the same
// name.
const doors = `{
"workspace": {"workspace_id":"ws1","name":"Lab"},
"acs_systems": [
 {"acs_system_id":"A","name":"Depot","external_type":"pti_site"},
 {"acs_system_id":"L","name":"Lofts","external_type":"latch_building"}],
"acs_entrances": [
 {"acs_entrance_id":"d1","acs_system_id":"A","display_name":"Front door"},
 {"acs_entrance_id":"d2","acs_system_id":"A","display_name":"Back door"},
 {"acs_entrance_id":"d3","acs_system_id":"A","display_name":"Gate"},
 {"acs_entrance_id":"d4","acs_system_id":"A","display_name":"gate"},
 {"acs_entrance_id":"d5","acs_system_id":"L","display_name":"Loft"}],
"acs_users": [
 {"acs_user_id":"u1","acs_system_id":"A","email_address":"avery.sample@example.com"},
 {"acs_user_id":"u2","acs_system_id":"A","email_address":"blake.sample@example.com"},
 {"acs_user_id":"u3","acs_system_id":"L","email_address":"casey.sample@example.com"}],
"acs_credentials": [
 {"acs_credential_id":"c1","acs_user_id":"u1","acs_system_id":"A","access_method":"code","code":"4821","starts_at":"2026-01-05T08:00:00.000Z",
  "allowed_acs_entrance_ids":["d2","d1"]},
 {"acs_credential_id":"m1","acs_user_id":"u1","acs_system_id":"A","access_method":"mobile_key","starts_at":"2026-01-05T08:00:00.000Z",
  "is_multi_phone_sync_credential":true,"allowed_acs_entrance_ids":["d2"],
  "visionline_metadata":{"card_function_type":"staff","auto_join":true,"is_valid":true,"card_id":"c77"},
  "assa_abloy_vostio_metadata":{"auto_join":false,"key_id":"k7"}},
 {"acs_credential_id":"c2","acs_user_id":"u2","acs_system_id":"A","access_method":"code","code":"7001","starts_at":"2026-01-05T08:00:00.000Z"}]}`

// opened returns the entrances that a credential opens, according to the vendor's API.
func (a *account) opened(id string) []string {
	a.t.Helper()
	var answer struct {
		Entrances []struct {
			ID string `json:"acs_entrance_id"`
		} `json:"acs_entrances"`
	}
	a.ask("/acs/credentials/list_accessible_entrances", id, &answer)
	ids := []string{}
	for _, e := range answer.Entrances {
		ids = append(ids, e.ID)
	}
	return ids
}

// ask reads one credential from a path of the API.
func (a *account) ask(path, id string, into any) {
	a.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fmt.Sprintf(`{"acs_credential_id":%q}`, id)))
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	a.api.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil || w.Code != http.StatusOK {
		a.t.Fatalf("%s of %s: %d %v", path, id, w.Code, err)
	}
}

// carryOut applies a plan and proves it.
func (a *account) carryOut(plan *reconcile.Plan) *engine.Run {
	a.t.Helper()
	run := engine.Apply(a.t.Context(), plan, engine.Options{
		Provider: a.client, StoredAs: a.client.StoredAs, Concurrency: 4,
		Recent: engine.NewRecentWrites(10 * time.Millisecond),
	})
	engine.Verify(run, a.list())
	if err := engine.Prove(a.t.Context(), run, a.client.Prove); err != nil {
		a.t.Fatal(err)
	}
	return run
}

// TestReplaceCarries: a replacement has everything of the old credential that a creation accepts,
// whichever half goes first.
func TestReplaceCarries(t *testing.T) {
	for name, c := range map[string]struct {
		row  row
		want []string
	}{
		"new one first":       {row{"credential_id": "c1", "value": "0042", "starts_at": "2090-01-01T00:00:00Z"}, []string{"d1", "d2"}},
		"old one first":       {row{"credential_id": "c1", "value": "4821", "starts_at": "2090-01-01T00:00:00Z"}, []string{"d1", "d2"}},
		"a mobile key":        {row{"credential_id": "m1", "starts_at": "2090-01-01T00:00:00Z"}, []string{"d2"}},
		"nothing to carry":    {row{"credential_id": "c2", "value": "7001", "starts_at": "2090-01-01T00:00:00Z"}, []string{}},
		"other entrances":     {row{"credential_id": "c1", "value": "4821", "entrances": "back DOOR"}, []string{"d2"}},
		"no entrance anymore": {row{"credential_id": "c1", "value": "4821", "entrances": "<empty>"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			a := openAccount(t, options{state: doors})
			before := a.object(c.row["credential_id"])
			plan := a.plan(reconcile.Policy{Recreate: true}, c.row)
			if plan.Lines[0].Action != reconcile.Replace {
				t.Fatal(lineOf(plan, 0))
			}
			run := a.carryOut(plan)
			res := run.Result(0)
			if res.Outcome != reconcile.Applied || res.Verified == nil || !*res.Verified {
				t.Fatalf("%s, verified %v: %s", res.Outcome, res.Verified, res.Reason)
			}
			if got := a.opened(res.NewID); !slices.Equal(got, c.want) {
				t.Errorf("the new credential opens %v, want %v", got, c.want)
			}
			after := a.object(res.NewID)
			if fmt.Sprint(before["is_multi_phone_sync_credential"]) != fmt.Sprint(after["is_multi_phone_sync_credential"]) {
				t.Error("the new one is no multi-phone sync credential")
			}
			for _, part := range []string{`"auto_join":true`, `"card_function_type":"staff"`} {
				if had, has := strings.Contains(text(before), part), strings.Contains(text(after), part); had != has {
					t.Errorf("%s: before %t, after %t", part, had, has)
				}
			}
			again := a.plan(reconcile.Policy{Recreate: true}, a.export(res.NewID))
			if again.Lines[0].Situation != reconcile.InSync {
				t.Errorf("and again: %s", lineOf(again, 0))
			}
		})
	}
}

// object returns a credential as the API shows it.
func (a *account) object(id string) map[string]any {
	a.t.Helper()
	var answer struct {
		Credential map[string]any `json:"acs_credential"`
	}
	a.ask("/acs/credentials/get", id, &answer)
	return answer.Credential
}

func text(object map[string]any) string {
	b, _ := json.Marshal(object)
	return string(b)
}

// export returns a row that says what a credential has.
func (a *account) export(id string) row {
	a.t.Helper()
	r := held(a.list(), id)
	out := row{"credential_id": id, "value": r.Text("value"), "starts_at": r.Text("starts_at"), "entrances": strings.Join(a.opened(id), ";")}
	if out["entrances"] == "" {
		out["entrances"] = "<empty>"
	}
	return out
}

// TestReplaceRefused: the plan refuses a replacement if a creation cannot give all that the old
// credential has, and names what is missing.
func TestReplaceRefused(t *testing.T) {
	for set, want := range map[string]string{
		`{"acs_credential_pool_id":"5a1c0000-0000-4000-8000-000000000001"}`: "acs_credential_pool_id",
		`{"is_one_time_use":true}`:               "is_one_time_use",
		`{"akiles_metadata":{"member_id":"x1"}}`: "akiles_metadata",
	} {
		a := openAccount(t, options{state: doors})
		a.edit("acs_credentials", "c1", set)
		line := lineOf(a.plan(reconcile.Policy{Recreate: true}, row{"credential_id": "c1", "value": "4821", "starts_at": "2090-01-01T00:00:00Z"}), 0)
		if !strings.HasPrefix(line, "unsupported none c1") || !strings.Contains(line, want) {
			t.Errorf("%s: %s", set, line)
		}
	}
	a := openAccount(t, options{state: doors})
	a.edit("acs_systems", "L", `{"is_credential_manager":true}`)
	if line := lineOf(a.plan(reconcile.Policy{Recreate: true}, row{"credential_id": "m1", "starts_at": "2090-01-01T00:00:00Z"}), 0); !strings.Contains(line, "credential_manager_acs_system_id") {
		t.Errorf("a mobile key of an unknown manager: %s", line)
	}
	// What cannot be read cannot be carried over, and stops no other row.
	a = openAccount(t, options{state: doors})
	client := openHandler(t, options{}, stumbling(a.api, "list_accessible_entrances", "c1"))
	listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := roster(row{"credential_id": "c1", "value": "4821", "starts_at": "2090-01-01T00:00:00Z"}, row{"credential_id": "c2", "value": "7002"})
	wanted, err := client.Resolve(t.Context(), rows, listing)
	if err != nil {
		t.Fatal(err)
	}
	plan := reconcile.Diff(rows, wanted, listing, reconcile.Policy{Recreate: true})
	if line := lineOf(plan, 0); !strings.HasPrefix(line, "unreadable none c1") || !strings.Contains(line, "not today") {
		t.Errorf("unread: %s", line)
	}
	if line := lineOf(plan, 1); !strings.HasPrefix(line, "drifted update c2") {
		t.Errorf("the other: %s", line)
	}
}

// stumbling answers 400 to requests of a path whose body contains a text.
func stumbling(api http.Handler, path, part string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := readBody(r)
		if strings.Contains(r.URL.Path, path) && strings.Contains(body, part) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"ok":false,"error":{"type":"invalid_input","message":"not today"}}`))
			return
		}
		api.ServeHTTP(w, r)
	})
}

// TestEntranceCells: the line that each cell of entrances leads to.
func TestEntranceCells(t *testing.T) {
	a := openAccount(t, options{state: doors})
	for cell, want := range map[string]string{
		"Front door; d2": "in_sync none c1",
		"d2;d1":          "in_sync none c1",
		"Front  Door":    "unsupported none c1: entrances cannot be changed once a credential exists",
		"Gate":           `invalid none c1: 2 entrances of access system Depot are named "Gate": d3, d4; give the id`,
		"d3;Loft": `invalid none c1: no entrance "Loft" in access system Depot; ` +
			`it has Back door, Front door, Gate, gate`,
		"<empty>":           "unsupported none c1: entrances cannot be cleared",
		"":                  "in_sync none c1",
		" ; ;":              `invalid none c1: entrances " ; ;" names none: leave the cell blank, or write <empty> for none`,
		"Back door;;d1;d1 ": "in_sync none c1",
	} {
		if line := lineOf(a.plan(reconcile.Policy{}, row{"credential_id": "c1", "entrances": cell}), 0); line != want {
			t.Errorf("%q: %s, want %s", cell, line, want)
		}
	}
	if n := a.requests("/acs/entrances/list"); n == 0 {
		t.Error("names were never looked up")
	}
	b := openAccount(t, options{state: doors})
	b.plan(reconcile.Policy{}, row{"credential_id": "c1", "value": "4822"}, row{"holder_id": "u2", "type": "code", "value": "7001"})
	if n := b.requests("/acs/entrances/list") + b.requests("/acs/credentials/list_accessible_entrances"); n != 0 {
		t.Errorf("%d calls for entrances that no row names", n)
	}
}

// TestCreateEntrances: a creation opens what its row says, and the proof checks that.
func TestCreateEntrances(t *testing.T) {
	a := openAccount(t, options{state: doors})
	plan := a.plan(reconcile.Policy{},
		row{"holder_id": "u2", "type": "code", "value": "9911", "entrances": "Front door;d3"},
		row{"credential_id": "c2", "holder_id": "u2", "type": "code", "value": "7001"},
		row{"holder_id": "u3", "type": "code", "entrances": "Loft"},
		row{"holder_id": "u3", "type": "code"},
	)
	if line := lineOf(plan, 3); !strings.Contains(line, "name one in the column entrances") {
		t.Error(line)
	}
	run := a.carryOut(plan)
	for line, want := range map[int][]string{0: {"d1", "d3"}, 2: {"d5"}} {
		res := run.Result(line)
		if res == nil || res.Verified == nil || !*res.Verified {
			t.Fatalf("line %d: %+v", line, res)
		}
		if got := a.opened(res.NewID); !slices.Equal(got, want) {
			t.Errorf("line %d opens %v, want %v", line, got, want)
		}
	}
}

// TestProofLooks: the proof finds out a host that forgets the entrances.
func TestProofLooks(t *testing.T) {
	for name, c := range map[string]struct {
		row      row
		verified string
		want     string
	}{
		"a creation":    {row{"holder_id": "u2", "type": "card", "entrances": "d1"}, "false", "does not open entrance d1"},
		"a replacement": {row{"credential_id": "c1", "value": "0042", "starts_at": "2090-01-01T00:00:00Z"}, "false", "does not open entrance d1, entrance d2"},
	} {
		a := openAccount(t, options{state: doors})
		client := openHandler(t, options{}, forgetful(a.api))
		a.client = client
		plan := a.plan(reconcile.Policy{Recreate: true}, c.row)
		res := a.carryOut(plan).Result(0)
		if res.Outcome != reconcile.Applied || res.Verified == nil || *res.Verified || !strings.Contains(res.Reason, c.want) {
			t.Errorf("%s: %s, verified %v: %s", name, res.Outcome, res.Verified, res.Reason)
		}
	}
}

// forgetful drops the entrances of every creation.
func forgetful(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := readBody(r)
		if strings.HasSuffix(r.URL.Path, "/create") {
			var members map[string]json.RawMessage
			_ = json.Unmarshal([]byte(body), &members)
			delete(members, "allowed_acs_entrance_ids")
			changed, _ := json.Marshal(members)
			setBody(r, string(changed))
		}
		api.ServeHTTP(w, r)
	})
}

// readBody reads the body of a request and leaves it readable again.
func readBody(r *http.Request) string {
	raw, _ := io.ReadAll(r.Body)
	setBody(r, string(raw))
	return string(raw)
}

func setBody(r *http.Request, body string) {
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
}

// TestEntrancesForbidden: a login that may not read entrances blocks the rows that need them, and
// no others.
func TestEntrancesForbidden(t *testing.T) {
	for _, path := range []string{"/acs/entrances/list", "/acs/credentials/list_accessible_entrances"} {
		a := openAccount(t, options{state: doors, set: map[string]string{"forbid": path}})
		plan := a.plan(reconcile.Policy{Recreate: true},
			row{"credential_id": "c1", "value": "4821", "entrances": "back DOOR"},
			row{"credential_id": "c2", "value": "7002"})
		if l := plan.Lines[0]; l.Outcome != reconcile.Blocked {
			t.Errorf("%s: %s", path, lineOf(plan, 0))
		}
		if l := plan.Lines[1]; l.Outcome != reconcile.Planned || l.Action != reconcile.Update {
			t.Errorf("%s: %s", path, lineOf(plan, 1))
		}
	}
}

// TestJoinedRowsAreLookedAtOnce: rows that mean the same credential ask for it once.
func TestJoinedRowsAreLookedAtOnce(t *testing.T) {
	a := openAccount(t, options{state: doors})
	same := row{"credential_id": "c1", "entrances": "d1;d2"}
	a.plan(reconcile.Policy{}, same, same)
	if n := a.requests("/acs/credentials/list_accessible_entrances"); n != 1 {
		t.Errorf("%d calls for one credential", n)
	}
}
