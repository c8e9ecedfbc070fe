package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/rights"

	"keyroster/cmd/internal/failure"
	"keyroster/io/rights/rightstest"
	"keyroster/io/rosterio"
)

func TestConfiguration(t *testing.T) {
	w := newWorld(t, token)
	w.options.Broken = []string{"lab"}
	got := New(w.options).Checks()
	if len(got) != 2 || got[0].Result != OK || got[1].Result != Warn || !strings.Contains(got[1].Detail, "account lab") {
		t.Errorf("%+v", got)
	}
}

func TestRosters(t *testing.T) {
	w := newWorld(t, token)
	good, bad := w.file("good.csv", same), w.file("bad.csv", same+"K1,0010000003\n")
	gone := filepath.Join(w.dir, "gone.csv")
	for name, test := range map[string]struct {
		files        []string
		result       string
		code         int
		says, remedy string
		read         bool
	}{
		"none":           {nil, Warn, 0, "the account has none", "add roster: [FILE]", false},
		"standard input": {[]string{rosterio.Stdin}, OK, 0, "standard input", "", false},
		"good":           {[]string{good}, OK, 0, "good.csv: 2 rows", "", true},
		"errors":         {[]string{bad}, Warn, 0, "2 errors in 3 rows", "keyroster check --account hq", true},
		"gone":           {[]string{gone}, Fail, code(failure.Roster), "gone.csv", "check the path", false},
	} {
		t.Run(name, func(t *testing.T) {
			w.options.Config.Roster = test.files
			e := New(w.options)
			e.rosters(context.Background())
			is(t, e, "roster", test.result, test.code, test.says, test.remedy)
			if (e.roster != nil) != test.read {
				t.Errorf("a roster to plan by: %v", e.roster != nil)
			}
		})
	}
}

// is compares the last check of a name with this result, code and parts of its texts.
func is(t testing.TB, e *Examination, name, result string, code int, says, remedy string) {
	t.Helper()
	found := of(e, name)
	if len(found) == 0 {
		t.Fatalf("%s was not looked at: %+v", name, e.Checks())
	}
	c := found[len(found)-1]
	if c.Result != result || c.Code != code || !strings.Contains(c.Detail, says) ||
		!strings.Contains(c.Remedy, remedy) || (remedy == "") != (c.Remedy == "") {
		t.Errorf("%+v\nwant %s, code %d, %q, remedy %q", c, result, code, says, remedy)
	}
}

func TestSecrets(t *testing.T) {
	w := newWorld(t, token)
	e := New(w.options)
	e.tokenFile(context.Background())
	wants(t, e, Check{Name: "secrets", Result: OK, Detail: "1 resolved"})

	w = newWorld(t, "    auth: {access_token: env:UNSET}\n")
	e = New(w.options)
	e.tokenFile(context.Background())
	is(t, e, "secrets", Fail, code(failure.Usage), "UNSET", "set the variables, or write the files,")

	w = newWorld(t, "    auth: {access_token: file:token}\n")
	rightstest.Widen(t, w.file("token", "a-token-of-tests\n"), true)
	e = New(w.options)
	e.tokenFile(context.Background())
	is(t, e, "secrets", Warn, 0, "token", rights.Remedy("it"))

	w.configure("accounts:\n  hq:\n    provider: doorflow\n    base_url: sandbox\n    sandbox: {generate: 1}\n")
	e = New(w.options)
	e.tokenFile(context.Background())
	wants(t, e, Check{Name: "secrets", Result: OK, Detail: "the embedded sandbox has its own"})
}

func TestTokenFile(t *testing.T) {
	const name = "token file"
	w := newWorld(t, "    auth: {client_id: env:TOKEN, client_secret: env:TOKEN, token_file: hq.token}\n")
	look := func() *Examination {
		e := New(w.options)
		e.tokenFile(context.Background())
		return e
	}
	is(t, look(), name, Fail, code(failure.Denied), "there is no ", "keyroster login --account hq")
	w.options.Flags = "--config 'a b.yaml'"
	is(t, look(), name, Fail, code(failure.Denied), "there is no ", "keyroster login --account hq --config 'a b.yaml'")
	w.options.Flags = ""
	w.file("hq.token", "{}{")
	rightstest.Widen(t, filepath.Join(w.dir, "hq.token"), true)
	if got := of(look(), name); len(got) != 1 || got[0].Result != Fail ||
		!strings.Contains(got[0].Detail, "others can read it") {
		t.Errorf("%+v", got)
	}
	w.must(os.Remove(filepath.Join(w.dir, "hq.token")))
	w.file("hq.token", `{"access_token": "a", "scope": "account.person"}`)
	e := look()
	if got := of(e, name); len(got) != 2 || got[0].Result != OK ||
		!strings.HasSuffix(got[0].Detail, "; scopes account.person") {
		t.Errorf("%+v", got)
	}
	is(t, e, name, Warn, 0, "it holds no refresh token", "keyroster login --account hq")
	w.file("hq.token", `{"access_token": "a", "refresh_token": "b"}`)
	is(t, look(), name, OK, 0, "hq.token can be read and replaced", "")
}

