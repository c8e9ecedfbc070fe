package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/exit"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// agreeFaults are rare enough for retries within one run to survive them: they must not change what
// becomes of any row.
const agreeFaults = "500=0.01,500-after=0.015,429=0.004,reset=0.005,reset-after=0.01,truncate=0.005,html=0.005"

// agreeSeed is the seed of the first world, in which two people change cards.
const agreeSeed uint64 = 7

// agreeSettings returns the settings of a world: the first are the usual ones, by which the others
// are judged; the next four cover each kind of setting, and any further ones are random.
func agreeSettings(rng *rand.Rand, n int) []agreeSetting {
	read := func(concurrency, pageSize int, workbook bool) chaosSettings {
		return chaosSettings{concurrency: concurrency, pageSize: pageSize, freshness: "read", workbook: workbook}
	}
	settings := []agreeSetting{
		{chaosSettings: read(4, 100, false)},
		{chaosSettings: read(1, 7, true), shuffled: true},
		{chaosSettings: read(32, 500, false), shuffled: true, killAt: 3},
		{chaosSettings: read(4, 1, true), saved: true},
		{chaosSettings: read(32, 7, true), shuffled: true, killAt: 5, saved: true},
	}
	for len(settings) < n {
		settings = append(settings, agreeSetting{
			chaosSettings: read([]int{1, 4, 32}[rng.IntN(3)], []int{1, 7, 100, 500}[rng.IntN(4)], rng.IntN(2) == 0),
			shuffled:      rng.IntN(2) == 0, saved: rng.IntN(2) == 0, killAt: []int{0, 1, 2, 4, 6}[rng.IntN(5)],
		})
	}
	return settings
}

// agreeSetting is one way to do the same work.
type agreeSetting struct {
	chaosSettings
	shuffled bool
	// saved: a plan is made first, and apply is held to it.
	saved bool
	// killAt is the number of writes after which the run is killed and resumed; 0 is never.
	killAt int
}

func (s agreeSetting) String() string {
	words := fmt.Sprintf("concurrency %d, pages of %d", s.concurrency, s.pageSize)
	for _, w := range []struct {
		is   bool
		word string
	}{{s.workbook, "workbook"}, {s.shuffled, "shuffled"}, {s.saved, "saved plan"}, {s.killAt > 0, fmt.Sprint("killed at ", s.killAt)}} {
		if w.is {
			words += ", " + w.word
		}
	}
	return words
}

// TestChaosSettingsAgree runs the same random world (records, a roster, faults, edits behind our
// back between listing and writing) under settings that must not matter, and compares the results:
// what the provider holds in the end, what became of each row and record, and the totals.
func TestChaosSettingsAgree(t *testing.T) {
	t.Parallel()
	binary, err := chaosBinary()
	if err != nil {
		t.Fatal(err)
	}
	var tally chaosTally
	t.Run("worlds", func(t *testing.T) {
		for _, spec := range all.Specs() {
			for seed := agreeSeed; seed < agreeSeed+agreeWorlds; seed++ {
				t.Run(fmt.Sprintf("%s/seed-%d", spec.Name, seed), func(t *testing.T) {
					t.Parallel()
					settings := agreeSettings(rand.New(rand.NewPCG(seed, 11)), agreeRuns)
					ends := make([]*agreement, len(settings))
					t.Run("settings", func(t *testing.T) {
						for n, setting := range settings {
							t.Run(setting.String(), func(t *testing.T) {
								t.Parallel()
								ends[n] = agreeRun(t, spec, binary, seed, setting, &tally)
							})
						}
					})
					for n, end := range ends[1:] {
						if diff := cmp.Diff(ends[0], end); diff != "" {
							t.Errorf("seed %d: %s (-) and %s (+) do not agree:\n%s", seed, settings[0], settings[n+1], diff)
						}
					}
				})
			}
		}
	})
	t.Logf("worlds: %d for each provider under %d settings; %s", agreeWorlds, agreeRuns, &tally)
	if tally.faults == 0 || tally.kills == 0 || tally.conflicts == 0 || tally.transits == 0 {
		t.Error("no fault was injected, nothing was killed, edited or parked: the test proves nothing")
	}
}

// agreement is what must not depend on the settings.
type agreement struct {
	Exit      int
	Converged bool
	Summary   map[string]int
	// Lines has what became of each row, by its number in the unshuffled
	// roster, and of each record without a row, by its id.
	Lines map[string]string
	// Records are what the provider holds; a new record has no id.
	Records []string
}

