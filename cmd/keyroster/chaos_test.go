package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/exit"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// chaosFolder holds the binary of the chaos tests, if it was built, until all
// tests have run.
var chaosFolder string

var chaosBinary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "keyroster-chaos-")
	if err != nil {
		return "", err
	}
	chaosFolder = dir
	// A world itself waits until nothing of a killed process is on its way.
	overlay, err := withoutWaiting(dir)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "keyroster")
	out, err := exec.Command("go", "build", "-overlay", overlay, "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// TestChaos runs random worlds through the built binary: records, a roster, and
// faults drawn from one seed, under settings that must not matter; every second
// run is killed at a random moment and then resumed or settled by the next, and in
// every third, records are edited behind the back of a saved plan. In
// the end the records are what the roster says, every total closes, nothing was
// created twice and no write was sent that had to be refused.
func TestChaos(t *testing.T) {
	t.Parallel()
	binary, err := chaosBinary()
	if err != nil {
		t.Fatal(err)
	}
	var tally chaosTally
	t.Run("worlds", func(t *testing.T) {
		for _, spec := range all.Specs() {
			kind, known := chaosKinds[spec.Name]
			if !known {
				t.Errorf("the chaos tests do not know provider %s", spec.Name)
				continue
			}
			for seed := range chaosWorlds {
				t.Run(fmt.Sprintf("%s/seed-%d", spec.Name, seed), func(t *testing.T) {
					t.Parallel()
					w := &chaosWorld{TB: t, spec: spec, kind: kind, binary: binary, rng: rand.New(rand.NewPCG(uint64(seed), 4711)), tally: &tally}
					w.run(uint64(seed))
				})
			}
		}
	})
	t.Logf("worlds: %d for each provider; %s", chaosWorlds, &tally)
	if tally.faults == 0 || tally.kills == 0 || tally.looks == 0 || tally.conflicts == 0 || tally.late == 0 || tally.stripped == 0 {
		t.Error("no fault was injected, nothing was killed, edited or looked at: the test proves nothing")
	}
}

// chaosTally counts what was done to the program over all worlds.
type chaosTally struct {
	mu                          sync.Mutex
	faults, kills, resumed, put int
	// looks counts the writes after which the witness looked, transits those at which a holder was
	// in transit, conflicts the rows that met an edit.
	looks, transits, conflicts int
	// late and stripped count the worlds whose reads lag behind, and those whose provider keeps no
	// leading zeros. unnamed counts the people on temporary values whom a command did not name,
	// told how often the doors were told meanwhile.
	late, stripped, unnamed, told int
	kinds                         map[string]int
}

func (c *chaosTally) String() string {
	return fmt.Sprintf("%d changes, %d kills, %d resumed, %d looks, somebody in transit at %d, %d conflicts with edits, %d faults %v; "+
		"%d worlds with late reads, %d without leading zeros, %d people left unnamed on temporary values, doors told %d times while somebody was parked",
		c.put, c.kills, c.resumed, c.looks, c.transits, c.conflicts, c.faults, c.kinds, c.late, c.stripped, c.unnamed, c.told)
}

type chaosWorld struct {
	testing.TB
	spec    *providers.Spec
	kind    chaosKind
	binary  string
	rng     *rand.Rand
	tally   *chaosTally
	dir     string
	url     string
	still   func()
	witness *witness
	goals   *chaosGoal
	// settings are those of the account and its roster; nil draws them.
	settings *chaosSettings
}

// chaosSettings must not matter to what a run does.
type chaosSettings struct {
	concurrency, pageSize int
	freshness             string
	workbook              bool
}

func (w *chaosWorld) run(seed uint64) {
	roster := w.begin(seed)
	w.converge(roster, w.saved(seed, roster), seed%2 == 0 || chaosKillAll)
	w.judge()
}

// begin makes the world, and returns the roster that it must come to hold.
func (w *chaosWorld) begin(seed uint64) (roster string) {
	w.dir = w.TempDir()
	list := "500=0.01,500-after=0.02,429=0.01,reset=0.01,reset-after=0.02,truncate=0.005,html=0.005"
	if seed%3 != 1 && seed%2 == 0 { // no other client edits: an edit no read shows yet may be overwritten
		list += fmt.Sprintf(",stale-read=%dms", 50+w.rng.IntN(350))
		w.count(func(c *chaosTally) { c.late++ })
	}
	faults, err := sandbox.ParseFaults(list)
	if err != nil {
		w.Fatal(err)
	}
	set := w.switches()
	if strips(seed) {
		set["strip-zeros"] = "true"
		w.count(func(c *chaosTally) { c.stripped++ })
	}
	api, err := all.Fake(w.spec.Name, sandbox.Options{Generate: 40 + w.rng.IntN(60), Seed: seed + 1, Set: set})
	if err != nil {
		w.Fatal(err)
	}
	w.witness = &witness{API: api, kind: &w.kind, strips: strips(seed)}
	w.url, w.still = startSandbox(w, w.witness, sandbox.Config{Provider: w.spec.Name, Latency: 2 * time.Millisecond, Faults: faults, Seed: seed})
	state, err := w.witness.state()
	if err != nil {
		w.Fatal(err)
	}
	w.goals = w.goal(state)
	w.witness.guard(state, w.goals)
	w.configure(api.Welcome(w.url))
	return w.roster()
}

// saved makes a plan in every third world, changes some records behind its
// back, and returns the flags that hold a run to it.
func (w *chaosWorld) saved(seed uint64, roster string) []string {
	if seed%3 != 1 {
		return nil
	}
	plan := filepath.Join(w.dir, "plan.json")
	code := w.command("plan", "--account", "a", "--out", plan, roster)
	for try := 0; code != exit.OK && try < 4; try++ {
		code = w.command("plan", "--account", "a", "--out", plan, roster)
	}
	ids := slices.Sorted(maps.Keys(w.goals.values))
	for n := range 1 + w.rng.IntN(3) {
		id, value := ids[w.rng.IntN(len(ids))], w.kind.fresh(w.rng, 30_000+n)
		w.goals.edited[id] = true
		w.edit(id, value)
	}
	return []string{"--plan", plan}
}

// edit gives a record another value behind our back.
func (w *chaosWorld) edit(id, value string) {
	w.witness.edited(value)
	set, err := json.Marshal(map[string]string{w.kind.value: value})
	if err == nil {
		err = w.witness.Edit(sandbox.Edit{Collection: w.kind.collection, ID: w.quoted(id), Set: set})
	}
	if err != nil {
		w.Error(err)
	}
}

// quoted returns a record's id as the provider's JSON has it.
func (w *chaosWorld) quoted(id string) json.RawMessage {
	if _, err := strconv.Atoi(id); err == nil && w.spec.Name == "doorflow" {
		return json.RawMessage(id)
	}
	return json.RawMessage(strconv.Quote(id))
}

// converge runs until all is as desired; killed: the first run is killed.
func (w *chaosWorld) converge(roster string, plan []string, killed bool) {
	apply := []string{"apply", "--account", "a", "--yes", roster}
	code := exit.Stopped
	if killed {
		killed = w.killed(slices.Concat(apply, plan)...)
	} else if plan != nil {
		code = w.command(slices.Concat(apply, plan)...)
		w.conflicts(code)
	}
	for try := 0; try < 6 && code != exit.OK; try++ {
		open := w.openRun()
		resumes := open != "" && killed && w.rng.IntN(2) == 0
		if !resumes {
			code = w.command(apply...)
			killed = false
			continue
		}
		w.count(func(c *chaosTally) { c.resumed++ })
		if code = w.command("resume", open); plan != nil {
			w.conflicts(code)
		}
	}
	if code != exit.OK {
		w.Errorf("the last run exits %d", code)
	}
}

// conflicts checks the report of the last run against the edits behind our back.
func (w *chaosWorld) conflicts(code int) {
	runs, _ := filepath.Glob(filepath.Join(w.dir, "runs", "*-*"))
	slices.Sort(runs)
	if code != exit.Partial || len(runs) == 0 {
		return // a fault stopped it, so it does not tell of every row
	}
	text, err := os.ReadFile(filepath.Join(runs[len(runs)-1], "report.json"))
	if err != nil {
		w.Error(err)
		return
	}
	var report struct {
		Lines []struct {
			Credential string `json:"credential_id"`
			Outcome    string
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		w.Error(err)
	}
	found := map[string]bool{}
	for _, l := range report.Lines {
		if l.Outcome == "conflict" {
			found[l.Credential] = true
		}
	}
	w.count(func(c *chaosTally) { c.conflicts += len(found) })
	if !maps.Equal(found, w.goals.edited) {
		w.Errorf("conflicts %v, and %v were edited behind our back", slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(w.goals.edited)))
	}
}

// switches returns those that make a sandbox quick where it is slow by design.
func (w *chaosWorld) switches() map[string]string {
	set := map[string]string{}
	if w.spec.Name == "doorflow" {
		set["sync-window"] = "0s"
	}
	return set
}

// strips reports whether the provider of a world keeps no leading zeros.
func strips(seed uint64) bool { return seed%4 == 2 }

// roster writes the goal's rows to a file, as CSV or as a workbook.
func (w *chaosWorld) roster() string {
	lines := [][]string{w.kind.columns}
	for _, row := range w.goals.rows {
		var line []string
		for _, column := range w.kind.columns {
			line = append(line, row[column])
		}
		lines = append(lines, line)
	}
	workbook := w.settings != nil && w.settings.workbook
	if w.settings == nil {
		workbook = w.rng.IntN(2) == 0
	}
	if workbook {
		book := xlsxtest.Book{Deflate: true, Sheets: []xlsxtest.Sheet{{Name: "Roster", XML: xlsxtest.Grid(lines...)}}}
		return w.file("roster.xlsx", book.Bytes(w))
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(lines); err != nil {
		w.Fatal(err)
	}
	return w.file("roster.csv", b.Bytes())
}

func (w *chaosWorld) file(name string, content []byte) string {
	path := filepath.Join(w.dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		w.Fatal(err)
	}
	return path
}

func (w *chaosWorld) get(path string, into any) {
	w.Helper()
	resp, err := http.Get(w.url + path)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Fatal(err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		w.Fatal(err)
	}
}

// pageSize returns one of four sizes. A page of one record is for providers whose pages are read in
// parallel: elsewhere a listing meets every fault in turn.
func (w *chaosWorld) pageSize() int {
	size := []int{1, 7, 100, 500}[w.rng.IntN(4)]
	if size == 1 && w.spec.Name != "doorflow" {
		return 7
	}
	return size
}

// configure writes the account, with settings that must not matter.
func (w *chaosWorld) configure(welcome map[string]any) {
	settings := w.settings
	if settings == nil {
		settings = &chaosSettings{concurrency: []int{1, 4, 32}[w.rng.IntN(3)], pageSize: w.pageSize(), freshness: []string{"read", "listing"}[w.rng.IntN(2)]}
	}
	section := map[string]any{
		"provider": w.spec.Name, "base_url": cmp.Or(account.WelcomeText(welcome, "base_url"), w.url), "rate": "none", "park": true,
		"concurrency": settings.concurrency, "page_size": settings.pageSize, "freshness": settings.freshness,
		"limits": map[string]string{"update": "100%", "create": "1000", "delete": "1000", "issued": "1000"},
	}
	auth := map[string]string{}
	for name, secret := range account.WelcomeAuth(w.spec, welcome) {
		path := filepath.Join(w.dir, name)
		if err := os.WriteFile(path, []byte(secret.Reveal()), 0o600); err != nil {
			w.Fatal(err)
		}
		auth[name] = "file:" + path
		if name == "environment_id" || name == "workspace_id" {
			auth[name] = secret.Reveal()
		}
	}
	section["auth"] = auth
	for _, name := range []string{"auth_url", "environment_id"} {
		if text := account.WelcomeText(welcome, name); text != "" {
			section[name] = text
		}
	}
	// JSON is YAML.
	text, err := json.Marshal(map[string]any{"accounts": map[string]any{"a": section}})
	if err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "keyroster.yaml"), text, 0o600); err != nil {
		w.Fatal(err)
	}
}

