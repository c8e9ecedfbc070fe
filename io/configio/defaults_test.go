package configio_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/io/configio"
	"keyroster/reconcile"

	_ "keyroster/reconcile/fixedseed"
)

// TestDefaults: sections are merged key by key; anything else in the account replaces the default
// as a whole.
func TestDefaults(t *testing.T) {
	c := loaded(t, `
accounts:
  bare: {provider: doorflow, auth: {token_file: bare.token}}
  own:
    provider: doorflow
    auth: {access_token: env:OWN}
    rate: 1/s
    keep_runs: 0
    undo_for: 0
    limits: {delete: 7, types: {pin: {delete: 1}}}
    columns: {badge no: holder_ref}
    protect: [{holder_id: "7"}]
    tags: [north]
    disabled: false
    labels: {b: mine}
    retry: {}
    notify: {when: always}
  other: {provider: seam, auth: {api_key: env:K}}
defaults:
  doorflow:
    auth: {client_id: one, client_secret: file:secret}
    rate: 5/s
    keep_runs: 90d
    limits: {delete: 3, create: 4, types: {PIN: {delete: 2, update: 5}, card: {move: 1}}}
    columns: {Badge No: value, Staff: holder_ref}
    protect: [{type: pin}]
    tags: [doors]
    disabled: true
    roster: [all.csv]
    labels: {a: x, b: y}
    retry: {attempts: 3}
    sync_wait: 5s
    notify: {webhook: env:HOOK}
`)
	dir := filepath.Dir(c.Path)
	bare, own, other := c.Accounts["bare"], c.Accounts["own"], c.Accounts["other"]
	if bare.Rate != "5/s" || bare.KeepRuns != 90*24*time.Hour || !bare.Disabled || bare.Limits["create"].Count != 4 {
		t.Errorf("bare %+v", bare)
	}
	if diff := cmp.Diff([]string{filepath.Join(dir, "all.csv")}, bare.Roster); diff != "" {
		t.Error(diff)
	}
	if got := fmt.Sprint(bare.Auth, own.Auth); got != "map[client_id:a value client_secret:file:secret token_file:a value] map[access_token:env:OWN]" {
		t.Errorf("auth %s", got)
	}
	if own.Rate != "1/s" || own.KeepRuns != 0 || own.UndoFor != 0 || own.Disabled || !own.Notify.Always || own.Notify.Webhook == nil {
		t.Errorf("own %+v", own)
	}
	if l := own.Limits; l["delete"].Count != 7 || l["create"].Count != 4 || l["update"].String() != "20%" {
		t.Errorf("limits %v", l)
	}
	count := func(n int) reconcile.Limit { return reconcile.Limit{Count: n} }
	types := map[string]reconcile.Limits{"pin": {"delete": count(1), "update": count(5)}, "card": {"move": count(1)}}
	if diff := cmp.Diff(types, own.TypeLimits); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"badge no": "holder_ref", "Staff": "holder_ref"}, own.Columns); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]reconcile.Protection{{"holder_id": "7"}}, own.Protect); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"north"}, own.Tags); diff != "" {
		t.Error(diff)
	}
	want := &doors{SyncWait: 5 * time.Second, Region: "none", Labels: map[string]string{"a": "x", "b": "mine"}, Retry: &retry{3}}
	if diff := cmp.Diff(want, own.Settings, exported()); diff != "" {
		t.Error(diff)
	}
	if other.Rate != "none" || other.Disabled || len(other.Roster) > 0 {
		t.Errorf("other %+v", other)
	}
}

