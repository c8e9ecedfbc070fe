package configio_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"keyroster/io/configio"
	"keyroster/reconcile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// doors holds a provider's own settings, with every type that a setting may have.
type doors struct {
	Invite   bool              `yaml:"invite"`
	SyncWait time.Duration     `yaml:"sync_wait"`
	AuthURL  string            `yaml:"auth_url"`
	Region   string            `yaml:"region"`
	Tries    int               `yaml:"tries"`
	Size     uint16            `yaml:"size"`
	Share    float64           `yaml:"share"`
	Types    []string          `yaml:"types"`
	Labels   map[string]string `yaml:"labels"`
	Limit    reconcile.Limit   `yaml:"limit"`
	Retry    *retry            `yaml:"retry"`
	Inner    retry             `yaml:",inline"`
	Recreate bool              `yaml:"recreate"`
	hidden   string
}

type retry struct {
	Attempts int `yaml:"attempts"`
}

func known() []configio.Provider {
	secret := func(name string) configio.Member { return configio.Member{Name: name, Secret: true} }
	return []configio.Provider{
		{
			Name: "doorflow", TenantKey: "account",
			Auth: [][]configio.Member{
				{{Name: "client_id", Help: "of the application"}, secret("client_secret"), {Name: "token_file", Path: true}},
				{secret("access_token")},
				{secret("api_key")},
			},
			Settings: func() any { return &doors{SyncWait: time.Minute, Region: "none", hidden: "kept"} },
			Columns: []configio.Column{
				{Name: "credential_id"}, {Name: "holder_id"}, {Name: "holder_email"}, {Name: "holder_ref"}, {Name: "type"}, {Name: "value", Secret: true, Managed: true},
			},
			Rate: "5/s", Concurrency: 4, PageSize: 500, Park: true,
		},
		{
			Name: "seam", TenantKey: "workspace",
			Auth: [][]configio.Member{{secret("api_key")}, {secret("personal_access_token"), {Name: "workspace_id"}}},
			Settings: func() any {
				return &struct {
					Settle time.Duration `yaml:"settle_wait"`
				}{}
			},
			Columns: []configio.Column{
				{Name: "acs_system_id", Set: true},
				{Name: "type"},
				{Name: "value", Secret: true, Managed: true},
				{Name: "starts_at", Managed: true, Set: true},
				{Name: "ends_at", Managed: true, Set: true},
				{Name: "state"},
			},
		},
		{Name: "pingone", TenantKey: "environment", Auth: [][]configio.Member{{{Name: "environment_id"}, {Name: "client_id"}, secret("client_secret")}}},
	}
}

// load writes text to a file and loads it.
func load(t *testing.T, text string) (*configio.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := configio.Load(path, known())
	if err == nil {
		fitting(t, c)
	}
	return c, err
}

