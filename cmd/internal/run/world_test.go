package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// The account's id at its provider, and the token that opens it.
const (
	tenant = "acme"
	token  = "a-token-of-tests"
)

func getenv(string) string { return token }

// people is how many people the account has. Each has a card with their number, except the last,
// who has a PIN, and the one before, who has nothing.
const people = 13

// held is what the account holds: values by type and person.
type held map[string]string

// columnBefore returns what the account holds in the beginning.
func columnBefore() held {
	h := held{}
	for n := 1; n < people-1; n++ {
		h[fmt.Sprintf("card of %d", 500+n)] = fmt.Sprintf("00100000%02d", n)
	}
	h[fmt.Sprintf("pin of %d", 500+people)] = "481057"
	return h
}

// row returns the row of the roster that keeps the card of person n.
func (h held) row(n int) string {
	return fmt.Sprintf("K%d,%d,card,%s,", n, 500+n, h[fmt.Sprintf("card of %d", 500+n)])
}

// without returns a copy without a key.
func (h held) without(key string) held { out := maps.Clone(h); delete(out, key); return out }

// with returns a copy with another value for a key.
func (h held) with(key, value string) held { out := maps.Clone(h); out[key] = value; return out }

// site is an account on a sandbox, and a store; both outlive the processes that work on them.
type site struct {
	testing.TB
	dir string
	url string
	// id is the tenant's; watch looks at its writes, nil if nothing does.
	id      string
	watch   *watched
	config  *configio.Account
	spec    *providers.Spec
	kept    *memory.Store
	options run.Options

	mu     sync.Mutex
	logged bytes.Buffer
}

// newSite serves the account, with further lines of its configuration.
func newSite(t testing.TB, more ...string) *site {
	t.Helper()
	api, err := all.Fake("doorflow", sandbox.Options{State: state(), Set: map[string]string{
		"account": tenant, "access_token": token, "sync-window": "0s",
	}})
	must(t, err)
	watch := &watched{API: api}
	s := serve(t, "doorflow", tenant, watch, "    auth: {access_token: env:TOKEN}\n    park: true\n"+strings.Join(more, ""))
	s.watch = watch
	return s
}

// serve serves an account of a provider, with these lines of its configuration.
func serve(t testing.TB, provider, id string, api sandbox.API, lines string) *site {
	t.Helper()
	s := &site{TB: t, dir: t.TempDir(), kept: memory.New(), id: id}
	url, stop, err := sandbox.Start(context.Background(), api, sandbox.Config{Provider: provider})
	must(t, err)
	t.Cleanup(stop)
	s.url = url
	path := s.file("keyroster.yaml", "accounts:\n  hq:\n    provider: "+provider+"\n    base_url: "+url+"\n    rate: none\n"+lines)
	config, err := account.LoadConfig(path, getenv)
	must(t, err)
	s.config, s.spec, err = account.Pick(config, "hq")
	must(t, err)
	maps.Copy(s.config.Limits, reconcile.Limits{
		reconcile.LimitUpdate: {Count: 99}, reconcile.LimitCreate: {Count: 9}, reconcile.LimitDelete: {Count: 9},
	})
	s.options = run.Options{Command: "apply", InFlight: -1, Sinks: s.sinks()}
	return s
}

// state is the account as the sandbox reads it.
func state() []byte {
	type object = map[string]any
	var persons, credentials []object
	for n := 1; n <= people; n++ {
		persons = append(persons, object{
			"id": 500 + n, "first_name": "Person", "last_name": fmt.Sprint(n), "email": fmt.Sprintf("p%d@example.com", n), "enabled": true,
		})
		if n < people-1 {
			credentials = append(credentials, object{
				"id": fmt.Sprintf("K%d", n), "credential_type_id": 32, "person_id": 500 + n, "value": fmt.Sprintf("00100000%02d", n),
			})
		}
	}
	credentials = append(credentials, object{"id": "P1", "credential_type_id": 31, "person_id": 500 + people, "value": "481057"})
	text, _ := json.Marshal(object{
		"people": persons, "credentials": credentials,
		"credential_types": []object{
			{"id": 31, "code": 10, "label": "Keypad PIN", "slug": "pin"}, {"id": 32, "code": 200, "label": "Proximity card", "slug": "card"},
		},
	})
	return text
}

// Write takes a line of the log; it may be called by several goroutines.
func (s *site) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logged.Write(line)
}

// sinks log to the site.
func (s *site) sinks() sink.Sinks {
	log := zerolog.New(s)
	return sink.Sinks{Log: log, Bare: log}
}