// agreeRun runs a world under a setting.
func agreeRun(t *testing.T, spec *providers.Spec, binary string, seed uint64, setting agreeSetting, tally *chaosTally) *agreement {
	w := &chaosWorld{TB: t, spec: spec, kind: chaosKinds[spec.Name], binary: binary, rng: rand.New(rand.NewPCG(seed, 815)), tally: tally, dir: t.TempDir(), settings: &setting.chaosSettings}
	if spec.Name != "doorflow" {
		setting.pageSize = max(setting.pageSize, 7) // see pageSize
	}
	faults, err := sandbox.ParseFaults(agreeFaults)
	if err != nil {
		t.Fatal(err)
	}
	api, err := all.Fake(spec.Name, sandbox.Options{Generate: 40 + w.rng.IntN(40), Seed: seed + 7, Set: w.switches()})
	if err != nil {
		t.Fatal(err)
	}
	w.witness = &witness{API: api, kind: &w.kind}
	state, err := w.witness.state()
	if err != nil {
		t.Fatal(err)
	}
	w.goals = w.goal(state)
	w.witness.guard(state, w.goals)
	order := w.shuffle(setting.shuffled)
	roster := w.roster()
	edit := sync.OnceFunc(func() { w.disturb(state) })
	door := &agreeDoor{witness: w.witness, first: edit, killAt: setting.killAt}
	if setting.saved {
		door.first = func() {} // the edit comes sooner
	}
	w.url, w.still = startSandbox(t, door, sandbox.Config{Provider: spec.Name, Latency: time.Millisecond, Faults: faults, Seed: seed})
	w.configure(api.Welcome(w.url))
	args := []string{"apply", "--account", "a", "--yes", roster}
	if setting.saved {
		plan := filepath.Join(w.dir, "plan.json")
		if cmd, out := w.start("plan", "--account", "a", "--out", plan, roster); cmd.Wait() != nil {
			t.Fatalf("plan: %s", out)
		}
		edit()
		args = append(args, "--plan", plan)
	}
	code := w.throughDoor(door, args)
	w.judgeLog()
	if problem := w.witness.verdict(); problem != "" {
		t.Error(problem)
	}
	w.count(func(c *chaosTally) { c.looks += w.witness.writes; c.transits += w.witness.transits })
	return w.agreed(code, state, order)
}

// shuffle puts the rows into another order if asked to, and returns the number that each has in the
// original one.
func (w *chaosWorld) shuffle(really bool) []int {
	order := make([]int, len(w.goals.rows))
	for n := range order {
		order[n] = n
	}
	if really {
		w.rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
	}
	rows := make([]map[string]string, len(order))
	for n, from := range order {
		rows[n] = w.goals.rows[from]
	}
	w.goals.rows = rows
	return order
}

// disturb gives other values to some records that the roster changes or takes away. None is part of
// a chain: an edit there that is seen early enough lets the next change in the chain go on, which
// is right, but no agreement.
func (w *chaosWorld) disturb(state chaosState) {
	held, wanted := map[string]string{}, map[string]bool{}
	for _, r := range state[w.kind.collection] {
		held[fmt.Sprint(r[w.kind.id])] = fmt.Sprint(r[w.kind.value])
	}
	for _, value := range w.goals.values {
		wanted[value] = true
	}
	if !w.kind.unique {
		clear(wanted)
	}
	chained := func(id, value string) bool {
		return wanted[held[id]] || w.kind.unique && slices.Contains(slices.Collect(maps.Values(held)), value)
	}
	left := 2
	for _, id := range slices.Sorted(maps.Keys(w.goals.values)) {
		if value := w.goals.values[id]; left > 0 && value != held[id] && !chained(id, value) {
			left--
			w.edit(id, w.kind.fresh(w.rng, 40_000+left))
		}
	}
	if gone := slices.Sorted(maps.Keys(w.goals.gone)); len(gone) > 0 && !wanted[held[gone[0]]] {
		w.edit(gone[0], w.kind.fresh(w.rng, 50_000))
	}
}

// throughDoor runs apply, and resume if it is killed.
func (w *chaosWorld) throughDoor(door *agreeDoor, args []string) int {
	door.mu.Lock()
	cmd, out := w.start(args...)
	door.kill = func() { _ = cmd.Process.Kill() }
	door.mu.Unlock()
	_ = cmd.Wait()
	if killed := cmd.ProcessState.ExitCode() == -1; killed != (door.killAt > 0) {
		w.Fatalf("killed: %v: %s", killed, out)
	}
	if door.killAt > 0 {
		w.still()
		w.count(func(c *chaosTally) { c.kills++; c.resumed++ })
		open := w.openRun()
		if open == "" {
			w.Fatal("the killed run cannot be resumed")
		}
		cmd, out = w.start("resume", open)
		_ = cmd.Wait()
	}
	code := cmd.ProcessState.ExitCode()
	if code != exit.OK && code != exit.Partial {
		w.Errorf("the run exits %d: %s", code, out)
	}
	return code
}

