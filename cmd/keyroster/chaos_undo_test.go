package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/exit"
	"keyroster/providers/all"
)

// TestChaosUndo undoes every run of a random world, the last one first, under faults: the undo is
// killed and resumed, or asked for again. In the end the records are those of the beginning except
// for their ids, and undoing once more changes nothing.
func TestChaosUndo(t *testing.T) {
	t.Parallel()
	binary, err := chaosBinary()
	if err != nil {
		t.Fatal(err)
	}
	var tally chaosTally
	t.Run("worlds", func(t *testing.T) {
		for _, spec := range all.Specs() {
			for n := range undoWorlds {
				// A provider that keeps no leading zeros does not take its own values back.
				seed := uint64(4 * n)
				t.Run(fmt.Sprintf("%s/seed-%d", spec.Name, seed), func(t *testing.T) {
					t.Parallel()
					w := &chaosWorld{
						TB: t, spec: spec, kind: chaosKinds[spec.Name], binary: binary,
						rng: rand.New(rand.NewPCG(seed, 1409)), tally: &tally,
					}
					w.undo(seed)
				})
			}
		}
	})
	t.Logf("%s", &tally)
	if tally.faults == 0 || tally.kills == 0 || tally.looks == 0 {
		t.Error("no fault was injected, nothing was killed or looked at: the test proves nothing")
	}
}

func (w *chaosWorld) undo(seed uint64) {
	roster := w.begin(seed)
	before := w.held()
	// Where reads lag behind, a run that is killed and not waited for may not know what it applied:
	// no undo takes such a change back.
	w.converge(roster, nil, seed%3 == 1)
	after := w.held()
	if maps.Equal(before, after) {
		w.Fatal("the runs changed nothing")
	}
	for _, run := range w.undoable() {
		w.takeBack(run)
	}
	if diff := cmp.Diff(before, w.held()); diff != "" {
		w.Errorf("the records are not those of the beginning (-want +got):\n%s", diff)
	}
	if problem := w.witness.verdict(); problem != "" {
		w.Error(problem)
	}
	w.judgeLog()
	w.count(func(c *chaosTally) { c.looks += w.witness.writes })
}

// undoable returns the runs that came to their end and changed something, the last one first. The
// names of runs within one second do not tell their order.
func (w *chaosWorld) undoable() []string {
	type planned struct {
		run string
		At  time.Time `json:"created_at"`
	}
	var plans []planned
	kept, _ := filepath.Glob(filepath.Join(w.dir, "runs", "*", "undo.age"))
	for _, path := range kept {
		p := planned{run: filepath.Dir(path)}
		if _, err := os.Stat(filepath.Join(p.run, "manifest.json")); err != nil {
			continue
		}
		text, err := os.ReadFile(filepath.Join(p.run, "plan.json"))
		if err == nil {
			err = json.Unmarshal(text, &p)
		}
		if err != nil {
			w.Fatal(err)
		}
		plans = append(plans, p)
	}
	slices.SortFunc(plans, func(a, b planned) int { return b.At.Compare(a.At) })
	var runs []string
	for _, p := range plans {
		runs = append(runs, p.run)
	}
	return runs
}

// takeBack undoes a run until all of it is undone; the first attempt is killed.
func (w *chaosWorld) takeBack(run string) {
	undo := []string{"undo", "--yes", run}
	code, killed := exit.Stopped, w.killed(undo...)
	for try := 0; try < 8 && code != exit.OK; try++ {
		if open := w.openRun(); open != "" && killed && w.rng.IntN(2) == 0 {
			w.count(func(c *chaosTally) { c.resumed++ })
			code, killed = w.command("resume", open), false
			if code == exit.OK {
				code = exit.Stopped // that attempt is over; the next reports whether all is undone
			}
			continue
		}
		code = w.command(undo...)
	}
	if code != exit.OK {
		w.Errorf("the undo of %s exits %d", filepath.Base(run), code)
	}
}

// held counts the records by holder and value.
func (w *chaosWorld) held() map[string]int {
	state, err := w.witness.state()
	if err != nil {
		w.Fatal(err)
	}
	out := map[string]int{}
	for _, r := range state[w.kind.collection] {
		if r["deletedAt"] == nil {
			holder := ""
			if w.kind.holder != "" {
				holder = fmt.Sprint(r[w.kind.holder])
			}
			out[fmt.Sprintf("%s of %s", w.witness.kept(fmt.Sprint(r[w.kind.value])), holder)]++
		}
	}
	return out
}
