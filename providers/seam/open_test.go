package seam_test

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
	"keyroster/providers/sandbox"
	"keyroster/providers/seam"
	"keyroster/providers/seam/fake"
	"keyroster/reconcile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "seam_test1_key"

// small is a workspace with three systems. In A, u1 has two PINs and a card, u2 a PIN and an
// unmanaged card, u5 nothing. In B, u3 has u1's e-mail address, a PIN with u1's code, and a mobile
// key with two children. K makes its PINs itself.
const small = `{
"workspace": {"workspace_id":"ws1","name":"Lab"},
"acs_systems": [
 {"acs_system_id":"A","name":"Depot","external_type":"pti_site","location":{"time_zone":"Europe/London"}},
 {"acs_system_id":"B","name":"Tower","external_type":"brivo_account","location":{"time_zone":"America/New_York"}},
 {"acs_system_id":"K","name":"Yard","external_type":"salto_ks_site"}],
"acs_users": [
 {"acs_user_id":"u1","acs_system_id":"A","full_name":"Avery Sample","email_address":"Avery.Sample@example.com"},
 {"acs_user_id":"u2","acs_system_id":"A","full_name":"Blake Sample","email_address":"blake.sample@example.com"},
 {"acs_user_id":"u3","acs_system_id":"B","full_name":"Avery Sample","email_address":"avery.sample@example.com"},
 {"acs_user_id":"u4","acs_system_id":"K","full_name":"Casey Sample","email_address":"casey.sample@example.com"},
 {"acs_user_id":"u5","acs_system_id":"A","full_name":"Devon Sample","email_address":"devon.sample@example.com","is_suspended":true},
 {"acs_user_id":"u6","acs_system_id":"B","full_name":"Emery Sample","email":"emery.sample@example.com"},
 {"acs_user_id":"u7","acs_system_id":"K","full_name":"Finley Sample","email_address":"xx-casey.sample@example.com"}],
"acs_credentials": [
 {"acs_credential_id":"c11","acs_user_id":"u1","acs_system_id":"A","access_method":"code","code":"004821","starts_at":"2026-01-05T08:00:00.000Z","ends_at":"2090-07-01T00:00:00.000Z"},
 {"acs_credential_id":"c12","acs_user_id":"u1","acs_system_id":"A","access_method":"card","code":null,"card_number":"04212345"},
 {"acs_credential_id":"c13","acs_user_id":"u1","acs_system_id":"A","access_method":"code","code":"5150"},
 {"acs_credential_id":"c21","acs_user_id":"u2","acs_system_id":"A","access_method":"code","code":"7001"},
 {"acs_credential_id":"n22","acs_user_id":"u2","acs_system_id":"A","access_method":"card","card_number":"08154711","is_managed":false},
 {"acs_credential_id":"c31","acs_user_id":"u3","acs_system_id":"B","access_method":"code","code":"004821"},
 {"acs_credential_id":"p32","acs_user_id":"u3","acs_system_id":"B","access_method":"mobile_key","is_multi_phone_sync_credential":true},
 {"acs_credential_id":"k33","acs_user_id":"u3","acs_system_id":"B","access_method":"mobile_key","parent_acs_credential_id":"p32"},
 {"acs_credential_id":"k34","acs_user_id":"u3","acs_system_id":"B","access_method":"mobile_key","parent_acs_credential_id":"p32"},
 {"acs_credential_id":"c41","acs_user_id":"u4","acs_system_id":"K","access_method":"code","code":"600600"}]}`

// account is a client of a sandbox of its own, over loopback.
type account struct {
	t      testing.TB
	client *providers.Client
	api    sandbox.API
	url    string
}

// options configure a test's account.
type options struct {
	state    string
	generate int
	settle   time.Duration
	set      map[string]string
	faults   string
	wait     string
	listing  string
	pageSize int
	readOnly bool
	zone     *time.Location
	auth     map[string]reconcile.Secret
	gate     func(context.Context) error
}

