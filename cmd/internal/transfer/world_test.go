package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/sink"
	"keyroster/cmd/internal/transfer"
	"keyroster/io/configio"
	"keyroster/io/store/memory"
)

// oldState is an account of three people with a card and a PIN each, except the last, who has only
// a card.
const oldState = `{
 "people": [
  {"id": 501, "first_name": "Person", "last_name": "One", "email": "one@example.com", "system_id": "E-1", "enabled": true},
  {"id": 502, "first_name": "Person", "last_name": "Two", "email": "two@example.com", "system_id": "E-2", "enabled": true},
  {"id": 503, "first_name": "Person", "last_name": "Three", "email": "three@example.com", "system_id": "E-2", "enabled": true}
 ],
 "credential_types": [
  {"id": 31, "code": 10, "label": "Keypad PIN", "slug": "pin"},
  {"id": 32, "code": 200, "label": "Proximity card", "slug": "card"}
 ],
 "credentials": [
  {"id": "K1", "credential_type_id": 32, "person_id": 501, "value": "0010000001"},
  {"id": "K2", "credential_type_id": 32, "person_id": 502, "value": "0010000002"},
  {"id": "K3", "credential_type_id": 32, "person_id": 503, "value": "0010000003"},
  {"id": "P1", "credential_type_id": 31, "person_id": 501, "value": "481057"},
  {"id": "P2", "credential_type_id": 31, "person_id": 502, "value": "048216"}
 ]
}`

// newState is a workspace that knows two of them, and holds nothing.
const newState = `{
 "workspace": {"workspace_id": "11111111-1111-4111-8111-111111111111", "name": "New"},
 "acs_systems": [
  {"acs_system_id": "22222222-2222-4222-8222-222222222222", "name": "House", "external_type": "brivo_account"}
 ],
 "acs_users": [
  {"acs_user_id": "00000000-0000-4000-8000-000000000001", "acs_system_id": "22222222-2222-4222-8222-222222222222",
   "full_name": "One Sample", "email_address": "one@example.com"},
  {"acs_user_id": "00000000-0000-4000-8000-000000000002", "acs_system_id": "22222222-2222-4222-8222-222222222222",
   "full_name": "Two Sample", "email_address": "two@example.com"}
 ],
 "acs_credentials": []}`

// rules is the section migrate of the new account, unless a test has another.
const (
	rules = "{types: {Proximity card: card}}"
	ended = "{types: {Proximity card: card}, set: {ends_at: '2020-01-01T00:00:00Z'}}"
)

// world is a configuration of three accounts on embedded sandboxes: old, new, and badges, which
// holds templates of cards and no person's credentials.
type world struct {
	testing.TB
	dir    string
	config *configio.Config
	sinks  sink.Sinks
	logged *bytes.Buffer
}

// newWorld returns a world whose new account has this section migrate.
func newWorld(t testing.TB, migrate string) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir(), logged: &bytes.Buffer{}}
	w.sinks = sink.Sinks{Log: zerolog.New(w.logged)}
	w.file("old.json", oldState)
	w.file("new.json", newState)
	path := w.file("keyroster.yaml", `accounts:
  old: {provider: doorflow, base_url: sandbox, rate: none, sandbox: {state: old.json}}
  new: {provider: seam, base_url: sandbox, rate: none, sandbox: {state: new.json}, migrate: `+migrate+`}
  badges: {provider: pingone, base_url: sandbox, rate: none, sandbox: {generate: 1}}
`)
	config, err := account.LoadConfig(path, os.Getenv)
	w.must(err)
	w.config = config
	return w
}

// file writes a file and returns its path.
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

// options returns those of a move from old to new that is allowed.
func (w *world) options() transfer.Options {
	return transfer.Options{
		From: "old", To: "new", Out: filepath.Join(w.dir, "out"),
		Draft: draft.Options{Additive: true, AcceptEmpty: true},
	}
}

// prepare prepares a move between the accounts that the options name.
func (w *world) prepare(o transfer.Options) (*transfer.Prepared, error) {
	w.Helper()
	from, fromSpec, err := account.Pick(w.config, o.From)
	w.must(err)
	to, toSpec, err := account.Pick(w.config, o.To)
	w.must(err)
	return transfer.Prepare(o, from, to, fromSpec, toSpec, time.Date(2026, 1, 31, 2, 0, 0, 0, time.UTC))
}

// open opens an account and counts its calls from then on.
func (w *world) open(name string, readOnly bool) (*account.Account, *account.CallLog) {
	w.Helper()
	config, spec, err := account.Pick(w.config, name)
	w.must(err)
	calls := account.NewCallLog(spec)
	opener := account.Opener{Getenv: os.Getenv, ReadAgain: time.Millisecond}
	acc, err := opener.Open(context.Background(), config, spec, account.Options{
		ReadOnly: readOnly, Observe: calls.Observe,
	})
	w.must(err)
	w.Cleanup(acc.Close)
	return acc, calls
}

// ends are the two open accounts of a move.
type ends struct {
	source, target     *account.Account
	fromCalls, toCalls *account.CallLog
}

// between prepares a move and opens its ends.
func (w *world) between(o transfer.Options) (*transfer.Move, ends) {
	w.Helper()
	prepared, err := w.prepare(o)
	w.must(err)
	var e ends
	e.source, e.fromCalls = w.open(o.From, true)
	e.target, e.toCalls = w.open(o.To, false)
	move, err := prepared.Between(e.source, e.target, e.fromCalls, e.toCalls, w.sinks)
	w.must(err)
	return move, e
}

// known returns what is remembered of an account that no run has changed yet.
func (w *world) known(acc *account.Account) *history.Known {
	w.Helper()
	known, err := history.LoadReadOnly(context.Background(), memory.New(), acc, w.sinks.Log)
	w.must(err)
	return known
}

// make makes the move.
func (w *world) make(o transfer.Options) (*transfer.Made, error) {
	w.Helper()
	move, e := w.between(o)
	return move.Make(context.Background(), w.known(e.target))
}

// wants compares a failure with its kind and with parts of its text and hint.
func wants(t testing.TB, err error, kind failure.Kind, text, hint string) {
	t.Helper()
	f, ok := errors.AsType[*failure.Error](err)
	if !ok {
		t.Fatalf("error %v (%T), want a failure that says %q", err, err, text)
	}
	if f.Kind != kind || !strings.Contains(f.Error(), text) || !strings.Contains(f.Hint, hint) {
		t.Errorf("kind %d, %q, hint %q\nwant kind %d, %q, hint %q", f.Kind, f.Error(), f.Hint, kind, text, hint)
	}
}
