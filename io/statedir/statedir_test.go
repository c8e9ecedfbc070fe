package statedir_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"keyroster/io/statedir"
)

// TestMain is also the second process of the tests below.
func TestMain(m *testing.M) {
	if root := os.Getenv("STATEDIR_TEST_ROOT"); root != "" {
		os.Exit(secondProcess(root, os.Getenv("STATEDIR_TEST_DO")))
	}
	goleak.VerifyTestMain(m)
}

var begun = time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)

// secondProcess holds the lock until its standard input ends, or prints the key.
func secondProcess(root, do string) int {
	d, err := statedir.Open(root, "doorflow", "abc123")
	if err == nil && do == "lock" {
		err = d.Lock(statedir.Holder{StartedAt: begun, RunID: "20260131T020001Z-hq-00aa11"})
		fmt.Println("ready")
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	} else if err == nil {
		var key []byte
		key, err = d.FingerprintKey()
		fmt.Println(hex.EncodeToString(key))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func second(t *testing.T, root, do string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "STATEDIR_TEST_ROOT="+root, "STATEDIR_TEST_DO="+do)
	cmd.Stderr = os.Stderr
	return cmd
}

func open(t *testing.T, root string) *statedir.Dir {
	t.Helper()
	d, err := statedir.Open(root, "doorflow", "abc123")
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	return d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestDefaultRoot(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"XDG_STATE_HOME": "/var/lib/state", "HOME": "/home/u"}, "/var/lib/state/keyroster"},
		{map[string]string{"XDG_STATE_HOME": "relative", "HOME": "/home/u"}, "/home/u/.local/state/keyroster"},
		{map[string]string{"HOME": "/home/u"}, "/home/u/.local/state/keyroster"},
	}
	for _, test := range tests {
		got, err := statedir.DefaultRoot(func(name string) string { return test.env[name] })
		if err != nil || got != test.want {
			t.Errorf("with %v: %q, %v, want %q", test.env, got, err, test.want)
		}
	}
	if _, err := statedir.DefaultRoot(func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), "--state") {
		t.Errorf("without a home: %v", err)
	}
}

func TestFolders(t *testing.T) {
	root := t.TempDir()
	tests := []struct{ provider, tenant, want string }{
		{"doorflow", "abc123", "doorflow-abc123"},
		{"pingone", "0b2c4f6e-1d3a-4c5b-8e7f-9a0b1c2d3e4f", "pingone-0b2c4f6e-1d3a-4c5b-8e7f-9a0b1c2d3e4f"},
		{"seam", "../../etc", "seam-..%2F..%2Fetc"},
		{"seam", "A%b~ü", "seam-%41%25b%7E%C3%BC"},
	}
	for _, test := range tests {
		d, err := statedir.Open(root, test.provider, test.tenant)
		must(t, err)
		if want := filepath.Join(root, test.want); d.Path() != want {
			t.Errorf("path %s, want %s", d.Path(), want)
		}
		perm(t, d.Path(), 0o700)
	}
	for _, bad := range [][2]string{{"", "x"}, {"a-b", "x"}, {"../x", "x"}, {"seam", ""}} {
		if _, err := statedir.Open(root, bad[0], bad[1]); err == nil {
			t.Errorf("%q was opened", bad)
		}
	}
}

// No two tenants share a folder, also where case is not told apart.
func TestFolderNamesAreInjective(t *testing.T) {
	root := t.TempDir()
	id := rapid.OneOf(rapid.StringMatching(`[aA%~.\-/]{1,4}`), rapid.StringN(1, -1, 300), rapid.StringMatching(`(xy){75,77}Z?`))
	rapid.Check(t, func(rt *rapid.T) {
		a, b := id.Draw(rt, "a"), id.Draw(rt, "b")
		first, err := statedir.Open(root, "seam", a)
		if err != nil {
			rt.Fatal(err)
		}
		other, err := statedir.Open(root, "seam", b)
		if err != nil {
			rt.Fatal(err)
		}
		if (a == b) != strings.EqualFold(first.Path(), other.Path()) {
			rt.Errorf("%q and %q are %s and %s", a, b, first.Path(), other.Path())
		}
		if name := filepath.Base(first.Path()); len(name) > 200 || filepath.Dir(first.Path()) != root {
			rt.Errorf("folder %s", first.Path())
		}
	})
}