// said returns what was logged.
func (s *site) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logged.String()
}

// file writes a file and returns its path.
func (s *site) file(name, text string) string {
	s.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
	return path
}

// roster reads a roster of these lines below its header.
func (s *site) roster(lines ...string) *reconcile.Roster {
	s.Helper()
	return s.read("credential_id,holder_id,type,value,state\n" + strings.Join(lines, "\n") + "\n")
}

// read reads a roster of this text.
func (s *site) read(text string) *reconcile.Roster {
	s.Helper()
	reading := draft.Reading{Files: []string{s.file("roster.csv", text)}}
	roster, err := draft.Read(context.Background(), reading, s.spec, s.config)
	if err != nil {
		s.Fatal(err)
	}
	return roster
}

// open opens the account as a process does that begins to work on it.
func (s *site) open() *account.Account {
	s.Helper()
	opener := account.Opener{Getenv: getenv, Sinks: s.sinks(), ReadAgain: time.Millisecond}
	acc, err := opener.Open(context.Background(), s.config, s.spec, account.Options{})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(acc.Close)
	return acc
}

// lock takes the lock in a process of its own.
func (s *site) lock() *run.Locked {
	s.Helper()
	return s.lockIn(s.kept.Process())
}

func (s *site) lockIn(st store.Store) *run.Locked {
	s.Helper()
	locked, err := run.Lock(context.Background(), s.open(), st, s.options)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(locked.Unlock)
	return locked
}

// apply makes a whole run in a process of its own.
func (s *site) apply(roster *reconcile.Roster) (run.Outcome, error) {
	s.Helper()
	return s.applyIn(s.kept.Process(), roster)
}

func (s *site) applyIn(st store.Store, roster *reconcile.Roster) (run.Outcome, error) {
	s.Helper()
	return run.Apply(context.Background(), s.open(), st, roster, time.Now(), s.options)
}

// dies takes the lock from a process that died. Whatever that process still holds is not used any
// more.
func (s *site) dies() { s.kept.Expire(s.spec.Name, s.id) }

// tenant returns what is remembered of the account.
func (s *site) tenant() store.Tenant {
	s.Helper()
	of, err := s.kept.Process().Look(s.spec.Name, s.id)
	if err != nil {
		s.Fatal(err)
	}
	return of
}

// state returns the remembered state.
func (s *site) state() store.State {
	s.Helper()
	state, err := store.ReadState(s.tenant())
	if err != nil {
		s.Fatal(err)
	}
	return state
}

// only returns the one run that is kept, nil if there is none.
func (s *site) only() *store.Run {
	s.Helper()
	st := s.kept.Process()
	ids, err := st.Runs()
	if err != nil || len(ids) > 1 {
		s.Fatalf("the runs %q are kept: %v", ids, err)
	}
	if len(ids) == 0 {
		return nil
	}
	return s.runOf(ids[0])
}

func (s *site) runOf(id string) *store.Run {
	s.Helper()
	found, err := s.kept.Process().Run(id)
	if err != nil {
		s.Fatal(err)
	}
	return found
}

// holds checks that the account holds exactly this.
func (s *site) holds(want held) {
	s.Helper()
	if diff := cmp.Diff(want, s.watch.held()); diff != "" {
		s.Errorf("the account does not hold what it should (-want +got):\n%s", diff)
	}
}

// wrote returns the requests that changed the account, by the sandbox's own log, without syncs.
func (s *site) wrote() (calls []string) {
	s.Helper()
	for _, e := range s.requests() {
		if e.Applied && !strings.HasSuffix(e.Path, "/sync") {
			calls = append(calls, e.Method+" "+e.Path)
		}
	}
	return calls
}

// requests returns all that the sandbox logged.
func (s *site) requests() []sandbox.Entry {
	s.Helper()
	answer, err := http.Get(s.url + "/_sandbox/log")
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var log []sandbox.Entry
	if err := json.NewDecoder(answer.Body).Decode(&log); err != nil {
		s.Fatal(err)
	}
	return log
}

// wants compares a failure with its kind and with parts of its text and hint.
func wants(t testing.TB, err error, kind failure.Kind, text, hint string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", text)
	}
	f := failure.Of(err)
	if f.Kind != kind || !strings.Contains(f.Error(), text) || !strings.Contains(f.Hint, hint) {
		t.Errorf("kind %d, %q, hint %q\nwant kind %d, %q, hint %q", f.Kind, f.Error(), f.Hint, kind, text, hint)
	}
}

// must ends a test that cannot go on.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
