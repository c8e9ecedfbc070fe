package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/exit"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// answers is a person at the terminal: each time an answer is read, the next thing of meantime
// happens first, and the answer is yes.
type answers struct {
	asked    int
	meantime []func()
	pending  io.Reader
}

func (a *answers) Read(p []byte) (int, error) {
	if a.pending == nil {
		if a.asked < len(a.meantime) {
			a.meantime[a.asked]()
		}
		a.asked++
		a.pending = strings.NewReader("yes\n")
	}
	n, err := a.pending.Read(p)
	if err == io.EOF {
		a.pending = nil
		return a.Read(p)
	}
	return n, err
}

// TestAnOldListingIsMadeAgain lets a person think about a plan until its listing is too old,
// while a record is deleted at the provider: nothing is written on the strength of the old
// listing, and the person is asked again about the plan as it is now.
func TestAnOldListingIsMadeAgain(t *testing.T) {
	tests := []struct {
		name, freshness string
		stale           time.Duration
		// deleted: the record is deleted while the person thinks.
		deleted                bool
		questions, writes, end int
	}{
		{"young", "listing", time.Hour, true, 1, 1, exit.Partial},
		{"old", "listing", 1, true, 2, 0, exit.Partial},
		{"old and the same", "listing", 1, false, 1, 1, exit.OK},
		{"old, but each record is read", "read", 1, true, 1, 0, exit.Partial},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newThinker(t, test.freshness)
			person := &answers{}
			if test.deleted {
				person.meantime = []func(){func() { w.delete(w.victim) }}
			}
			w.app.Stdin, w.app.tuning.stale = person, test.stale
			if code := w.apply(); code != test.end {
				t.Errorf("exit %d, want %d: %s", code, test.end, w.out.String())
			}
			if person.asked != test.questions {
				t.Errorf("asked %d times, want %d", person.asked, test.questions)
			}
			if n := w.writesTo(w.victim); n != test.writes {
				t.Errorf("%d writes to the record, want %d", n, test.writes)
			}
		})
	}
}

// thinker is a world with a roster that changes two cards, and a program that asks first.
type thinker struct {
	*chaosWorld
	app            *app
	out            bytes.Buffer
	victim, roster string
}

func newThinker(t *testing.T, freshness string) *thinker {
	w := &chaosWorld{TB: t, spec: all.Lookup("doorflow"), kind: chaosKinds["doorflow"], rng: rand.New(rand.NewPCG(3, 4711)), dir: t.TempDir()}
	w.settings = &chaosSettings{concurrency: 4, pageSize: 100, freshness: freshness}
	api, err := all.Fake(w.spec.Name, sandbox.Options{Generate: 24, Seed: 5, Set: w.switches()})
	if err != nil {
		t.Fatal(err)
	}
	w.witness = &witness{API: api, kind: &w.kind}
	url, stop, err := sandbox.Start(context.Background(), w.witness, sandbox.Config{Provider: w.spec.Name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	w.url = url
	state, err := w.witness.state()
	if err != nil {
		t.Fatal(err)
	}
	out := &thinker{chaosWorld: w}
	w.goals = &chaosGoal{}
	for n, r := range state[w.kind.collection] {
		if w.kind.where(r) && len(w.goals.rows) < 2 {
			out.victim = fmt.Sprint(r[w.kind.id])
			w.goals.rows = append(w.goals.rows, map[string]string{"credential_id": out.victim, "value": w.kind.fresh(w.rng, n)})
		}
	}
	out.roster = w.roster()
	w.configure(api.Welcome(url))
	config := filepath.Join(w.dir, "keyroster.yaml")
	out.app = &app{
		Console: console.Console{
			Getenv: os.Getenv, Stdout: &out.out, Stderr: &out.out, LogFormat: "auto",
		},
		config: config,
		runs:   filepath.Join(w.dir, "runs"), state: filepath.Join(w.dir, "state"),
	}
	return out
}

// apply runs the command past its check for a terminal, which a test does not have.
func (w *thinker) apply() int {
	if err := w.app.begin(); err != nil {
		w.Fatal(err)
	}
	one, spec, err := w.app.load("a")
	if err != nil {
		w.Fatal(err)
	}
	result := w.app.apply(w.Context(), &applyFlags{}, one, spec, []string{w.roster},
		w.app.notifyOptions(one, metricsFlag{}))
	return w.app.Finish(result.Err)
}

func (w *thinker) delete(id string) {
	if err := w.witness.Edit(sandbox.Edit{Collection: w.kind.collection, ID: w.quoted(id), Delete: true}); err != nil {
		w.Error(err)
	}
}

func (w *thinker) writesTo(id string) int {
	var log []struct{ Method, Path string }
	w.get("/_sandbox/log", &log)
	n := 0
	for _, e := range log {
		if e.Method == http.MethodPut && strings.HasSuffix(e.Path, "/"+id) {
			n++
		}
	}
	return n
}
