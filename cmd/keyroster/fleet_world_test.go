//go:build postgres

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"keyroster/cmd/internal/exit"
	"keyroster/io/store/pgstore"
	"keyroster/io/store/pgstore/pgtest"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

const (
	fleetLease = 15 * time.Second
	fleetSlots = 8
	fleetKey   = "a key for tests, and for nothing else"
	fleetToken = "at_fleet-of-sandboxes-0001"
)

// fleetWorld is a database, accounts with a witness in front of them, and workers. These are
// processes that run as if on machines of their own: each has a folder with its own copies of
// configuration and rosters.
type fleetWorld struct {
	*testing.T
	database string
	pool     *pgxpool.Pool
	witness  *fleetWitness
	accounts []*fleetAccount
	// binary is the program.
	binary string
	// section has members that are added to the section of every account, fleet those that are
	// added to the fleet's.
	section, fleet map[string]any

	mu      sync.Mutex
	workers map[string]*fleetWorker
}

// fleetAccount is an account, and what its roster asks for.
type fleetAccount struct {
	name    string
	api     sandbox.API
	records int
	// values has the values that credentials should have, by id; made has those of new
	// credentials, and gone the credentials that should be deleted.
	values map[string]string
	made   []string
	gone   map[string]bool
	// section has further members of the account's configuration.
	section map[string]any
	// tenant is the account's id at the provider.
	tenant string
	// seed is the refresh token of a login, if there is one.
	seed string
}

// fleetWorker is a process that works on nights, or did.
type fleetWorker struct {
	*process
	name, dir string
}

// newFleet makes a fleet of the given number of accounts, with records credentials each.
func newFleet(t *testing.T, server string, accounts, records int) *fleetWorld {
	t.Helper()
	f := &fleetWorld{
		T: t, database: pgtest.Database(t, server), witness: newFleetWitness(t), binary: "keyroster",
		section: map[string]any{}, fleet: map[string]any{}, workers: map[string]*fleetWorker{},
	}
	var err error
	f.pool, err = pgstore.Connect(context.Background(), reconcile.NewSecret(f.database), 3)
	f.must(err)
	t.Cleanup(f.pool.Close)
	for i := range accounts {
		f.add(fmt.Sprintf("a%04d", i+1), records)
	}
	t.Cleanup(func() {
		for _, w := range f.workers {
			_ = w.cmd.Process.Kill() // it may have ended
			<-w.ended
		}
		if t.Failed() {
			f.showLogs()
		}
	})
	return f
}

// showLogs prints the end of what each worker wrote to standard error.
func (f *fleetWorld) showLogs() {
	for _, name := range slices.Sorted(maps.Keys(f.workers)) {
		text := f.workers[name].stderr.String()
		f.Logf("%s said, at last:\n%s", name, text[max(0, len(text)-6000):])
	}
}

func (f *fleetWorld) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// add makes an account.
func (f *fleetWorld) add(name string, records int) *fleetAccount {
	a := &fleetAccount{
		name: name, records: records, values: map[string]string{}, gone: map[string]bool{}, section: map[string]any{},
		tenant: "t-" + name,
	}
	a.serve(f, sandbox.Options{Set: map[string]string{"access_token": fleetToken}})
	f.accounts = append(f.accounts, a)
	return a
}

// serve makes the account's API, with twice as many people as credentials.
func (a *fleetAccount) serve(f *fleetWorld, o sandbox.Options) {
	var people, credentials []any
	for i := range 2 * a.records {
		people = append(people, map[string]any{
			"id": 500 + i, "first_name": "Person", "last_name": fmt.Sprintf("No%d", i),
			"email": fmt.Sprintf("p%d@example.com", i),
		})
	}
	for i := range a.records {
		credentials = append(credentials, map[string]any{
			"id": fmt.Sprintf("K%d", i), "credential_type_id": 32, "person_id": 500 + i, "value": a.value(0, i),
		})
	}
	state, err := json.Marshal(map[string]any{
		"people": people, "credentials": credentials,
		"credential_types": []any{
			map[string]any{"id": 31, "code": 10, "label": "Keypad PIN", "slug": "pin"},
			map[string]any{"id": 32, "code": 200, "label": "Proximity card", "slug": "card"},
		},
	})
	f.must(err)
	set := map[string]string{"account": a.tenant, "sync-window": "0s"}
	maps.Copy(set, o.Set)
	o.State, o.Set, o.Seed = state, set, uint64(len(f.accounts)+1)
	a.api, err = all.Fake("doorflow", o)
	f.must(err)
	f.witness.set(func(w *fleetWitness) { w.apis[a.name] = a.api })
}

