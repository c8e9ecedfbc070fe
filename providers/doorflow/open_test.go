package doorflow_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"keyroster/providers"
	"keyroster/providers/doorflow"
	"keyroster/providers/doorflow/fake"
	"keyroster/providers/httpapi"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

const token = "at_test"

// account is a client of a sandbox of its own, over loopback.
type account struct {
	t      *testing.T
	client *providers.Client
	api    sandbox.API
	server *fake.Server
	url    string
}

// options configure a test's account.
type options struct {
	state    string
	generate int
	set      map[string]string
	faults   string
	settings doorflow.Settings
	listing  string
	pageSize int
	readOnly bool
}

func openAccount(t *testing.T, o options) *account {
	t.Helper()
	set := map[string]string{"access_token": token}
	for name, value := range o.set {
		set[name] = value
	}
	api, err := fake.New(sandbox.Options{State: []byte(o.state), Generate: o.generate, Seed: 7, Set: set})
	if err != nil {
		t.Fatal(err)
	}
	faults, err := sandbox.ParseFaults(o.faults)
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sandbox.Start(context.Background(), api, sandbox.Config{Provider: "doorflow", Faults: faults, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	a := &account{t: t, api: api, server: api.(*fake.Server), url: url}
	a.client = a.open(o, url)
	return a
}

func (a *account) open(o options, url string) *providers.Client {
	a.t.Helper()
	settings := doorflow.Spec.Settings().(*doorflow.Settings)
	if o.settings.SyncWait != "" {
		settings.SyncWait = o.settings.SyncWait
	}
	settings.Invite, settings.ValueCodes = o.settings.Invite, o.settings.ValueCodes
	p, err := doorflow.Spec.Open(context.Background(), providers.Env{
		Account: "test", BaseURL: url, Auth: map[string]reconcile.Secret{"access_token": reconcile.NewSecret(token)},
		Settings: settings, Listing: o.listing, PageSize: o.pageSize,
		HTTP: httpapi.Config{Concurrency: 4, ReadOnly: o.readOnly, Retry: httpapi.Retry{Base: time.Millisecond, Cap: 5 * time.Millisecond}},
	})
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(p.Close)
	return p
}

// openHandler returns a client of a hand-made API.
func openHandler(t *testing.T, o options, handler http.Handler) *providers.Client {
	t.Helper()
	a := &account{t: t}
	return a.open(o, serve(t, handler))
}

// serve serves a hand-made API on loopback and returns its address.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

// roster packs rows as a file reader would.
func roster(t *testing.T, rows ...doorflow.Row) *reconcile.Roster {
	t.Helper()
	r := reconcile.NewRoster(doorflow.Schema)
	r.Files = []reconcile.File{{Name: "badges.csv", Sheets: []string{""}}}
	for n, row := range rows {
		texts := map[string]string{
			"credential_id": row.CredentialID, "holder_id": row.HolderID, "holder_email": row.HolderEmail,
			"holder_ref": row.HolderRef, "type": row.Type, "value": row.Value.Reveal(), "state": row.State,
		}
		r.Add(0, 0, n+2, cells(texts))
	}
	return r
}

func cells(texts map[string]string) []reconcile.Cell {
	out := make([]reconcile.Cell, len(doorflow.Schema.Columns))
	for n := range doorflow.Schema.Columns {
		c := &doorflow.Schema.Columns[n]
		out[n] = reconcile.RosterCell(texts[c.Name], c.Secret())
	}
	return out
}

// record packs one row or record.
func record(texts map[string]string) reconcile.Record {
	set := reconcile.NewSet(doorflow.Schema, 1)
	return set.Record(set.Add(cells(texts)))
}

// requests counts what the sandbox was asked, by method and path.
func (a *account) requests(method, path string) int {
	a.t.Helper()
	n := 0
	for _, entry := range a.log() {
		if entry.Method == method && entry.Path == path {
			n++
		}
	}
	return n
}

// log returns the sandbox's log of requests.
func (a *account) log() (entries []sandbox.Entry) {
	a.t.Helper()
	answer, err := http.Get(a.url + "/_sandbox/log")
	if err != nil {
		a.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&entries); err != nil {
		a.t.Fatal(err)
	}
	return entries
}

func settings(invite bool) doorflow.Settings { return doorflow.Settings{Invite: invite} }

// faults counts the requests that the sandbox damaged.
func (a *account) faults() int {
	a.t.Helper()
	n := 0
	for _, entry := range a.log() {
		if entry.Fault != "" {
			n++
		}
	}
	return n
}