func TestOpenTightensAFolderThatIsOpenToOthers(t *testing.T) {
	d := open(t, t.TempDir())
	must(t, os.Chmod(d.Path(), 0o775))
	open(t, filepath.Dir(d.Path()))
	perm(t, d.Path(), 0o700)
}

func TestOpenWhereNothingCanBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if _, err := statedir.Open(file, "seam", "x"); err == nil || !strings.HasPrefix(err.Error(), "open state folder: ") {
		t.Errorf("error %v", err)
	}
}

func TestLockHeldByASecondProcess(t *testing.T) {
	root := t.TempDir()
	d := open(t, root)
	cmd := second(t, root, "lock")
	stdin, err := cmd.StdinPipe()
	must(t, err)
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	_, err = bufio.NewReader(stdout).ReadString('\n')
	must(t, err)

	err = d.Lock(statedir.Holder{RunID: "mine"})
	locked, ok := errors.AsType[*statedir.LockedError](err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	host, _ := os.Hostname()
	want := statedir.Holder{PID: cmd.Process.Pid, Host: host, StartedAt: begun, RunID: "20260131T020001Z-hq-00aa11"}
	if diff := cmp.Diff(want, locked.Holder); diff != "" {
		t.Error(diff)
	}
	for _, part := range []string{want.RunID, fmt.Sprint(want.PID), "2026-01-31T02:00:01Z", d.Path()} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
	if err := d.Save(statedir.State{}); !errors.Is(err, statedir.ErrNotLocked) {
		t.Errorf("saved without the lock: %v", err)
	}

	// A process that is killed lets go of the lock, and leaves its name behind.
	must(t, cmd.Process.Kill())
	_ = cmd.Wait()
	_ = stdin.Close()
	must(t, d.Lock(statedir.Holder{RunID: "mine"}))
	data, err := os.ReadFile(filepath.Join(d.Path(), "lock"))
	if err != nil || !strings.Contains(string(data), `"run_id":"mine"`) || strings.Contains(string(data), "hq") {
		t.Errorf("lock holds %q, %v", data, err)
	}
	perm(t, filepath.Join(d.Path(), "lock"), 0o600)
}

func TestLockWithinOneProcess(t *testing.T) {
	root := t.TempDir()
	a, b := open(t, root), open(t, root)
	must(t, a.Lock(statedir.Holder{RunID: "one"}))
	if err := a.Lock(statedir.Holder{RunID: "two"}); err == nil {
		t.Error("locked twice")
	}
	if _, ok := errors.AsType[*statedir.LockedError](b.Lock(statedir.Holder{})); !ok {
		t.Error("two hold the lock")
	}
	must(t, a.Close())
	if data, err := os.ReadFile(filepath.Join(a.Path(), "lock")); err != nil || len(data) != 0 {
		t.Errorf("after closing the lock holds %q, %v", data, err)
	}
	must(t, b.Lock(statedir.Holder{RunID: "three"}))
	must(t, b.Close())
	must(t, b.Close())
}

// The lock may be taken by a process that has not yet written who it is.
func TestLockedByNobodyYet(t *testing.T) {
	root := t.TempDir()
	a, b := open(t, root), open(t, root)
	must(t, a.Lock(statedir.Holder{}))
	for _, text := range []string{"", `{"pid": 1`} {
		must(t, os.WriteFile(filepath.Join(a.Path(), "lock"), []byte(text), 0o600))
		err := b.Lock(statedir.Holder{})
		if locked, ok := errors.AsType[*statedir.LockedError](err); !ok || locked.Holder != (statedir.Holder{}) || !strings.Contains(err.Error(), "another run") {
			t.Errorf("error %v", err)
		}
	}
}

func TestStateRoundTrip(t *testing.T) {
	d := open(t, t.TempDir())
	got, err := d.State()
	if err != nil || !cmp.Equal(got, statedir.State{}) {
		t.Errorf("without a file: %+v, %v", got, err)
	}
	if d.Saved() {
		t.Error("something is remembered before it is saved")
	}
	must(t, d.Lock(statedir.Holder{}))
	for _, want := range []statedir.State{
		{SyncOwed: true},
		{OpenRun: "20260131T020001Z-hq-00aa11"},
		{LeftParked: []string{"20260131T020001Z-hq-00aa11", "20260131T020001Z-hq-00aa12"}},
		{LastGood: &statedir.LastGood{RunID: "r", Records: 3, Rows: 2, At: begun}},
		{},
	} {
		must(t, d.Save(want))
		got, err := d.State()
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		perm(t, filepath.Join(d.Path(), "state.json"), 0o600)
		if !d.Saved() {
			t.Error("nothing is remembered")
		}
	}
}

func TestStateFormat(t *testing.T) {
	d := open(t, t.TempDir())
	must(t, d.Lock(statedir.Holder{}))
	must(t, d.Save(statedir.State{}))
	content(t, d, `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":null,"open_run":null,"sync_owed":false}`)
	must(t, d.Save(statedir.State{LastGood: &statedir.LastGood{RunID: "r", Records: 3, Rows: 2, At: begun}, OpenRun: "o", SyncOwed: true}))
	content(t, d, `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":{"run_id":"r","records":3,"rows":2,"at":"2026-01-31T02:00:01Z"},"open_run":"o","sync_owed":true}`)
	must(t, d.Save(statedir.State{LeftParked: []string{"a", "b"}}))
	content(t, d, `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":null,"open_run":null,"sync_owed":false,"left_parked":["a","b"]}`)
}

func TestUnknownMembersAreKept(t *testing.T) {
	d := open(t, t.TempDir())
	must(t, d.Lock(statedir.Holder{}))
	write(t, d, `{"keys": [1, 2], "schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":{"run_id":"r","types":{"pin":4},"records":3,"rows":2,"at":"2026-01-31T02:00:01Z"},"open_run":null,"sync_owed":true}`)
	s, err := d.State()
	must(t, err)
	s.SyncOwed = false
	must(t, d.Save(s))
	content(t, d, `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":{"run_id":"r","records":3,"rows":2,"at":"2026-01-31T02:00:01Z","types":{"pin":4}},"open_run":null,"sync_owed":false,"keys":[1,2]}`)
	// What was said of one run is not said of the next.
	s.LastGood = &statedir.LastGood{RunID: "s", At: begun}
	must(t, d.Save(s))
	content(t, d, `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":{"run_id":"s","records":0,"rows":0,"at":"2026-01-31T02:00:01Z"},"open_run":null,"sync_owed":false,"keys":[1,2]}`)
}

// A folder, or its file, that was copied from another tenant's is refused; one of
// a version that did not say whose it is, is not.
func TestStateOfAnotherTenant(t *testing.T) {
	for text, want := range map[string]string{
		`"provider":"doorflow","tenant":"abc123",`: "",
		``: "",
		`"provider":"doorflow","tenant":"xyz789",`: `it is the state of tenant "xyz789", not "abc123"`,
		`"provider":"seam","tenant":"abc123",`:     `it is the state of provider "seam", not "doorflow"`,
		`"tenant":7,`:                              `it is the state of tenant "", not "abc123"`,
	} {
		d := open(t, t.TempDir())
		text = `{"schema":"keyroster/state/1",` + text + `"last_good":null,"open_run":"r","sync_owed":true}`
		write(t, d, text)
		s, err := d.State()
		if want == "" && (err != nil || s.OpenRun != "r") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %+v, %v", text, s, err)
		}
		must(t, d.Lock(statedir.Holder{}))
		if err := d.Save(s); (err == nil) != (want == "") {
			t.Errorf("saved over %s: %v", text, err)
		}
		must(t, d.Close())
	}
}