// value returns the card number of a credential in a night, which no other credential has.
func (a *fleetAccount) value(night, i int) string {
	return fmt.Sprintf("%s%02d%05d", a.name[len(a.name)-3:], night, i)
}

// want has a night's roster change, make and remove the given numbers of credentials: the first
// are changed, the last are removed, and all others stay as they are.
func (a *fleetAccount) want(night, change, make, remove int) {
	a.made = nil
	for i := range change {
		a.values[fmt.Sprintf("K%d", i)] = a.value(night, i)
	}
	for i := range make {
		a.made = append(a.made, a.value(night, 90_000+i))
	}
	for i := range remove {
		id := fmt.Sprintf("K%d", a.records-1-i)
		delete(a.values, id)
		a.gone[id] = true
	}
}

// roster returns the text of the account's roster.
func (a *fleetAccount) roster() string {
	var b strings.Builder
	b.WriteString("credential_id,holder_id,type,value,state\n")
	for _, id := range slices.Sorted(maps.Keys(a.values)) {
		fmt.Fprintf(&b, "%s,,,%s,\n", id, a.values[id])
	}
	for _, id := range slices.Sorted(maps.Keys(a.gone)) {
		fmt.Fprintf(&b, "%s,,,,absent\n", id)
	}
	for i, value := range a.made {
		kind := "card"
		if len(value) < 8 {
			kind = "pin"
		}
		fmt.Fprintf(&b, ",%d,%s,%s,\n", 500+a.records+i, kind, value)
	}
	return b.String()
}

// judge checks the account against its roster.
func (a *fleetAccount) judge(f *fleetWorld) {
	f.Helper()
	text, err := json.Marshal(a.api.State())
	f.must(err)
	var state struct{ Credentials []struct{ ID, Value string } }
	f.must(json.Unmarshal(text, &state))
	found, made := map[string]string{}, map[string]int{}
	for _, c := range state.Credentials {
		found[c.ID] = c.Value
		made[c.Value]++
	}
	for id, value := range a.values {
		if found[id] != value {
			f.Errorf("%s: %s holds %q, want %q", a.name, id, found[id], value)
		}
	}
	for id := range a.gone {
		if value, there := found[id]; there {
			f.Errorf("%s: %s is still there, with %s", a.name, id, value)
		}
	}
	for _, value := range a.made {
		if made[value] != 1 {
			f.Errorf("%s: %s was made %d times", a.name, value, made[value])
		}
	}
	if want := a.records - len(a.gone) + len(a.made); len(found) != want {
		f.Errorf("%s has %d credentials, want %d", a.name, len(found), want)
	}
}

// configure writes the folder of a machine, with configuration and rosters.
func (f *fleetWorld) configure(name string) (dir string) {
	f.Helper()
	dir = filepath.Join(f.TempDir(), name)
	f.must(os.MkdirAll(dir, 0o700))
	accounts := map[string]any{}
	for _, a := range f.accounts {
		section := map[string]any{
			"provider": "doorflow", "base_url": f.witness.url + "/" + name + "/" + a.name, "rate": "none", "park": true,
			"auth":   map[string]any{"access_token": "env:FLEET_TOKEN"},
			"limits": map[string]any{"update": "100%", "create": "1000", "delete": "1000"},
			"roster": []string{a.name + ".csv"},
		}
		maps.Copy(section, f.section)
		maps.Copy(section, a.section)
		accounts[a.name] = section
	}
	fleet := map[string]any{
		"database": "env:KEYROSTER_DATABASE", "key": "env:KEYROSTER_FLEET_KEY",
		"lease": fleetLease.String(), "slots": fleetSlots,
	}
	maps.Copy(fleet, f.fleet)
	whole := map[string]any{"accounts": accounts}
	if f.fleet != nil {
		whole["fleet"] = fleet
	}
	text, err := json.Marshal(whole) // JSON is YAML
	f.must(err)
	f.must(os.WriteFile(filepath.Join(dir, "keyroster.yaml"), text, 0o600))
	f.rosters(dir)
	return dir
}

