package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"keyroster/cmd/internal/exit"
	"keyroster/io/journalio"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// dyingName is the name under which this test binary is keyroster, but dies at the boundary of its
// journal that the variable dieAt gives: before or after one of the calls that write lines.
const dyingName, dieAt = "keyroster-dying", "KEYROSTER_TEST_DIE_AT"

func dying() {
	left, err := strconv.Atoi(os.Getenv(dieAt))
	if err != nil {
		panic(err)
	}
	var mu sync.Mutex
	boundary := func() {
		mu.Lock()
		defer mu.Unlock()
		if left == 0 {
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Kill()
			}
			select {} // nothing happens any more
		}
		left--
	}
	tuned.append = func(j *journalio.Journal, sync bool, entries ...journalio.Entry) error {
		boundary()
		err := j.Append(sync, entries...)
		boundary()
		return err
	}
	main()
}

// deaths are what may happen to the files of a run between its death and the next command.
var deaths = map[string]func(w *chaosWorld, flags []string){
	"resume": nil,
	"apply":  nil,
	"without the run folder": func(w *chaosWorld, _ []string) {
		if err := os.RemoveAll(filepath.Join(w.dir, "runs")); err != nil {
			w.Error(err)
		}
	},
	"without the state file": func(w *chaosWorld, _ []string) {
		files, _ := filepath.Glob(filepath.Join(w.dir, "state", "*", "state.json"))
		for _, file := range files {
			if err := os.Remove(file); err != nil {
				w.Error(err)
			}
		}
	},
	"with a damaged journal": damageAndAbandon,
}

// damageAndAbandon changes a byte of the open run's journal, if it has one, and
// gives the run up.
func damageAndAbandon(w *chaosWorld, flags []string) {
	open := w.openRun()
	path := filepath.Join(open, "journal.ndjson")
	text, err := os.ReadFile(path)
	if open == "" || err != nil || len(text) == 0 {
		return
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(path, text, 0o600); err != nil {
		w.Error(err)
	}
	var out bytes.Buffer
	args := append([]string{"resume", open, "--abandon", "--yes"}, flags...)
	if code := execute(args, os.Getenv, io.MultiReader(), &out, &out); code != exit.OK && code != exit.Partial {
		w.Errorf("resume --abandon exits %d: %s", code, &out)
	}
}

// TestDeathAtEachBoundary kills a run before and after every write to its journal, in a world with
// a cycle, a path, a creation, a deletion and a replacement, and lets resume or the next apply
// bring it to its end, even if the files of the run were lost or damaged meanwhile: every value is
// with its owner, nothing was made twice, no holder was locked out at any moment, no call had to be
// refused, and verify finds nothing wrong.
func TestDeathAtEachBoundary(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for how := range deaths {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			boundaries, stride := 0, wholeStride
			if deaths[how] != nil {
				stride = deathStride
			}
			for died := true; died && !t.Failed(); boundaries += stride {
				t.Run(fmt.Sprint(boundaries), func(t *testing.T) { died = deathAt(t, self, how, boundaries) })
			}
			if boundaries < 20 {
				t.Errorf("only %d boundaries", boundaries)
			}
			t.Logf("%d boundaries, every %d", boundaries-stride, stride)
		})
	}
}

func deathAt(t *testing.T, self, how string, at int) (died bool) {
	w := &chaosWorld{TB: t, spec: all.Lookup("doorflow"), kind: chaosKinds["doorflow"], rng: rand.New(rand.NewPCG(1, 4711)), dir: t.TempDir()}
	api, err := all.Fake(w.spec.Name, sandbox.Options{Generate: 24, Seed: 5, Set: w.switches()})
	if err != nil {
		t.Fatal(err)
	}
	w.witness = &witness{API: api, kind: &w.kind}
	w.url, w.still = startSandbox(t, w.witness, sandbox.Config{Provider: w.spec.Name})
	state, err := w.witness.state()
	if err != nil {
		t.Fatal(err)
	}
	w.goals = smallGoal(w, state)
	w.witness.guard(state, w.goals)
	roster := w.roster()
	w.configure(api.Welcome(w.url))
	flags := []string{"--config", filepath.Join(w.dir, "keyroster.yaml"), "--runs", filepath.Join(w.dir, "runs"), "--state", filepath.Join(w.dir, "state")}
	apply := append([]string{"apply", "--account", "a", "--yes", roster}, flags...)
	cmd := exec.Command(self, apply...)
	cmd.Args[0] = dyingName
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", dieAt, at))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	died = cmd.ProcessState.ExitCode() == -1
	if !died && err != nil {
		t.Fatalf("the run ends with %v: %s", err, &out)
	}
	if died {
		w.still()
		if happens := deaths[how]; happens != nil {
			happens(w, flags)
		}
		again := apply
		if open := w.openRun(); how == "resume" && open != "" {
			again = append([]string{"resume", open}, flags...)
		}
		inProcess(t, again)
	}
	w.judgeRecords()
	if problem := w.witness.verdict(); problem != "" {
		t.Error(problem)
	}
	var log []struct{ Status int }
	w.get("/_sandbox/log", &log)
	for _, e := range log {
		if e.Status == http.StatusUnprocessableEntity || e.Status == http.StatusConflict {
			t.Errorf("a call was refused with %d, and never should have been sent", e.Status)
		}
	}
	closed, _ := filepath.Glob(filepath.Join(w.dir, "runs", "*", "manifest.json"))
	if len(closed) == 0 {
		t.Error("no run was closed")
	}
	for _, manifest := range closed {
		inProcess(t, append([]string{"verify", filepath.Dir(manifest)}, flags...))
	}
	return died
}

// smallGoal has three cards in a cycle, a path of two, a deletion, a person
// who gets a PIN in place of a card, and a new card.
func smallGoal(w *chaosWorld, state chaosState) *chaosGoal {
	g := &chaosGoal{values: map[string]string{}, gone: map[string]bool{}, lost: map[string]int{}, gained: map[string]int{}}
	var cards []map[string]any
	swapped := false
	for n, r := range state[w.kind.collection] {
		if !w.kind.where(r) {
			continue
		}
		if row := w.kind.swap(state, r, n); row != nil && !swapped {
			swapped = true
			g.remove(&w.kind, r)
			g.add(&w.kind, w.kind.holderOf(r), row)
			continue
		}
		cards = append(cards, r)
	}
	if !swapped || len(cards) < 6 {
		w.Fatal("the world is too small")
	}
	g.remove(&w.kind, cards[5])
	held := func(n int) string { return fmt.Sprint(cards[n][w.kind.value]) }
	for n, value := range []string{held(1), held(2), held(0), held(4), w.kind.fresh(w.rng, 4)} {
		id := fmt.Sprint(cards[n][w.kind.id])
		g.values[id] = value
		g.rows = append(g.rows, map[string]string{w.kind.columns[0]: id, w.kind.valueColumn(): value})
	}
	for _, row := range w.kind.create(state, []string{w.kind.fresh(w.rng, 9)}) {
		g.add(&w.kind, row["holder_id"], row)
	}
	if len(g.made) != 2 {
		w.Fatal("nobody is without a card")
	}
	return g
}

// inProcess runs a command and checks that it ends well.
func inProcess(t *testing.T, args []string) {
	t.Helper()
	var out bytes.Buffer
	if code := execute(args, os.Getenv, io.MultiReader(), &out, &out); code != exit.OK {
		t.Errorf("%s exits %d: %s", args[0], code, &out)
	}
}