// agreeDoor sits in front of a witness: it does something at the first request that reads or writes
// a single record, and kills the client after some writes.
type agreeDoor struct {
	*witness
	first  func()
	killAt int

	mu     sync.Mutex
	writes int
	kill   func()
}

// The requests about one record, and those of them that change it, at all providers.
var (
	agreeSingle = regexp.MustCompile(`/people/[^/]+/credentials|/acs/credentials/get$|/credentialTypes/[^/]+$`)
	agreeWrites = regexp.MustCompile(`^(PUT|POST|PATCH|DELETE) .*(/people/[^/]+/credentials|/acs/credentials/(create|update|delete)$|/credentialTypes)`)
)

// ServeHTTP implements [http.Handler].
func (d *agreeDoor) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	if agreeSingle.MatchString(r.URL.Path) {
		d.first()
	}
	d.witness.ServeHTTP(out, r)
	if !agreeWrites.MatchString(r.Method + " " + r.URL.Path) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writes++; d.writes == d.killAt {
		d.kill()
	}
}

// judgeLog counts the faults, and checks that no write was sent that had to be refused.
func (w *chaosWorld) judgeLog() {
	var log []struct {
		Method, Path, Fault string
		Status              int
		Applied             bool
	}
	w.get("/_sandbox/log", &log)
	for _, e := range log {
		if e.Status == http.StatusUnprocessableEntity || e.Status == http.StatusConflict {
			w.Errorf("%s %s was refused with %d, and never should have been sent", e.Method, e.Path, e.Status)
		}
		w.count(func(c *chaosTally) {
			if e.Fault != "" {
				c.faults++
				c.kinds[e.Fault]++
			}
			if e.Applied {
				c.put++
			}
		})
	}
}

// agreed reads what the run came to.
func (w *chaosWorld) agreed(code int, before chaosState, order []int) *agreement {
	runs, _ := filepath.Glob(filepath.Join(w.dir, "runs", "*-*"))
	if len(runs) != 1 {
		w.Fatalf("%d run folders, want one: %v", len(runs), runs)
	}
	if cmd, out := w.start("verify", runs[0]); cmd.Wait() != nil {
		w.Errorf("verify: %s", out)
	}
	text, err := os.ReadFile(filepath.Join(runs[0], "report.json"))
	if err != nil {
		w.Fatal(err)
	}
	var report struct {
		Converged bool
		Summary   map[string]int
		Lines     []struct {
			Source                                   *struct{ Line int }
			CredentialID                             string `json:"credential_id"`
			HolderID                                 string `json:"holder_id"`
			Type, Situation, Action, Outcome, Reason string
			Verified                                 *bool
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		w.Fatal(err)
	}
	end := &agreement{Exit: code, Converged: report.Converged, Summary: report.Summary, Lines: map[string]string{}}
	for _, l := range report.Lines {
		key := "record " + l.CredentialID
		if l.Source != nil {
			key = fmt.Sprint("row ", order[l.Source.Line-2])
		}
		verified := "null"
		if l.Verified != nil {
			verified = fmt.Sprint(*l.Verified)
		}
		if end.Lines[key] != "" {
			w.Errorf("%s is in the report twice", key)
		}
		end.Lines[key] = strings.Join([]string{l.CredentialID, l.HolderID, l.Type, l.Situation, l.Action, l.Outcome, verified}, " ")
		if l.Outcome == "conflict" {
			w.count(func(c *chaosTally) { c.conflicts++ })
		}
	}
	end.Records = w.holds(before)
	return end
}

// madeID is an id as providers make them.
var madeID = regexp.MustCompile(`[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}`)

// holds returns the provider's records without what time and chance make of them: moments, and the
// ids of what is new.
func (w *chaosWorld) holds(before chaosState) []string {
	text, err := json.Marshal(before)
	if err != nil {
		w.Fatal(err)
	}
	known := map[string]bool{}
	for _, id := range madeID.FindAllString(string(text), -1) {
		known[id] = true
	}
	for _, r := range before[w.kind.collection] {
		known[fmt.Sprint(r[w.kind.id])] = true
	}
	state, err := w.witness.state()
	if err != nil {
		w.Fatal(err)
	}
	var out []string
	for _, r := range state[w.kind.collection] {
		one := maps.Clone(r)
		if !known[fmt.Sprint(r[w.kind.id])] {
			one[w.kind.id] = "new"
		}
		for name := range one {
			if strings.HasSuffix(name, "_at") || strings.HasSuffix(name, "At") {
				one[name] = one[name] != nil
			}
		}
		text, err := json.Marshal(one)
		if err != nil {
			w.Fatal(err)
		}
		out = append(out, madeID.ReplaceAllStringFunc(string(text), func(id string) string {
			if known[id] {
				return id
			}
			return "new"
		}))
	}
	slices.Sort(out)
	return out
}