// TestPathsOfDefaults: a path is relative to the file that it is written in, whichever account uses it.
func TestPathsOfDefaults(t *testing.T) {
	c, dir, err := tree(t, map[string]string{
		"keyroster.yaml": "include: d/*.yaml\ndefaults:\n  doorflow: &d\n    auth: {client_id: i, client_secret: file:app.secret}\n    ca_file: ca.pem\n",
		"d/a.yaml":       "accounts:\n  a: {provider: doorflow, auth: {token_file: &d a.token}}\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	a := c.Accounts["a"]
	if a.CAFile != filepath.Join(dir, "ca.pem") {
		t.Errorf("ca_file %s", a.CAFile)
	}
	_, _, err = a.ResolveAuth(t.Context(), func(string) string { return "" })
	if err == nil || !strings.Contains(err.Error(), "file:app.secret: "+syscall.ENOENT.Error()) {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "app.secret"), "shh\n")
	auth, _, err := a.ResolveAuth(t.Context(), func(string) string { return "" })
	if err != nil || auth["client_secret"].Reveal() != "shh" || auth["token_file"].Reveal() != filepath.Join(dir, "d", "a.token") {
		t.Errorf("auth %v, %v", auth, err)
	}
}

func TestMistakesOfDefaults(t *testing.T) {
	const account = "accounts:\n  a: {provider: seam, auth: {api_key: env:K}}\n"
	tests := map[string][]string{
		"defaults: [seam]":                                  {"3:11: `defaults` must be a section"},
		"defaults: {saem: {rate: 5/s}}":                     {"3:12: unknown key `saem`; did you mean `seam`?"},
		"defaults: {rate: 5/s}":                             {"3:12: unknown key `rate`; `defaults` has a section for a provider: doorflow, seam, pingone"},
		"defaults: {seam: 5}":                               {"3:18: the defaults of seam must be a section"},
		"defaults: {seam: {rat: 5/s}}":                      {"3:19: unknown key `rat`; did you mean `rate`?"},
		"defaults: {seam: {rate: 5}}":                       {"3:25: `rate` cannot be `5`"},
		"defaults: {seam: {provider: seam}}":                {"3:19: `provider` repeats the name of the section; remove it"},
		"defaults: {seam: {sync_wait: 5s}}":                 {"3:19: `sync_wait` is a key of the provider doorflow, not of seam"},
		"defaults: {doorflow: {auth: {api_key: literal}}}":  {"3:39: `api_key` must not be written in this file"},
		"defaults: {seam: {auth: {api_ky: env:K}}}":         {"3:26: unknown key `api_ky`; did you mean `api_key`?"},
		"defaults: {seam: {auth: {workspace_id: w}}}\n":     nil,
		"defaults: {seam: {limits: {delete: x}, zebra: 1}}": {"3:36: limit delete", "3:40: unknown key `zebra`"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) { hasProblems(t, account+text, want...) })
	}
	// Members that together make up no form are reported for each account in which they meet.
	hasProblems(t, "defaults: {seam: {auth: {personal_access_token: env:P}}}\n"+
		"accounts:\n  a: {provider: seam, auth: {api_key: env:K}}\n  b: {provider: seam, auth: {workspace_id: w}}\n  c: {provider: seam}\n",
		"1:25: `auth` lacks workspace_id")
}

// TestTwoHundredAccounts: two hundred accounts take one line each, and what they share is written once.
func TestTwoHundredAccounts(t *testing.T) {
	files := map[string]string{"keyroster.yaml": `
include: [accounts.d/*.yaml]
defaults:
  doorflow:
    auth: {client_id: env:DOORFLOW_CLIENT_ID, client_secret: env:DOORFLOW_CLIENT_SECRET}
    rate: 5/s
    limits: {update: 20%, create: 20%, delete: 3}
    columns: {Badge No: value, Staff ID: holder_ref}
    roster_max_age: 26h
    keep_runs: 90d
    run_files: small
    notify: {webhook: file:secrets/webhook}
  seam:
    auth: {personal_access_token: env:SEAM_TOKEN}
    keep_runs: 90d
`}
	for n := range 200 {
		region := fmt.Sprintf("accounts.d/region-%d.yaml", n/25)
		if files[region] == "" {
			files[region] = "accounts:\n"
		}
		name := fmt.Sprintf("site-%03d", n)
		line := "  " + name + ": {provider: doorflow, auth: {token_file: ../tokens/" + name + "}, expect: {account: " + name +
			"}, tags: [north], roster: [../rosters/" + name + ".xlsx]}\n"
		if n%10 == 0 {
			line = "  " + name + ": {provider: seam, auth: {workspace_id: w-" + name + "}, roster: [../rosters/" + name + ".xlsx]}\n"
		}
		files[region] += line
	}
	lines := 0
	for _, text := range files {
		lines += strings.Count(text, "\n")
	}
	if lines >= 450 {
		t.Errorf("%d lines", lines)
	}
	c, dir, err := tree(t, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Account("nobody"); err == nil || !strings.HasSuffix(err.Error(), " and 190 more") {
		t.Errorf("an unknown account: %v", err)
	}
	if n := len(c.Nightly()); n != 200 || len(c.Warnings) > 0 {
		t.Errorf("%d accounts, warnings %v", n, c.Warnings)
	}
	for _, name := range c.Names() {
		a, err := c.Account(name)
		if err != nil {
			t.Fatal(err)
		}
		if a.KeepRuns == 0 || a.Roster[0] != filepath.Join(dir, "rosters", name+".xlsx") {
			t.Fatalf("account %+v", a)
		}
	}
}

func TestOldValuesOutliveTheirRuns(t *testing.T) {
	warnings := func(text string) []string {
		var out []string
		for _, p := range loaded(t, text).Warnings {
			out = append(out, fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p))
		}
		return out
	}
	const account = "  %s: {provider: seam, auth: {api_key: env:K}%s}\n"
	tests := map[string][]string{
		"":                             nil,
		", keep_runs: 14d":             nil,
		", keep_runs: 0":               nil,
		", keep_runs: 7d, undo_for: 0": nil,
		", keep_runs: 36h": {
			"2:47: `undo_for` (14d) is longer than `keep_runs` (36h): a run whose folder is deleted " +
				"cannot be undone; write `undo_for: 36h`, or keep runs for longer",
		},
		", undo_for: 15d, keep_runs: 14d": {
			"2:47: `undo_for` (15d) is longer than `keep_runs` (14d): a run whose folder is deleted " +
				"cannot be undone; write `undo_for: 14d`, or keep runs for longer",
		},
	}
	for keys, want := range tests {
		if diff := cmp.Diff(want, warnings("accounts:\n"+fmt.Sprintf(account, "a", keys))); diff != "" {
			t.Errorf("%s: %s", keys, diff)
		}
	}
	// A problem that a default gives to many accounts is reported once.
	shared := "defaults: {seam: {keep_runs: 7d}}\naccounts:\n" + fmt.Sprintf(account, "a", "") + fmt.Sprintf(account, "b", "")
	if got := warnings(shared); len(got) != 1 || !strings.HasPrefix(got[0], "1:19: ") {
		t.Errorf("warnings %q", got)
	}
}