func TestReferences(t *testing.T) {
	for lines, test := range map[string]struct {
		name, result string
		code         int
		says, remedy string
	}{
		"    fingerprint_key: env:TOKEN\n": {"fingerprint key", OK, 0, "resolved", ""},
		"    fingerprint_key: env:UNSET\n": {"fingerprint key", Fail, code(failure.Usage), "UNSET", "set what fingerprint_key refers to"},
		"    heartbeat: {success: env:HOOK}\n    notify: {webhook: env:HOOK}\n": {
			"notifications", OK, 0, "2 references resolved; none was called", "",
		},
		"    heartbeat: {success: env:HOOK}\n    notify: {webhook: env:UNSET}\n": {"notifications", Warn, 0, "notify.webhook: ", "set what it refers to"},
	} {
		w := newWorld(t, token+lines)
		e := New(w.options)
		e.references(context.Background())
		is(t, e, test.name, test.result, test.code, test.says, test.remedy)
		if n := len(of(e, test.name)); n != 1 {
			t.Errorf("%s: %d checks", lines, n)
		}
	}
	e := New(newWorld(t, token).options)
	e.references(context.Background())
	if len(e.Checks()) != 1 {
		t.Errorf("nothing is referred to, and yet %+v", e.Checks())
	}
}

func TestFolders(t *testing.T) {
	w := newWorld(t, token)
	w.options.Runs = filepath.Join(w.file("file", ""), "runs")
	e := New(w.options)
	e.folders()
	if got := of(e, stateFolder); len(got) != 1 || got[0].Result == Fail {
		t.Errorf("%+v", got)
	}
	is(t, e, "runs folder", Fail, code(failure.Stopped), "is not writable", "name another folder with --runs")
	for _, path := range []string{w.options.State, w.options.Runs} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s was made", path)
		}
	}
	w.options.State, w.options.StateErr = "", errors.New("no home")
	e = New(w.options)
	e.folders()
	wants(t, e, Check{
		Name: stateFolder, Result: Fail, Detail: "no home",
		Remedy: "name a folder with --state", Code: code(failure.Usage),
	})
}

func TestSpace(t *testing.T) {
	for _, test := range []struct {
		free   uint64
		err    error
		result string
		code   int
		says   string
	}{
		{free: littleSpace, result: OK, says: "/x is writable, 1 GiB free"},
		{free: littleSpace - 1, result: Warn, says: "/x has 1023 MiB free"},
		{free: leastSpace, result: Warn, says: "/x has 64 MiB free"},
		{free: leastSpace - 1, result: Fail, code: code(failure.Stopped), says: "/x has 63 MiB free"},
		{err: errors.New("no such call"), result: Warn, says: "its free space is not known: no such call"},
	} {
		e := New(newWorld(t, token).options)
		e.space("runs folder", "/x", test.free, test.err)
		remedy := "free some space"
		if test.result == OK || test.err != nil {
			remedy = ""
		}
		is(t, e, "runs folder", test.result, test.code, test.says, remedy)
	}
	if free, err := freeSpace(filepath.Join(t.TempDir(), "not", "made")); err != nil || free == 0 {
		t.Errorf("free where it would be made: %v, %v", free, err)
	}
}

// TestFailed: failed reports whether a run would stop, because of a check of this name or of any.
func TestFailed(t *testing.T) {
	e := New(newWorld(t, token).options)
	e.warn("roster", "", "old")
	if e.failed("") || e.failed("roster") {
		t.Error("a warning stops a run")
	}
	e.fail("clock", fmt.Errorf("wrong"))
	if !e.failed("") || !e.failed("clock") || e.failed("roster") {
		t.Error("a failure does not stop a run, or another one does")
	}
}