func TestStateThatCannotBeRead(t *testing.T) {
	tests := map[string]string{
		"":                            "damaged",
		"null":                        "damaged",
		"[]":                          "damaged",
		`{"schema":"keyroster/state/`: "damaged",
		`{"schema":"keyroster/state/1","last_good":null,"open_run":null}`:                              "damaged",
		`{"schema":"keyroster/state/1","last_good":null,"open_run":7,"sync_owed":true}`:                "damaged",
		`{"schema":"keyroster/state/1","last_good":{"records":-1},"open_run":null,"sync_owed":true}`:   "damaged",
		`{"schema":"keyroster/state/1","last_good":null,"open_run":null,"sync_owed":true} {"more": 1}`: "damaged",

		`{"schema":"keyroster/report/1"}`: "not a state file",
		`{}`:                              "not a state file",
		`{"schema":"keyroster/state/2","sync_owed":"x"}`: "does not know",
		`{"schema":"keyroster/state/2"}`:                 "does not know",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			d := open(t, t.TempDir())
			must(t, d.Lock(statedir.Holder{}))
			write(t, d, text)
			_, err := d.State()
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), filepath.Join(d.Path(), "state.json")) {
				t.Errorf("error %v", err)
			}
			if err := d.Save(statedir.State{}); err == nil {
				t.Error("a file that cannot be read was overwritten")
			}
			content(t, d, text)
		})
	}
}