// rosters writes the rosters as they are by now, and the tokens that logins left.
func (f *fleetWorld) rosters(dirs ...string) {
	f.Helper()
	for _, dir := range dirs {
		for _, a := range f.accounts {
			f.must(os.WriteFile(filepath.Join(dir, a.name+".csv"), []byte(a.roster()), 0o600))
			a.seedToken(f, dir)
		}
	}
}

// environment returns the environment of a process with that home folder and database URL.
func (f *fleetWorld) environment(dir, database string) []string {
	return []string{
		"HOME=" + dir, "XDG_STATE_HOME=" + dir, "XDG_CONFIG_HOME=" + dir,
		"TMPDIR=" + os.TempDir(), "PATH=" + os.Getenv("PATH"),
		"KEYROSTER_DATABASE=" + database, "KEYROSTER_FLEET_KEY=" + fleetKey,
		"FLEET_TOKEN=" + fleetToken, "FLEET_CLIENT=client", "FLEET_SECRET=fleet-secret",
	}
}

// worker starts a worker under a name that no other one gets.
func (f *fleetWorld) worker(name string, args ...string) *fleetWorker {
	f.Helper()
	return f.workerAt(name, f.database, args...)
}

func (f *fleetWorld) workerAt(name, database string, args ...string) *fleetWorker {
	f.Helper()
	dir := f.configure(name)
	w := &fleetWorker{name: name, dir: dir}
	args = append([]string{
		"worker", "--config", filepath.Join(dir, "keyroster.yaml"), "--name", name, "--log-format", "json",
	}, args...)
	w.process = &process{cmd: exec.Command(f.binary, args...), ended: make(chan error, 1)}
	w.cmd.Dir, w.cmd.Env = dir, f.environment(dir, database)
	w.cmd.Stdout, w.cmd.Stderr = &w.stdout, &w.stderr
	f.must(w.cmd.Start())
	go func() { w.ended <- w.cmd.Wait() }()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.workers[name] = w
	return w
}

// end waits for a worker to end and checks its exit code (-1: killed).
func (f *fleetWorld) end(w *fleetWorker, within time.Duration, want int) {
	f.Helper()
	select {
	case err := <-w.ended:
		w.ended <- err
	case <-time.After(within):
		f.Fatalf("%s is still running after %v", w.name, within)
	}
	if code := w.cmd.ProcessState.ExitCode(); code != want {
		f.Errorf("%s ended with %d, want %d", w.name, code, want)
	}
}

// command runs a command on a machine of its own and checks its exit code.
func (f *fleetWorld) command(want int, args ...string) string {
	f.Helper()
	dir := f.configure("desk")
	cmd := exec.Command(f.binary, append(args, "--config", filepath.Join(dir, "keyroster.yaml"))...)
	cmd.Dir, cmd.Env = dir, f.environment(dir, f.database)
	out, err := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != want {
		f.Fatalf("keyroster %s: exit code %d (%v), want %d\n%s", strings.Join(args, " "), code, err, want, out)
	}
	return string(out)
}

// begin makes the tables and starts workers with the given names.
func (f *fleetWorld) begin(names ...string) []*fleetWorker {
	f.Helper()
	f.command(exit.OK, "fleet", "migrate")
	var started []*fleetWorker
	for _, name := range names {
		started = append(started, f.worker(name))
	}
	return started
}
