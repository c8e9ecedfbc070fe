package doctor

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// state is an account of two people with one card each.
const state = `{
 "people": [
  {"id": 501, "first_name": "Person", "last_name": "One", "email": "one@example.com", "enabled": true},
  {"id": 502, "first_name": "Person", "last_name": "Two", "email": "two@example.com", "enabled": true}
 ],
 "credential_types": [{"id": 32, "code": 200, "label": "Proximity card", "slug": "card"}],
 "credentials": [
  {"id": "K1", "credential_type_id": 32, "person_id": 501, "value": "0010000001"},
  {"id": "K2", "credential_type_id": 32, "person_id": 502, "value": "0010000002"}
 ]
}`

// Rosters: one that the account already matches, and one that changes both cards.
const (
	same    = "credential_id,value\nK1,0010000001\nK2,0010000002\n"
	changed = "credential_id,value\nK1,0010000003\nK2,0010000004\n"
)

// code is the number by which the tests know a kind; it is never 0.
func code(k failure.Kind) int { return int(k) + 100 }

// world is an account on a sandbox that is reached by URL, so that it looks like one at a provider.
type world struct {
	testing.TB
	dir     string
	options Options
	api     sandbox.API
}

// newWorld makes a world; more holds further lines of its account.
func newWorld(t testing.TB, more string) *world {
	t.Helper()
	api, err := all.Fake("doorflow", sandbox.Options{State: []byte(state), Set: map[string]string{
		"account": "acme", "access_token": "a-token-of-tests",
	}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, dir: t.TempDir(), api: api}
	url, stop, err := sandbox.Start(context.Background(), api, sandbox.Config{Provider: "doorflow"})
	w.must(err)
	t.Cleanup(stop)
	w.configure("accounts:\n  hq:\n    provider: doorflow\n    base_url: " + url + "\n    rate: none\n" + more)
	return w
}

// token is the login of a world's account.
const token = "    auth: {access_token: env:TOKEN}\n"

// configure takes the account hq from a configuration.
func (w *world) configure(text string) {
	w.Helper()
	getenv := func(name string) string {
		return map[string]string{"TOKEN": "a-token-of-tests", "HOOK": "https://example.com/hook"}[name]
	}
	config, err := account.LoadConfig(w.file("keyroster.yaml", text), getenv)
	w.must(err)
	one, spec, err := account.Pick(config, "hq")
	w.must(err)
	state, runs := filepath.Join(w.dir, "state"), filepath.Join(w.dir, "runs")
	w.options = Options{
		Config: one, Spec: spec, Getenv: getenv, Opener: &account.Opener{Getenv: getenv, ReadAgain: time.Millisecond},
		Store: folder.New(state, runs), State: state, Runs: runs, ExitCode: code, Sinks: sink.Sinks{},
	}
}

func (w *world) file(name, text string) string {
	w.Helper()
	path := filepath.Join(w.dir, name)
	w.must(os.WriteFile(path, []byte(text), 0o600))
	return path
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// examine checks everything.
func (w *world) examine() *Examination {
	w.Helper()
	e := New(w.options)
	e.Local(context.Background())
	w.must(e.Host(context.Background()))
	return e
}

// lock takes the lock of the account's tenant.
func (w *world) lock() (store.Tenant, store.Lock) {
	w.Helper()
	tenant, err := w.options.Store.Tenant("doorflow", "acme")
	w.must(err)
	lock, err := tenant.Lock(store.Holder{StartedAt: time.Now()})
	w.must(err)
	return tenant, lock
}

// remember saves a state for the account's tenant.
func (w *world) remember(state store.State) {
	w.Helper()
	tenant, lock := w.lock()
	w.must(store.SaveState(tenant, lock, state))
	w.must(lock.Close())
}

// of returns the checks of a name.
func of(e *Examination, name string) (found []Check) {
	for _, c := range e.Checks() {
		if c.Name == name {
			found = append(found, c)
		}
	}
	return found
}

// wants compares the only check of a name with want.
func wants(t testing.TB, e *Examination, want Check) {
	t.Helper()
	if diff := cmp.Diff([]Check{want}, of(e, want.Name)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