func (w *chaosWorld) start(args ...string) (*exec.Cmd, *bytes.Buffer) {
	args = append(args, "--config", filepath.Join(w.dir, "keyroster.yaml"), "--runs", filepath.Join(w.dir, "runs"), "--state", filepath.Join(w.dir, "state"))
	cmd := exec.Command(w.binary, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		w.Fatal(err)
	}
	return cmd, &out
}

func (w *chaosWorld) command(args ...string) int {
	cmd, out := w.start(args...)
	err := cmd.Wait()
	code := cmd.ProcessState.ExitCode()
	if code != exit.OK && code != exit.Partial && code != exit.Stopped && code != exit.Unsafe {
		w.Errorf("%v exits %d (%v): %s", args, code, err, out)
	} else if code != exit.OK {
		w.Logf("%v exits %d: %s", args, code, out)
	}
	w.named(args, out.String())
	return code
}

// named checks that a command which has ended names every record that it leaves on a temporary
// value.
func (w *chaosWorld) named(args []string, out string) {
	if w.witness == nil {
		return
	}
	w.witness.mu.Lock()
	parked := w.witness.parked()
	w.witness.mu.Unlock()
	for _, id := range parked {
		if args[0] != "plan" && !(strings.Contains(out, "temporary value") && strings.Contains(out, id)) {
			w.count(func(c *chaosTally) { c.unnamed++ })
			w.Errorf("%v leaves record %s on a temporary value and does not say so: %s", args, id, out)
		}
	}
}

