package pingone_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/providers/pingone"
	"keyroster/providers/pingone/fake"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// account is a client of a sandbox of its own, over loopback.
type account struct {
	t      *testing.T
	client *providers.Client
	api    sandbox.API
	url    string
}

// options configure a test's account.
type options struct {
	state    string
	generate int
	set      map[string]string
	faults   string
	settings pingone.Settings
	readOnly bool
	auth     map[string]string
}

func openAccount(t *testing.T, o options) *account {
	t.Helper()
	api, err := fake.New(sandbox.Options{State: []byte(o.state), Generate: o.generate, Seed: 7, Set: o.set})
	if err != nil {
		t.Fatal(err)
	}
	faults, err := sandbox.ParseFaults(o.faults)
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sandbox.Start(context.Background(), api, sandbox.Config{Provider: "pingone", Faults: faults, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	a := &account{t: t, api: api, url: url}
	login := api.Welcome(url)["auth"].(map[string]string)
	for name, value := range o.auth {
		login[name] = value
	}
	a.client = a.open(o, url, login)
	return a
}

func (a *account) open(o options, url string, login map[string]string) *providers.Client {
	a.t.Helper()
	auth := map[string]reconcile.Secret{}
	for name, value := range login {
		auth[name] = reconcile.NewSecret(value)
	}
	p, err := pingone.Spec.Open(context.Background(), providers.Env{
		Account: "test", BaseURL: url, Auth: auth, Settings: &o.settings,
		HTTP: httpapi.Config{Concurrency: 4, ReadOnly: o.readOnly, Retry: httpapi.Retry{Base: time.Millisecond, Cap: 5 * time.Millisecond}},
	})
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(p.Close)
	return p
}

// openHandler returns a client of a hand-made API, which is asked after the login.
func openHandler(t *testing.T, handler http.HandlerFunc) *providers.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/as/token") {
			_, _ = w.Write([]byte(`{"access_token":"at","token_type":"Bearer","expires_in":3600}`))
			return
		}
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	a := &account{t: t}
	return a.open(options{}, s.URL, map[string]string{"environment_id": "env1", "client_id": "c", "client_secret": "s"})
}

// roster packs rows as a file reader would, with the findings of Check.
func roster(t *testing.T, rows ...map[string]string) *reconcile.Roster {
	t.Helper()
	r := reconcile.NewRoster(pingone.Schema)
	r.Files = []reconcile.File{{Name: "cards.csv", Sheets: []string{""}}}
	for n, row := range rows {
		r.Add(0, 0, n+2, cells(t, row))
		for _, f := range findings(t, row) {
			r.Report(n, reconcile.Problem{Source: r.Source(n), Column: f.Column, Kind: f.Kind, Severity: f.Severity, Message: f.Message})
		}
	}
	return r
}

func cells(t *testing.T, row map[string]string) []reconcile.Cell {
	t.Helper()
	out := make([]reconcile.Cell, len(pingone.Schema.Columns))
	for name, text := range row {
		n := pingone.Schema.Index(name)
		if n < 0 {
			t.Fatalf("no column %s", name)
		}
		out[n] = reconcile.RosterCell(text, false)
	}
	return out
}

// record packs one row or record.
func record(t *testing.T, row map[string]string) reconcile.Record {
	t.Helper()
	set := reconcile.NewSet(pingone.Schema, 1)
	return set.Record(set.Add(cells(t, row)))
}

// list returns the account's listing.
func (a *account) list() *reconcile.Listing {
	a.t.Helper()
	listing, err := a.client.List(a.t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return listing
}

// plan lists, resolves and compares.
func (a *account) plan(rows ...map[string]string) (*reconcile.Plan, *reconcile.Wanted) {
	a.t.Helper()
	r, listing := roster(a.t, rows...), a.list()
	wanted, err := a.client.Resolve(a.t.Context(), r, listing)
	if err != nil {
		a.t.Fatal(err)
	}
	return reconcile.Diff(r, wanted, listing, reconcile.Policy{}), wanted
}

// apply sends all changes of a plan.
func (a *account) apply(plan *reconcile.Plan) {
	a.t.Helper()
	for line := range plan.Lines {
		if plan.Lines[line].Sends() {
			if _, err := a.client.Write(a.t.Context(), plan.Change(line)); err != nil {
				a.t.Fatal(err)
			}
		}
	}
}

// state returns the sandbox's state.
func (a *account) state() (s struct {
	Environment     map[string]json.RawMessage   `json:"environment"`
	CredentialTypes []map[string]json.RawMessage `json:"credential_types"`
	IssuanceRules   []map[string]json.RawMessage `json:"issuance_rules"`
},
) {
	a.t.Helper()
	a.get("/_sandbox/state", &s)
	return s
}

// member returns a member of a credential type in the sandbox's state as raw JSON.
func (a *account) member(id, name string) string {
	a.t.Helper()
	for _, one := range a.state().CredentialTypes {
		if string(one["id"]) == `"`+id+`"` {
			return string(one[name])
		}
	}
	a.t.Fatalf("no credential type %s", id)
	return ""
}

// log returns the sandbox's log of requests.
func (a *account) log() (entries []sandbox.Entry) {
	a.t.Helper()
	a.get("/_sandbox/log", &entries)
	return entries
}

// requests counts what the sandbox was asked, by method and the end of the path.
func (a *account) requests(method, end string) int {
	a.t.Helper()
	n := 0
	for _, entry := range a.log() {
		if entry.Method == method && strings.HasSuffix(entry.Path, end) {
			n++
		}
	}
	return n
}

func (a *account) get(path string, into any) {
	a.t.Helper()
	answer, err := http.Get(a.url + path)
	if err != nil {
		a.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		a.t.Fatal(err)
	}
}

func (a *account) edit(collection, id, set string) {
	a.t.Helper()
	e := sandbox.Edit{Collection: collection, ID: []byte(`"` + id + `"`), Set: []byte(set), Delete: set == ""}
	if err := a.api.Edit(e); err != nil {
		a.t.Fatal(err)
	}
}

func failureOf(t *testing.T, err error) *reconcile.Failure {
	t.Helper()
	f, ok := err.(*reconcile.Failure)
	if !ok {
		t.Fatalf("no failure: %v", err)
	}
	return f
}