// TestDefaultsLaw: it makes no difference whether a key is in the account or in the defaults; if it
// is in both, the account's counts.
func TestDefaultsLaw(t *testing.T) {
	keys := map[string][2]string{
		"rate": {"1/s", "2/s"}, "page_size": {"7", "8"}, "concurrency": {"3", "4"}, "listing": {"auto", "pages"},
		"freshness": {"read", "listing"}, "unreadable": {"block", "remember"}, "mask": {"{card: all}", "{card: last4}"},
		"limits": {"{update: 5}", "{update: 6}"}, "stop_after": {"20 errors", "10%"}, "unlisted": {"name", "ignore"},
		"sentinels": {"[a]", "[b, c]"}, "move": {"true", "false"}, "park": {"true", "false"}, "time_zone": {"UTC", "Europe/London"},
		"protect": {"[{type: pin}]", "[{holder_id: 7}]"}, "roster": {"[a.csv]", "[b.csv, -]"}, "undo_for": {"0", "3d"},
		"tags": {"[a, b]", "[c]"}, "disabled": {"true", "false"}, "invite": {"true", "false"}, "sync_wait": {"3s", "4s"},
		"types": {"[pin]", "[card]"}, "repair": {"[strip-spaces]", "[pad: {value: 4}]"}, "run_files": {"all", "small"},
		"auth": {"{api_key: env:A}", "{access_token: env:B}"}, "recreate": {"true", "false"}, "limit": {"1", "2"},
	}
	names := slices.Sorted(maps.Keys(keys))
	rapid.Check(t, func(rt *rapid.T) {
		given, own, whole := "", "", ""
		for _, name := range names {
			choice := rapid.IntRange(0, 1).Draw(rt, name)
			value := name + ": " + keys[name][choice] + ", "
			switch rapid.SampledFrom([]string{"nowhere", "default", "own", "both"}).Draw(rt, "place") {
			case "nowhere":
				if name != "auth" {
					continue
				}
				own += value
			case "default":
				given += value
			case "own":
				own += value
			case "both":
				given += name + ": " + keys[name][1-choice] + ", "
				own += value
			}
			whole += value
		}
		load := func(own, given string) *configio.Account {
			return loaded(t, fmt.Sprintf("accounts: {a: {provider: doorflow, %s}}\ndefaults: {doorflow: {%s}}\n", own, given)).Accounts["a"]
		}
		ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Roster" || p.Last().String() == ".TimeZone" }, cmp.Ignore())
		a, b := load(own, given), load(whole, "")
		if diff := cmp.Diff(b, a, exported(), ignore); diff != "" || fmt.Sprint(a.Auth, a.TimeZone, len(a.Roster)) != fmt.Sprint(b.Auth, b.TimeZone, len(b.Roster)) {
			rt.Errorf("own %s\ndefaults %s\n%s", own, given, diff)
		}
	})
}