// killed runs a command and kills it at a random moment; it reports whether the command was still
// running.
func (w *chaosWorld) killed(args ...string) bool {
	cmd, _ := w.start(args...)
	kill := func() { _ = cmd.Process.Kill() }
	moment := time.Hour // most die at a request: time says little about how far they are
	if w.rng.IntN(4) == 0 {
		moment = time.Duration(20+w.rng.IntN(180)) * time.Millisecond
	} else {
		w.witness.killAt(1+w.rng.IntN(16), w.rng.IntN(2) == 0, kill)
	}
	timer := time.AfterFunc(moment, kill)
	err := cmd.Wait()
	timer.Stop()
	w.witness.killAt(0, false, nil)
	if _, ended := errors.AsType[*exec.ExitError](err); !ended || cmd.ProcessState.ExitCode() != -1 {
		return false
	}
	w.still()
	w.count(func(c *chaosTally) { c.kills++ })
	return true
}

// openRun returns the folder of a run that can be resumed, or an empty string.
func (w *chaosWorld) openRun() string {
	found, _ := filepath.Glob(filepath.Join(w.dir, "runs", "*", "sealed.age"))
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[0])
}

func (w *chaosWorld) count(add func(*chaosTally)) {
	w.tally.mu.Lock()
	defer w.tally.mu.Unlock()
	if w.tally.kinds == nil {
		w.tally.kinds = map[string]int{}
	}
	add(w.tally)
}

