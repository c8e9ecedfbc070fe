package draft

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/providers"
	"keyroster/reconcile"
)

// state is an account of five people and seven credentials.
const state = `{
 "people": [
  {"id": 501, "first_name": "Person", "last_name": "One", "email": "one@example.com", "system_id": "E-1", "enabled": true},
  {"id": 502, "first_name": "Person", "last_name": "Two", "email": "two@example.com", "system_id": "E-2", "enabled": true},
  {"id": 503, "first_name": "Person", "last_name": "Three", "email": "three@example.com", "system_id": "E-3", "enabled": true},
  {"id": 504, "first_name": "Person", "last_name": "Four", "email": "four@example.com", "system_id": "E-4", "enabled": true},
  {"id": 505, "first_name": "Person", "last_name": "Five", "email": "five@example.com", "system_id": "E-5", "enabled": true}
 ],
 "credential_types": [
  {"id": 31, "code": 10, "label": "Keypad PIN", "slug": "pin"},
  {"id": 32, "code": 200, "label": "Proximity card", "slug": "card"}
 ],
 "credentials": [
  {"id": "K1", "credential_type_id": 32, "person_id": 501, "value": "0010000001"},
  {"id": "K2", "credential_type_id": 32, "person_id": 502, "value": "0010000002"},
  {"id": "K3", "credential_type_id": 32, "person_id": 503, "value": "0010000003"},
  {"id": "K4", "credential_type_id": 32, "person_id": 504, "value": "0010000004"},
  {"id": "P1", "credential_type_id": 31, "person_id": 501, "value": "481057"},
  {"id": "P2", "credential_type_id": 31, "person_id": 502, "value": "048216"},
  {"id": "P3", "credential_type_id": 31, "person_id": 503, "value": "739155"}
 ]
}`

// same is the roster that the account already matches.
const same = `credential_id,holder_email,type,value
K1,one@example.com,card,0010000001
K2,two@example.com,card,0010000002
K3,three@example.com,card,0010000003
K4,four@example.com,card,0010000004
P1,one@example.com,pin,481057
P2,two@example.com,pin,048216
P3,three@example.com,pin,739155
`

// world is an account on the embedded sandbox.
type world struct {
	testing.TB
	acc    *account.Account
	config *configio.Account
	spec   *providers.Spec
	dir    string
}

// newWorld opens the account; more holds further lines of its configuration.
func newWorld(t testing.TB, more string) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir()}
	w.file("state.json", state)
	path := w.file("keyroster.yaml", "accounts:\n  hq:\n    provider: doorflow\n    base_url: sandbox\n"+
		"    sandbox: {state: state.json}\n    rate: none\n"+more)
	config, err := account.LoadConfig(path, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	one, spec, err := account.Pick(config, "hq")
	if err != nil {
		t.Fatal(err)
	}
	w.config, w.spec = one, spec
	w.reopen(true)
	return w
}

// reopen opens the account anew: nothing of it has been read yet, and what was written to its
// sandbox is gone.
func (w *world) reopen(readOnly bool) {
	w.Helper()
	opener := account.Opener{Getenv: os.Getenv}
	acc, err := opener.Open(context.Background(), w.config, w.spec, account.Options{ReadOnly: readOnly})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(acc.Close)
	w.acc = acc
}

// file writes a file and returns its path.
func (w *world) file(name, text string) string {
	w.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	return path
}

// roster reads a roster with this text.
func (w *world) roster(text string) *reconcile.Roster {
	w.Helper()
	reading := Reading{Files: []string{w.file("roster.csv", text)}}
	roster, err := Read(context.Background(), reading, w.acc.Spec, w.acc.Config)
	if err != nil {
		w.Fatal(err)
	}
	return roster
}

// known returns what is remembered of the tenant: its last good run, or nothing.
func (w *world) known(last *store.LastGood) *history.Known {
	w.Helper()
	marks, err := reportio.NewHMAC([]byte("a key of the tests, of no account"))
	if err != nil {
		w.Fatal(err)
	}
	known := &history.Known{Marks: marks}
	known.LastGood = last
	return known
}

// make plans a roster with this text.
func (w *world) make(text string, o Options) *Draft {
	w.Helper()
	d, err := Make(context.Background(), Input{
		Account: w.acc, Known: w.known(nil), Roster: w.roster(text), Options: o,
	})
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// wantFailure compares an error with a kind, a text and a hint; an empty text wants no error.
func wantFailure(t testing.TB, err error, kind failure.Kind, text, hint string) {
	t.Helper()
	if text == "" {
		if err != nil {
			t.Errorf("error %q, want none", err)
		}
		return
	}
	f, ok := errors.AsType[*failure.Error](err)
	if !ok {
		t.Fatalf("error %v (%T), want a failure that says %q", err, err, text)
	}
	if f.Kind != kind || f.Error() != text || f.Hint != hint {
		t.Errorf("kind %v, %q, hint %q;\nwant %v, %q, hint %q", f.Kind, f.Error(), f.Hint, kind, text, hint)
	}
}