func openAccount(t testing.TB, o options) *account {
	t.Helper()
	set := map[string]string{"api_key": key, "personal_access_token": "seam_at1_person"}
	for name, value := range o.set {
		set[name] = value
	}
	api, err := fake.New(sandbox.Options{State: []byte(o.state), Generate: o.generate, Seed: 7, Settle: o.settle, Set: set})
	if err != nil {
		t.Fatal(err)
	}
	faults, err := sandbox.ParseFaults(o.faults)
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sandbox.Start(context.Background(), api, sandbox.Config{Provider: "seam", Faults: faults, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	a := &account{t: t, api: api, url: url}
	a.client = a.open(o, url)
	return a
}

func (a *account) open(o options, url string) *providers.Client {
	a.t.Helper()
	client, err := openClient(o, url)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(client.Close)
	return client
}

func openClient(o options, url string) (*providers.Client, error) {
	settings := seam.Spec.Settings().(*seam.Settings)
	settings.SettleWait = "0s"
	if o.wait != "" {
		settings.SettleWait = o.wait
	}
	auth := o.auth
	if auth == nil {
		auth = map[string]reconcile.Secret{"api_key": reconcile.NewSecret(key)}
	}
	p, err := seam.Spec.Open(context.Background(), providers.Env{
		Account: "test", BaseURL: url, Auth: auth, Settings: settings, Listing: o.listing, PageSize: o.pageSize, Location: o.zone,
		HTTP: httpapi.Config{Concurrency: 8, ReadOnly: o.readOnly, Gate: o.gate, Retry: httpapi.Retry{Base: time.Millisecond, Cap: 5 * time.Millisecond}},
	})
	return p, err
}

// openHandler returns a client of a hand-made API.
func openHandler(t *testing.T, o options, handler http.Handler) *providers.Client {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	a := &account{t: t}
	return a.open(o, s.URL)
}

// edit changes the workspace behind the client's back.
func (a *account) edit(collection, id, set string) {
	a.t.Helper()
	if err := a.api.Edit(sandbox.Edit{Collection: collection, ID: json.RawMessage(`"` + id + `"`), Set: json.RawMessage(set)}); err != nil {
		a.t.Fatal(err)
	}
}

// list lists everything.
func (a *account) list() *reconcile.Listing {
	a.t.Helper()
	listing, err := a.client.List(a.t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return listing
}

// held returns the listed record with that id.
func held(listing *reconcile.Listing, id string) reconcile.Record {
	for n := range listing.Records.Len() {
		if r := listing.Records.Record(n); r.ID() == id {
			return r
		}
	}
	return reconcile.Record{}
}

// row is a row of a roster, by column.
type row map[string]string

// roster packs rows as a file reader would.
func roster(rows ...row) *reconcile.Roster {
	r := reconcile.NewRoster(seam.Schema)
	r.Files = []reconcile.File{{Name: "pins.csv", Sheets: []string{""}}}
	for n, texts := range rows {
		r.Add(0, 0, n+2, cells(texts))
	}
	return r
}

func cells(texts row) []reconcile.Cell {
	out := make([]reconcile.Cell, len(seam.Schema.Columns))
	for n := range seam.Schema.Columns {
		c := &seam.Schema.Columns[n]
		out[n] = reconcile.RosterCell(texts[c.Name], c.Secret())
	}
	return out
}

// record packs one row or record.
func record(texts row) reconcile.Record {
	set := reconcile.NewSet(seam.Schema, 1)
	return set.Record(set.Add(cells(texts)))
}

// plan lists, resolves and compares.
func (a *account) plan(policy reconcile.Policy, rows ...row) *reconcile.Plan {
	a.t.Helper()
	listing, roster := a.list(), roster(rows...)
	wanted, err := a.client.Resolve(a.t.Context(), roster, listing)
	if err != nil {
		a.t.Fatal(err)
	}
	return reconcile.Diff(roster, wanted, listing, policy)
}

// requested is one entry of the sandbox's log.
type requested struct {
	Method, Path string
	Status       int
	Applied      bool
}

func (a *account) log() []requested {
	a.t.Helper()
	answer, err := http.Get(a.url + "/_sandbox/log")
	if err != nil {
		a.t.Fatal(err)
	}
	defer answer.Body.Close()
	var log []requested
	if err := json.NewDecoder(answer.Body).Decode(&log); err != nil {
		a.t.Fatal(err)
	}
	return log
}

// requests counts what the sandbox was asked, by path.
func (a *account) requests(path string) int {
	n := 0
	for _, entry := range a.log() {
		if entry.Path == path {
			n++
		}
	}
	return n
}

func TestTenant(t *testing.T) {
	tenant, err := openAccount(t, options{state: small}).client.Tenant(t.Context())
	if err != nil || tenant.ID != "ws1" || tenant.Name != "Lab" || strings.Join(tenant.Facts, ",") != "sandbox workspace" {
		t.Errorf("%+v %v", tenant, err)
	}
	tenant, err = openAccount(t, options{state: small, set: map[string]string{"is_sandbox": "false"}}).client.Tenant(t.Context())
	if err != nil || strings.Join(tenant.Facts, ",") != "production workspace" {
		t.Errorf("%+v %v", tenant, err)
	}
}

// TestLogin: a personal access token goes with its workspace; a login that is wrong in any way is a
// 401 that says what it may be.
func TestLogin(t *testing.T) {
	secret := func(pairs ...string) map[string]reconcile.Secret {
		m := map[string]reconcile.Secret{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = reconcile.NewSecret(pairs[i+1])
		}
		return m
	}
	a := openAccount(t, options{state: small})
	for name, c := range map[string]struct {
		auth  map[string]reconcile.Secret
		opens bool
		class reconcile.Class
	}{
		"key":                        {secret("api_key", key), true, 0},
		"token with its workspace":   {secret("personal_access_token", "seam_at1_person", "workspace_id", "ws1"), true, 0},
		"token and another one":      {secret("personal_access_token", "seam_at1_person", "workspace_id", "ws2"), true, reconcile.Denied},
		"token without a workspace":  {secret("personal_access_token", "seam_at1_person"), false, 0},
		"a wrong key":                {secret("api_key", "seam_test1_other"), true, reconcile.Denied},
		"nothing":                    {secret(), false, 0},
		"a key with a line break":    {secret("api_key", "a\nb"), true, reconcile.Denied},
		"a workspace and no token":   {secret("workspace_id", "ws1"), false, 0},
		"key goes first, if several": {secret("api_key", key, "personal_access_token", "x"), true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := openClient(options{auth: c.auth}, a.url)
			if (err == nil) != c.opens {
				t.Fatalf("open: %v", err)
			}
			if err != nil {
				return
			}
			defer client.Close()
			_, err = client.Tenant(t.Context())
			if reconcile.ClassOf(err) != c.class {
				t.Errorf("class %d: %v", reconcile.ClassOf(err), err)
			}
			if err != nil && (strings.Contains(err.Error(), "seam_at1_person") || strings.Contains(err.Error(), "seam_test1_other")) {
				t.Error("the error holds the token")
			}
		})
	}
}

func TestSettings(t *testing.T) {
	for name, o := range map[string]options{
		"page size":      {pageSize: 501},
		"negative size":  {pageSize: -1},
		"no unpaged one": {listing: "skip_pagination"},
		"no duration":    {wait: "soon"},
		"before now":     {wait: "-1s"},
	} {
		if _, err := openClient(o, "http://127.0.0.1:1"); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