func loaded(t *testing.T, text string) *configio.Config {
	t.Helper()
	c, err := load(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// one loads a DoorFlow account with the given lines added.
func one(t *testing.T, lines string) *configio.Account {
	t.Helper()
	return loaded(t, "accounts:\n  a:\n    provider: doorflow\n    auth: {api_key: env:KEY}\n"+indent(lines)).Accounts["a"]
}

func indent(lines string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(lines), "\n", "\n    ") + "\n"
}

const full = `
accounts:
  hq:
    provider: doorflow
    auth: {client_id: env:DOORFLOW_CLIENT_ID, client_secret: env:DOORFLOW_CLIENT_SECRET, token_file: hq.token}
    expect: {account: abc123}      # optional
    listing: auto
    page_size: 500
    concurrency: 4                 # requests in flight
    rate: 5/s
    freshness: read
    limits: {update: 20%, create: 20%, delete: 0, move: 0, invalid: 5%, last_credential: 0}
    protect: [{holder_email: guard@example.com}]
    columns: {"Badge No": value, "Staff ID": holder_ref}
    time_zone: Europe/London
    roster: [badges.xlsx#Doors]
  lab: {provider: seam, auth: {api_key: env:SEAM_API_KEY}}
  wallet: {provider: pingone, auth: {environment_id: 0b2c, client_id: 00123, client_secret: env:P1_SECRET}}
  demo: {provider: doorflow, base_url: sandbox, sandbox: {state: doorflow.json}, rate: none}
`

func TestTheDocumentedConfiguration(t *testing.T) {
	c := loaded(t, full)
	dir := filepath.Dir(c.Path)
	if diff := cmp.Diff([]string{"hq", "lab", "wallet", "demo"}, c.Names()); diff != "" {
		t.Error(diff)
	}
	hq, err := c.Account("hq")
	if err != nil {
		t.Fatal(err)
	}
	got := *hq
	got.Auth, got.TimeZone = nil, nil
	want := configio.Account{
		Name: "hq", Provider: "doorflow",
		Settings: &doors{SyncWait: time.Minute, Region: "none"},
		Expect:   "abc123",
		Listing:  "auto", PageSize: 500, Concurrency: 4, Rate: "5/s", Freshness: "read", Unreadable: "block", Unlisted: "name", Mask: reconcile.ShowLast2,
		Limits: reconcile.DefaultLimits(), Park: true, RunFiles: configio.RunFilesAll, UndoFor: 14 * 24 * time.Hour,
		Protect: []reconcile.Protection{{"holder_email": "guard@example.com"}},
		Columns: map[string]string{"Badge No": "value", "Staff ID": "holder_ref"},
		Roster:  []string{filepath.Join(dir, "badges.xlsx#Doors")},
	}
	if diff := cmp.Diff(want, got, exported()); diff != "" {
		t.Error(diff)
	}
	if hq.TimeZone.String() != "Europe/London" {
		t.Errorf("zone %v", hq.TimeZone)
	}
	if ref := hq.Auth["client_secret"]; ref.String() != "env:DOORFLOW_CLIENT_SECRET" {
		t.Errorf("client_secret %v", ref)
	}
	demo := c.Accounts["demo"]
	if demo.BaseURL != "" || demo.Sandbox == nil || demo.Sandbox.State != filepath.Join(dir, "doorflow.json") || demo.Rate != "none" {
		t.Errorf("demo %+v", demo)
	}
	if lab := c.Accounts["lab"]; lab.Rate != "none" || lab.Concurrency != 1 || lab.PageSize != 0 || lab.Park || lab.Sandbox != nil {
		t.Errorf("lab %+v", lab)
	}
	if c.Accounts["wallet"].Settings != nil {
		t.Error("pingone has no settings here")
	}
}

// exported compares the exported fields of this package's structs.
func exported() cmp.Option {
	return cmp.FilterPath(func(p cmp.Path) bool {
		f, ok := p.Last().(cmp.StructField)
		return ok && f.Name()[0] >= 'a' && f.Name()[0] <= 'z'
	}, cmp.Ignore())
}

func TestEveryKey(t *testing.T) {
	a := one(t, `
base_url: http://127.0.0.1:8080/v1/
listing: pages
page_size: 7
concurrency: 32
rate: 600/m
freshness: listing
unreadable: remember
limits: {update: 12.5%, issued: 3}
move: true
recreate: true
park: false
protect:
  - holder_id: 00123
    type: pin
  - {holder_email: "*"}
time_zone: UTC
roster: a.csv
ca_file: /etc/ca.pem
fingerprint_key: file:fp.key
invite: true
sync_wait: 2d
auth_url: https://auth.example.com/
tries: 3
size: 65535
share: 0.5
types: [pin, 1]
labels: {a: 007, b: true}
limit: 15
retry: {attempts: 4}
attempts: 5
`)
	if a.BaseURL != "http://127.0.0.1:8080/v1" || a.Listing != "pages" || a.PageSize != 7 || a.Concurrency != 32 || a.Rate != "600/m" || a.Freshness != "listing" || a.Unreadable != "remember" {
		t.Errorf("account %+v", a)
	}
	if a.Limits["update"].String() != "12.5%" || a.Limits["issued"].Count != 3 || a.Limits["create"].String() != "20%" {
		t.Errorf("limits %v", a.Limits)
	}
	if !a.Move || !a.Recreate || a.Park || a.CAFile != filepath.VolumeName(filepath.Dir(a.CAFile))+"/etc/ca.pem" ||
		a.FingerprintKey.String() != "file:fp.key" {
		t.Errorf("account %+v", a)
	}
	if diff := cmp.Diff([]reconcile.Protection{{"holder_id": "00123", "type": "pin"}, {"holder_email": "*"}}, a.Protect); diff != "" {
		t.Error(diff)
	}
	if len(a.Roster) != 1 || filepath.Base(a.Roster[0]) != "a.csv" || !filepath.IsAbs(a.Roster[0]) {
		t.Errorf("roster %q", a.Roster)
	}
	want := &doors{
		Invite: true, SyncWait: 48 * time.Hour, AuthURL: "https://auth.example.com", Region: "none", Tries: 3, Size: 65535, Share: 0.5,
		Types: []string{"pin", "1"}, Labels: map[string]string{"a": "007", "b": "true"}, Limit: reconcile.Limit{Count: 15},
		Retry: &retry{4}, Inner: retry{5}, Recreate: true,
	}
	if diff := cmp.Diff(want, a.Settings, exported()); diff != "" {
		t.Error(diff)
	}
}

func TestKeysOfManyAccountsAndYesterday(t *testing.T) {
	tests := map[string]configio.Account{
		"":                                 {RunFiles: "all", UndoFor: configio.DefaultUndoFor},
		"tags: [london, site.7, london]":   {Tags: []string{"london", "site.7"}, RunFiles: "all", UndoFor: configio.DefaultUndoFor},
		"disabled: true\nrun_files: small": {Disabled: true, RunFiles: configio.RunFilesSmall, UndoFor: configio.DefaultUndoFor},
		"undo_for: 0":                      {RunFiles: "all"},
		"undo_for: 36h\nkeep_runs: 90d":    {RunFiles: "all", UndoFor: 36 * time.Hour, KeepRuns: 90 * 24 * time.Hour},
	}
	for lines, want := range tests {
		a := one(t, lines)
		got := configio.Account{Tags: a.Tags, Disabled: a.Disabled, RunFiles: a.RunFiles, UndoFor: a.UndoFor, KeepRuns: a.KeepRuns}
		if diff := cmp.Diff(want, got, exported()); diff != "" {
			t.Errorf("%s: %s", lines, diff)
		}
	}
}

func TestSandboxSection(t *testing.T) {
	a := loaded(t, "accounts:\n  demo:\n    provider: seam\n    base_url: sandbox\n    sandbox: {latency: 50ms, settle: 2s, faults: '500=0.02', rate_limit: 20/s, seed: 7, generate: 100, set: {uniqueness: type}}\n").Accounts["demo"]
	want := &configio.Sandbox{Latency: 50 * time.Millisecond, Settle: 2 * time.Second, Faults: "500=0.02", RateLimit: "20/s", Seed: 7, Generate: 100, Set: map[string]string{"uniqueness": "type"}}
	if diff := cmp.Diff(want, a.Sandbox); diff != "" {
		t.Error(diff)
	}
}

func TestAnchorsAndMergeKeys(t *testing.T) {
	c := loaded(t, `
accounts:
  one: &base
    provider: seam
    auth: &login {api_key: env:KEY}
    rate: &fast !!str 9/s
    limits: {<<: [], delete: 4}
  two:
    <<: *base
    rate: 1/s
  three: {provider: seam, auth: *login, rate: *fast}
`)
	if two := c.Accounts["two"]; two.Rate != "1/s" || two.Provider != "seam" || two.Limits["delete"].Count != 4 {
		t.Errorf("two %+v", two)
	}
	if three := c.Accounts["three"]; three.Rate != "9/s" || three.Auth["api_key"].String() != "env:KEY" {
		t.Errorf("three %+v", three)
	}
}

func TestUnknownAccount(t *testing.T) {
	c := loaded(t, full)
	tests := map[string]string{
		"Wallet": "unknown account `Wallet`; did you mean `wallet`?; known accounts: hq, lab, wallet, demo",
		"zz":     "unknown account `zz`; known accounts: hq, lab, wallet, demo",
		"":       "no account named; known accounts: hq, lab, wallet, demo",
	}
	for name, want := range tests {
		_, err := c.Account(name)
		if e, ok := errors.AsType[*configio.Error](err); !ok || e.Error() != c.Path+": "+want {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	home := t.TempDir()
	env := map[string]string{"XDG_CONFIG_HOME": filepath.Join(home, ".config")}
	getenv := func(name string) string { return env[name] }
	find := func(explicit, want string) {
		t.Helper()
		if got, err := configio.Find(explicit, getenv); err != nil || got != want {
			t.Errorf("found %q, %v, want %q", got, err, want)
		}
	}
	_, err := configio.Find("", getenv)
	if _, ok := errors.AsType[*configio.Error](err); !ok || !strings.Contains(err.Error(), "--config") || !strings.Contains(err.Error(), filepath.Join(home, ".config")) {
		t.Errorf("error %v", err)
	}
	touch := func(path string) string {
		t.Helper()
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	find("elsewhere.yaml", "elsewhere.yaml")
	find("", touch(filepath.Join(home, ".config", "keyroster", "config.yaml")))
	env["XDG_CONFIG_HOME"] = filepath.Join(home, "xdg")
	find("", touch(filepath.Join(home, "xdg", "keyroster", "config.yaml")))
	find("", touch("keyroster.yaml"))
}

func TestLoadUnreadable(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.yaml")
	if err := os.WriteFile(big, make([]byte, 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "missing.yaml"), dir, big} {
		_, err := configio.Load(path, known())
		if _, ok := errors.AsType[*configio.Error](err); ok || err == nil || !strings.HasPrefix(err.Error(), "read configuration: ") || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v", err)
		}
	}
	if _, err := configio.Load(filepath.Join(dir, "missing.yaml"), known()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestKeys(t *testing.T) {
	got := map[string]configio.Key{}
	for _, k := range configio.Keys(known()) {
		got[k.Provider+" "+k.Path] = k
	}
	want := map[string]string{
		" accounts":                             "map",
		" accounts.*.concurrency":               "number",
		" accounts.*.sandbox.latency":           "duration",
		" accounts.*.limits.last_credential":    "text",
		"doorflow accounts.*.auth.api_key":      "reference",
		"doorflow accounts.*.auth.token_file":   "text",
		"doorflow accounts.*.sync_wait":         "duration",
		"doorflow accounts.*.retry.attempts":    "number",
		"doorflow accounts.*.limit":             "text",
		"seam accounts.*.auth.workspace_id":     "text",
		"pingone accounts.*.auth.client_secret": "reference",
	}
	for path, kind := range want {
		if got[path].Kind != kind {
			t.Errorf("%s is %q, want %q", path, got[path].Kind, kind)
		}
	}
	for path, k := range got {
		if k.Provider == "" && k.Help == "" {
			t.Errorf("%s has no help", path)
		}
	}
}

func TestParseRate(t *testing.T) {
	tests := []struct {
		text     string
		requests int
		per      time.Duration
	}{{"5/s", 5, time.Second}, {"600/m", 600, time.Minute}, {"none", 0, 0}}
	for _, test := range tests {
		n, per, err := configio.ParseRate(test.text)
		if n != test.requests || per != test.per || err != nil {
			t.Errorf("%s is %d a %s, %v", test.text, n, per, err)
		}
	}
	for _, text := range []string{"", "5", "/s", "0/s", "-1/s", "1.5/s", "5/h", "5/s/s", "99999999999/s", "none/s"} {
		if _, _, err := configio.ParseRate(text); err == nil {
			t.Errorf("%q is a rate", text)
		}
	}
}