func TestFingerprintKey(t *testing.T) {
	root := t.TempDir()
	d := open(t, root)
	key, err := d.FingerprintKey()
	if err != nil || len(key) != 32 {
		t.Fatalf("%d bytes, %v", len(key), err)
	}
	path := filepath.Join(d.Path(), "fingerprint.key")
	perm(t, path, 0o600)
	must(t, os.Chmod(path, 0o644))
	again, err := open(t, root).FingerprintKey()
	if err != nil || !bytes.Equal(key, again) {
		t.Errorf("another key, %v", err)
	}
	perm(t, path, 0o600)

	for _, text := range []string{"", "00ff", strings.Repeat("zz", 32), strings.Repeat("00", 33)} {
		must(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := d.FingerprintKey()
		if err == nil || !strings.Contains(err.Error(), path) || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("error %v", err)
		}
		if data, _ := os.ReadFile(path); string(data) != text {
			t.Error("a key that cannot be read was overwritten")
		}
	}
}

// All who race for the first key get the same one: goroutines and processes.
func TestRaceForTheFirstKey(t *testing.T) {
	root := t.TempDir()
	open(t, root)
	keys := make([]string, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			if i < 4 {
				out, err := second(t, root, "key").Output()
				if err != nil {
					t.Error(err)
				}
				keys[i] = strings.TrimSpace(string(out))
				return
			}
			d, err := statedir.Open(root, "doorflow", "abc123")
			if err != nil {
				t.Error(err)
				return
			}
			key, err := d.FingerprintKey()
			if err != nil {
				t.Error(err)
			}
			keys[i] = hex.EncodeToString(key)
		})
	}
	wg.Wait()
	for _, key := range keys {
		if len(key) != 64 || key != keys[0] {
			t.Errorf("keys %q", keys)
			break
		}
	}
}

func perm(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != want {
		t.Errorf("%s: mode %v (%v), want %v", path, info.Mode(), err, want)
	}
}

func write(t *testing.T, d *statedir.Dir, text string) {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(d.Path(), "state.json"), []byte(text), 0o600))
}

func content(t *testing.T, d *statedir.Dir, want string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(d.Path(), "state.json"))
	if err != nil || string(got) != want {
		t.Errorf("state.json holds %s (%v), want %s", got, err, want)
	}
}
