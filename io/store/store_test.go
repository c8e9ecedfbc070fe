package store_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"keyroster/io/store"
	"keyroster/io/store/folder"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var night = time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)

// kept is a tenant that is remembered in folders, and whose lock is held.
type kept struct {
	store.Tenant
	held  store.Lock
	store store.Store
	runs  string
}

func open(t *testing.T) *kept {
	t.Helper()
	dir := t.TempDir()
	k := &kept{runs: filepath.Join(dir, "runs")}
	k.store = folder.New(filepath.Join(dir, "state"), k.runs)
	var err error
	k.Tenant, err = k.store.Tenant("doorflow", "abc123")
	must(t, err)
	k.held, err = k.Lock(store.Holder{})
	must(t, err)
	t.Cleanup(func() { must(t, k.held.Close()) })
	return k
}

// create makes a run of the account hq.
func create(t *testing.T) *store.Run {
	t.Helper()
	run, err := open(t).held.Create("hq", night)
	must(t, err)
	return run
}

// put writes a text into a file of the tenant, as a person would.
func (k *kept) put(t *testing.T, name, text string) {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(k.Place(), name), []byte(text), 0o600))
}

// holds asserts the content of a file of the tenant.
func (k *kept) holds(t *testing.T, name, want string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(k.Place(), name))
	if err != nil || string(got) != want {
		t.Errorf("%s holds %s (%v), want %s", name, got, err, want)
	}
}

func write(t *testing.T, run *store.Run, name, text string) {
	t.Helper()
	must(t, run.Write(name, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
