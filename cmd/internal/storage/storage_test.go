package storage_test

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/storage"
	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/io/termio"
)

const accounts = `
accounts:
  hq: {provider: doorflow, auth: {api_key: env:KEY}}
`

const key = "a key for tests, and for nothing else"

// world is a working folder with a configuration.
type world struct {
	*testing.T
	env map[string]string
	log bytes.Buffer
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newWorld(t *testing.T, config string) *world {
	t.Helper()
	t.Chdir(t.TempDir())
	if config != "" {
		if err := os.WriteFile("keyroster.yaml", []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &world{T: t, env: map[string]string{}}
}

// process returns the storage of a process.
func (w *world) process(config string) *storage.Storage {
	s := storage.New(storage.Options{
		Config: config, State: "state", Runs: "runs", Log: zerolog.New(&w.log),
		Getenv: func(name string) string { return w.env[name] },
	})
	w.Cleanup(s.Close)
	return s
}

// TestFolders: without a fleet in the configuration, everything is kept in folders.
func TestFolders(t *testing.T) {
	for name, config := range map[string]string{"no configuration": "", "no fleet": accounts} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, config)
			s := w.process("")
			if s.Opened() != nil {
				t.Error("it is open before anybody asked")
			}
			kept, err := s.Store()
			if err != nil || kept.Beside() == nil || s.Opened() != kept {
				t.Errorf("kept in %T, %v", kept, err)
			}
			for _, ask := range []func() (*storage.Database, error){
				s.Fleet,
				func() (*storage.Database, error) { return s.Connect(t.Context()) },
			} {
				_, err = ask()
				if f := failure.Of(err); f.Kind != failure.Usage || config != "" && !strings.Contains(f.Hint, "fleet:") {
					t.Errorf("a fleet: %v, hint %q", err, f.Hint)
				}
			}
			if w.log.Len() > 0 {
				t.Errorf("said %s", &w.log)
			}
		})
	}
}

// TestNextCommandHasTheFlagsOfThisOne: wherever a run comes from, the next command names it with
// the flags of this one.
func TestNextCommandHasTheFlagsOfThisOne(t *testing.T) {
	w := newWorld(t, accounts)
	kept, err := w.process("keyroster.yaml").Store()
	must(t, err)
	tenant, err := kept.Tenant("doorflow", "abc123")
	must(t, err)
	lock, err := tenant.Lock(store.Holder{})
	must(t, err)
	made, err := lock.Create("hq", time.Now())
	must(t, err)
	must(t, lock.Begin(made))
	adopted, err := lock.Adopt(made.ID())
	must(t, err)
	named, err := kept.Run(made.ID())
	must(t, err)
	looked, err := kept.Look("doorflow", "abc123")
	must(t, err)
	_, last, err := looked.LastBegun()
	must(t, err)
	must(t, lock.Close())
	beside, err := w.process("keyroster.yaml").StoreOf(made.Place())
	must(t, err)
	pointed, err := beside.Run(made.Place())
	must(t, err)
	for _, run := range []*store.Run{made, adopted, named, last, pointed} {
		if want := run.Place() + " --config keyroster.yaml --state state"; run.Argument() != want {
			t.Errorf("the run is named %q, want %q", run.Argument(), want)
		}
	}
	if bare, err := folder.New("state", "runs").Run(made.ID()); err != nil || bare.Argument() != bare.Place() {
		t.Errorf("without flags it is named %q, %v", bare.Argument(), err)
	}
}

// TestNextCommandQuotesThePlace: a run whose place has spaces is named so that a shell takes it as
// one word, even without any flag.
func TestNextCommandQuotesThePlace(t *testing.T) {
	w := newWorld(t, accounts)
	elsewhere := folder.New("state", "old runs")
	tenant, err := elsewhere.Tenant("doorflow", "abc123")
	must(t, err)
	lock, err := tenant.Lock(store.Holder{})
	must(t, err)
	made, err := lock.Create("hq", time.Now())
	must(t, err)
	must(t, lock.Close())
	s := storage.New(storage.Options{
		Runs: storage.DefaultRuns, Log: zerolog.Nop(), Getenv: func(string) string { return "" },
	})
	w.Cleanup(s.Close)
	for name, open := range map[string]func() (store.Store, error){
		"its store": func() (store.Store, error) { return s.StoreOf(made.Place()) }, "any store": s.Store,
	} {
		kept, err := open()
		must(t, err)
		run, err := kept.Run(made.Place())
		must(t, err)
		if want := termio.Quote(made.Place()); want == made.Place() || run.Argument() != want {
			t.Errorf("%s names it %q, want %q", name, run.Argument(), want)
		}
	}
}