// judgeRecords checks the records against the goal.
func (w *chaosWorld) judgeRecords() {
	state, err := w.witness.state()
	if err != nil {
		w.Fatal(err)
	}
	left, made := maps.Clone(w.goals.values), map[string]int{}
	for _, r := range state[w.kind.collection] {
		id, value := fmt.Sprint(r[w.kind.id]), fmt.Sprint(r[w.kind.value])
		made[w.witness.kept(value)]++
		switch want, named := w.goals.values[id]; {
		case r["deletedAt"] != nil:
			continue
		case w.goals.gone[id]:
			w.Errorf("record %s is still there", id)
		case named && w.witness.kept(value) != w.witness.kept(want):
			w.Errorf("record %s holds another value than its row wants", id)
		}
		delete(left, id)
	}
	if len(left) > 0 {
		w.Errorf("%d records are gone", len(left))
	}
	for _, value := range w.goals.made {
		if made[w.witness.kept(value)] != 1 {
			w.Errorf("a new credential was made %d times", made[value])
		}
	}
}

// judge checks the sandbox, its log and the run folders against the roster.
func (w *chaosWorld) judge() {
	w.judgeRecords()
	if problem := w.witness.verdict(); problem != "" {
		w.Error(problem)
	}
	if w.witness.told > 0 {
		w.Errorf("the doors were told %d times while somebody was on a temporary value", w.witness.told)
	}
	w.count(func(c *chaosTally) {
		c.looks += w.witness.writes
		c.transits += w.witness.transits
		c.told += w.witness.told
	})
	w.judgeLog()
	runs, _ := filepath.Glob(filepath.Join(w.dir, "runs", "*-*"))
	slices.Sort(runs)
	for _, run := range runs {
		if _, err := os.Stat(filepath.Join(run, "manifest.json")); err != nil {
			continue // killed before its first write, and never taken up
		}
		cmd, out := w.start("verify", run)
		if err := cmd.Wait(); err != nil {
			w.Errorf("verify %s: %v: %s", filepath.Base(run), err, out)
		}
	}
}
