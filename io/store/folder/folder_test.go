package folder_test

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"keyroster/io/rights/rightstest"
	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/io/userdir"

	_ "keyroster/reconcile/fixedseed"
)

// TestMain also runs as the second process of the tests below.
func TestMain(m *testing.M) {
	if root := os.Getenv("FOLDER_TEST_STATE"); root != "" {
		os.Exit(secondProcess(root, os.Getenv("FOLDER_TEST_DO")))
	}
	goleak.VerifyTestMain(m)
}

var night = time.Date(2026, 1, 31, 4, 0, 1, 999, time.FixedZone("", 2*3600))

var second = store.Holder{StartedAt: time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC), RunID: "20260131T020001Z-hq-00aa11"}

// secondProcess holds the lock until its standard input ends, prints a key, or takes a run through
// the store, waiting for a line after each step.
func secondProcess(root, do string) int {
	if do == "night" {
		return runNight(root)
	}
	t, err := folder.New(root, "").Tenant("doorflow", "abc123")
	if err == nil && do == "lock" {
		_, err = t.Lock(second)
		fmt.Println("ready")
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	} else if err == nil {
		var key []byte
		key, err = store.Fingerprints(t)
		fmt.Println(hex.EncodeToString(key))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func process(t *testing.T, root, do string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "FOLDER_TEST_STATE="+root, "FOLDER_TEST_DO="+do)
	cmd.Stderr = os.Stderr
	return cmd
}

// empty returns a store in which nothing was kept so far, and its folders.
func empty(t *testing.T) (f *folder.Folder, state, runs string) {
	t.Helper()
	dir := t.TempDir()
	state, runs = filepath.Join(dir, "state"), filepath.Join(dir, "runs")
	return folder.New(state, runs), state, runs
}

func tenant(t *testing.T, f *folder.Folder) store.Tenant {
	t.Helper()
	opened, err := f.Tenant("doorflow", "abc123")
	must(t, err)
	return opened
}

func lock(t *testing.T, opened store.Tenant, runID string) store.Lock {
	t.Helper()
	l, err := opened.Lock(store.Holder{RunID: runID})
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o600))
}

func write(t *testing.T, files store.Files, name, text string) {
	t.Helper()
	must(t, files.Write(name, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}))
}

func TestDefaultState(t *testing.T) {
	home := t.TempDir()
	got, err := folder.DefaultState(func(string) string { return home })
	if want := filepath.Join(home, "keyroster"); err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	want := "find state folder: " + userdir.State.Missing() + "; name a folder with --state DIR"
	_, err = folder.DefaultState(func(string) string { return "" })
	if !errors.Is(err, store.ErrNoPlace) || err.Error() != want {
		t.Errorf("without a home: %v", err)
	}
	// A store without a place for tenants still has runs.
	f := folder.New("", t.TempDir())
	_, tenantErr := f.Tenant("seam", "x")
	_, lookErr := f.Look("seam", "x")
	for _, err := range []error{tenantErr, lookErr} {
		if !errors.Is(err, store.ErrNoPlace) || err.Error() != want {
			t.Errorf("a tenant without a place: %v", err)
		}
	}
	if runs, err := f.Runs(); err != nil || runs != nil {
		t.Errorf("runs %q, %v", runs, err)
	}
}

func TestFolders(t *testing.T) {
	f, root, _ := empty(t)
	tests := []struct{ provider, tenant, want string }{
		{"doorflow", "abc123", "doorflow-abc123"},
		{"pingone", "0b2c4f6e-1d3a-4c5b-8e7f-9a0b1c2d3e4f", "pingone-0b2c4f6e-1d3a-4c5b-8e7f-9a0b1c2d3e4f"},
		{"seam", "../../etc", "seam-..%2F..%2Fetc"},
		{"seam", "A%b~ü", "seam-%41%25b%7E%C3%BC"},
	}
	for _, test := range tests {
		got, err := f.Tenant(test.provider, test.tenant)
		must(t, err)
		if want := filepath.Join(root, test.want); got.Place() != want {
			t.Errorf("place %s, want %s", got.Place(), want)
		}
		if provider, id := got.Of(); provider != test.provider || id != test.tenant {
			t.Errorf("it is of %s %s", provider, id)
		}
		rightstest.Private(t, got.Place())
	}
	for _, bad := range [][2]string{{"", "x"}, {"a-b", "x"}, {"../x", "x"}, {"seam", ""}} {
		if _, err := f.Tenant(bad[0], bad[1]); err == nil {
			t.Errorf("%q was opened", bad)
		}
		if _, err := f.Look(bad[0], bad[1]); err == nil {
			t.Errorf("%q was looked at", bad)
		}
	}
}

// TestFolderNamesAreInjective: no two tenants share a folder, even where case is ignored.
func TestFolderNamesAreInjective(t *testing.T) {
	f, root, _ := empty(t)
	id := rapid.OneOf(rapid.StringMatching(`[aA%~.\-/]{1,4}`), rapid.StringN(1, -1, 300), rapid.StringMatching(`(xy){75,77}Z?`))
	rapid.Check(t, func(rt *rapid.T) {
		a, b := id.Draw(rt, "a"), id.Draw(rt, "b")
		first, err := f.Tenant("seam", a)
		if err != nil {
			rt.Fatal(err)
		}
		other, err := f.Look("seam", b)
		if err != nil {
			rt.Fatal(err)
		}
		if (a == b) != strings.EqualFold(first.Place(), other.Place()) {
			rt.Errorf("%q and %q are %s and %s", a, b, first.Place(), other.Place())
		}
		if name := filepath.Base(first.Place()); len(name) > 200 || filepath.Dir(first.Place()) != root {
			rt.Errorf("folder %s", first.Place())
		}
	})
}

func TestTenantTightensAFolderThatIsOpenToOthers(t *testing.T) {
	f, _, _ := empty(t)
	opened := tenant(t, f)
	rightstest.Widen(t, opened.Place(), false)
	tenant(t, f)
	rightstest.Private(t, opened.Place())
}

func TestTenantWhereNothingCanBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	put(t, file, "")
	if _, err := folder.New(file, "").Tenant("seam", "x"); err == nil || !strings.HasPrefix(err.Error(), "open state folder: ") {
		t.Errorf("error %v", err)
	}
}

// TestLookMakesNothing: looking creates nothing, whatever is asked for.
func TestLookMakesNothing(t *testing.T) {
	f, state, runs := empty(t)
	l, err := f.Look("doorflow", "abc123")
	must(t, err)
	if l.Has(store.StateDocument) || l.HasKey(store.SealKey) {
		t.Error("there is something")
	}
	if _, err := l.Key(store.SealKey, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a key: %v", err)
	}
	if id, run, err := l.LastBegun(); id != "" || run != nil || err != nil {
		t.Errorf("a run: %q %v %v", id, run, err)
	}
	if s, err := store.ReadState(l); err != nil || s.OpenRun != "" {
		t.Errorf("state %+v, %v", s, err)
	}
	if _, err := l.Lock(store.Holder{}); err == nil {
		t.Error("a tenant that is not there was locked")
	}
	for _, path := range []string{state, runs} {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