// TestUnreadableConfiguration: a configuration that cannot be read stops no command unless the user
// names it or the command needs a fleet.
func TestUnreadableConfiguration(t *testing.T) {
	w := newWorld(t, "accounts: [")
	kept, err := w.process("").Store()
	if err != nil || kept.Beside() == nil ||
		!strings.Contains(w.log.String(), "could not read the configuration") {
		t.Errorf("kept in %T, %v; said %s", kept, err, &w.log)
	}
	if _, err := w.process("keyroster.yaml").Store(); err == nil || failure.Of(err).Kind != failure.Usage {
		t.Errorf("named: %v", err)
	}
	if _, err := w.process("").Fleet(); err == nil || failure.Of(err).Kind != failure.Usage {
		t.Errorf("a fleet of it: %v", err)
	}
}

// TestFleetsThatDoNotOpen: the error says what is wrong with a fleet and what to do, without its
// secrets; a folder is opened all the same.
func TestFleetsThatDoNotOpen(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := silent.Addr().String()
	if err := silent.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, database, key string
		kind                failure.Kind
		says                string
	}{
		{"no address", "", key, failure.Usage, "fleet.database"},
		{"no key", "postgres://u:hunter2@" + nobody + "/k", "", failure.Usage, "fleet.key"},
		{"a short key", "postgres://u:hunter2@" + nobody + "/k", "hunter2", failure.Usage, "fleet.key"},
		{"no URL", "hunter2 ", key, failure.Usage, "fleet.database"},
		{"nobody answers", "postgres://u:hunter2@" + nobody + "/k", key + " \n\n", failure.Stopped, nobody + "/k"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, "fleet: {database: env:DB, key: env:FLEET_KEY}\n"+accounts)
			w.env["DB"], w.env["FLEET_KEY"] = c.database, c.key
			s := w.process("")
			for range 2 {
				_, err := s.Store()
				if err == nil {
					t.Fatal("it opens")
				}
				f := failure.Of(err)
				if f.Kind != c.kind || !strings.Contains(f.Error(), c.says) || strings.Contains(f.Error()+f.Hint, "hunter2") {
					t.Errorf("kind %d: %v, hint %q", f.Kind, f, f.Hint)
				}
				if c.kind == failure.Stopped && !strings.Contains(f.Hint, "fleet.database") {
					t.Errorf("hint %q", f.Hint)
				}
			}
			if err := os.MkdirAll(filepath.Join("runs", "20260131T020001Z-hq-1a2b3c"), 0o700); err != nil {
				t.Fatal(err)
			}
			kept, err := s.StoreOf("runs/20260131T020001Z-hq-1a2b3c")
			var run *store.Run
			if err == nil {
				run, err = kept.Run("runs/20260131T020001Z-hq-1a2b3c")
			}
			if err != nil || run.ID() != "20260131T020001Z-hq-1a2b3c" {
				t.Errorf("a folder: %v", err)
			}
			if _, err := s.StoreOf("20260131T020001Z-hq-1a2b3c"); err == nil {
				t.Error("an id needs no database")
			}
		})
	}
}

// TestSecretsThatAreNotThere: if something that the section refers to is missing, the error says
// how to make it.
func TestSecretsThatAreNotThere(t *testing.T) {
	w := newWorld(t, accounts+"fleet: {database: env:DATABASE, key: file:fleet.key}\n")
	for _, want := range []string{"postgres://user:password@host/database", "openssl rand -base64 32"} {
		_, err := w.process("").Fleet()
		if f := failure.Of(err); f.Kind != failure.Usage || !strings.Contains(f.Hint, want) {
			t.Errorf("%v, hint %q, which is to name %s", err, f.Hint, want)
		}
		w.env["DATABASE"] = "postgres://keyroster@127.0.0.1:1/keyroster"
	}
}
