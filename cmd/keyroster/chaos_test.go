package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// chaosKind says how rosters of a provider are made from its sandbox's state.
type chaosKind struct {
	collection, id, value string
	columns               []string
	// where keeps the records that a roster may change.
	where func(record map[string]any) bool
	// fresh is a value that no record holds; unique: values may be handed on.
	fresh  func(rng *rand.Rand, n int) string
	unique bool
}

// chaosKinds has the providers that the chaos tests know; one without an entry
// fails them.
var chaosKinds = map[string]chaosKind{
	"doorflow": {
		collection: "credentials", id: "id", value: "value", columns: []string{"credential_id", "value"}, unique: true,
		where: func(r map[string]any) bool { return r["credential_type_id"] == float64(32) && r["value"] != nil },
		fresh: func(_ *rand.Rand, n int) string { return fmt.Sprintf("00777%05d", n) },
	},
	"seam": {
		collection: "acs_credentials", id: "acs_credential_id", value: "code", columns: []string{"credential_id", "value"},
		where: func(r map[string]any) bool {
			return r["access_method"] == "code" && r["is_managed"] == true && r["code"] != nil && r["parent_acs_credential_id"] == nil &&
				!strings.Contains(fmt.Sprint(r["external_type"]), "salto") && !strings.Contains(fmt.Sprint(r["external_type"]), "latch")
		},
		fresh: func(_ *rand.Rand, n int) string { return fmt.Sprintf("07%06d", n) },
	},
	"pingone": {
		collection: "credential_types", id: "id", value: "description", columns: []string{"credential_type_id", "description"},
		where: func(r map[string]any) bool { return r["deletedAt"] == nil && r["description"] != nil },
		fresh: func(_ *rand.Rand, n int) string { return fmt.Sprintf("Sample card, edition %d", n) },
	},
}

var chaosBinary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "keyroster-chaos-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "keyroster")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// TestChaos runs random worlds through the built binary: records, a roster, and
// faults drawn from one seed, under settings that must not matter; every second
// run is killed at a random moment and then resumed or settled by the next. In
// the end the records are what the roster says, every total closes, nothing was
// created twice and no write was sent that had to be refused.
func TestChaos(t *testing.T) {
	binary, err := chaosBinary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(binary)) })
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
	if tally.faults == 0 || tally.kills == 0 {
		t.Error("no fault was injected, or nothing was killed: the test proves nothing")
	}
}

// chaosTally counts what was done to the program over all worlds.
type chaosTally struct {
	mu                          sync.Mutex
	faults, kills, resumed, put int
	kinds                       map[string]int
}

func (c *chaosTally) String() string {
	return fmt.Sprintf("%d changes, %d kills, %d resumed, %d faults %v", c.put, c.kills, c.resumed, c.faults, c.kinds)
}

type chaosWorld struct {
	testing.TB
	spec   *providers.Spec
	kind   chaosKind
	binary string
	rng    *rand.Rand
	tally  *chaosTally
	dir    string
	url    string
	want   map[string]string
}

func (w *chaosWorld) run(seed uint64) {
	w.dir = w.TempDir()
	faults, err := sandbox.ParseFaults("500=0.01,500-after=0.02,429=0.01,reset=0.01,reset-after=0.02,truncate=0.005,html=0.005")
	if err != nil {
		w.Fatal(err)
	}
	api, err := w.spec.Sandbox(sandbox.Options{Generate: 40 + w.rng.IntN(60), Seed: seed + 1, Set: w.switches()})
	if err != nil {
		w.Fatal(err)
	}
	url, stop, err := sandbox.Start(context.Background(), api, sandbox.Config{Provider: w.spec.Name, Latency: 2 * time.Millisecond, Faults: faults, Seed: seed})
	if err != nil {
		w.Fatal(err)
	}
	defer stop()
	w.url = url
	roster := w.roster()
	w.configure(api.Welcome(url))
	killed := seed%2 == 0 || chaosKillAll
	code := 0
	if killed {
		killed = w.killed("apply", "--account", "a", "--yes", roster)
	}
	for try := 0; try < 4; try++ {
		if open := w.openRun(); killed && open != "" && w.rng.IntN(2) == 0 {
			w.count(func(c *chaosTally) { c.resumed++ })
			code = w.command("resume", open)
		} else {
			code = w.command("apply", "--account", "a", "--yes", roster)
		}
		if code == exitOK {
			break
		}
	}
	if code != exitOK {
		w.Errorf("the last run exits %d", code)
	}
	w.judge()
}

// switches make a sandbox quick where it is slow by design.
func (w *chaosWorld) switches() map[string]string {
	if w.spec.Name == "doorflow" {
		return map[string]string{"sync-window": "0s"}
	}
	return nil
}

// roster gives some records fresh values, hands some on in paths and circles,
// and leaves the rest as they are; rows are shuffled.
func (w *chaosWorld) roster() string {
	records := w.records()
	w.want = map[string]string{}
	var rows [][]string
	order := w.rng.Perm(len(records))
	changes := 6 + w.rng.IntN(20)
	for n, i := range order {
		r := records[i]
		value := r[1]
		switch {
		case n >= min(changes, len(records)-1):
		case w.kind.unique && n%3 != 0 && n+1 < min(changes, len(records)-1):
			value = records[order[n+1]][1]
		case w.kind.unique && n%3 != 0:
			// The end of a path, or the last of a circle that began above.
			value = w.kind.fresh(w.rng, n)
			if w.rng.IntN(2) == 0 {
				value = records[order[n/3*3+1]][1]
			}
		default:
			value = w.kind.fresh(w.rng, n)
		}
		w.want[r[0]] = value
		rows = append(rows, []string{r[0], value})
	}
	w.repair(records, rows)
	w.rng.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	_ = out.Write(w.kind.columns)
	_ = out.WriteAll(rows)
	path := filepath.Join(w.dir, "roster.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		w.Fatal(err)
	}
	return path
}

// repair makes the wanted values unique again, so that every row can be had.
func (w *chaosWorld) repair(records [][2]string, rows [][]string) {
	if !w.kind.unique {
		return
	}
	seen := map[string]bool{}
	for n, row := range rows {
		if seen[row[1]] {
			row[1] = w.kind.fresh(w.rng, 10_000+n)
			w.want[row[0]] = row[1]
		}
		seen[row[1]] = true
	}
	_ = records
}

// records are id and value of what a roster may change, as the sandbox has them.
func (w *chaosWorld) records() [][2]string {
	var state map[string]json.RawMessage
	w.get("/_sandbox/state", &state)
	var list []map[string]any
	if err := json.Unmarshal(state[w.kind.collection], &list); err != nil {
		w.Fatal(err)
	}
	var out [][2]string
	for _, r := range list {
		if w.kind.where(r) {
			out = append(out, [2]string{fmt.Sprint(r[w.kind.id]), fmt.Sprint(r[w.kind.value])})
		}
	}
	if len(out) < 5 {
		w.Fatalf("only %d records to work on", len(out))
	}
	return out
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

// configure writes the account, with settings that must not matter.
func (w *chaosWorld) configure(welcome map[string]any) {
	opened := &account{spec: w.spec}
	account := map[string]any{
		"provider": w.spec.Name, "base_url": orElse(member(welcome, "base_url"), w.url), "rate": "none", "park": true,
		"concurrency": []int{1, 4, 32}[w.rng.IntN(3)], "page_size": []int{7, 100, 500}[w.rng.IntN(3)],
		"freshness": []string{"read", "listing"}[w.rng.IntN(2)],
		"limits":    map[string]string{"update": "100%", "create": "1000"},
	}
	auth := map[string]string{}
	for name, secret := range opened.welcomeAuth(welcome) {
		path := filepath.Join(w.dir, name)
		if err := os.WriteFile(path, []byte(secret.Reveal()), 0o600); err != nil {
			w.Fatal(err)
		}
		auth[name] = "file:" + path
		if name == "environment_id" || name == "workspace_id" {
			auth[name] = secret.Reveal()
		}
	}
	account["auth"] = auth
	for _, name := range []string{"auth_url", "environment_id"} {
		if text := member(welcome, name); text != "" {
			account[name] = text
		}
	}
	// JSON is YAML.
	text, err := json.Marshal(map[string]any{"accounts": map[string]any{"a": account}})
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
	if code != exitOK && code != exitPartial && code != exitError && code != exitUnsafe {
		w.Errorf("%v exits %d (%v): %s", args, code, err, out)
	} else if code != exitOK {
		w.Logf("%v exits %d: %s", args, code, out)
	}
	return code
}

// killed runs a command and kills it at a random moment; it tells whether the
// command was still there.
func (w *chaosWorld) killed(args ...string) bool {
	cmd, _ := w.start(args...)
	timer := time.AfterFunc(time.Duration(20+w.rng.IntN(180))*time.Millisecond, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	if _, ended := errors.AsType[*exec.ExitError](err); !ended || cmd.ProcessState.ExitCode() != -1 {
		return false
	}
	w.count(func(c *chaosTally) { c.kills++ })
	return true
}

// openRun is the folder of a run that can be resumed, or empty.
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

// judge holds the sandbox, its log and the run folders against the roster.
func (w *chaosWorld) judge() {
	for _, r := range w.records() {
		if want, named := w.want[r[0]]; named && r[1] != want {
			w.Errorf("record %s holds another value than its row wants", r[0])
		}
	}
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
	runs, _ := filepath.Glob(filepath.Join(w.dir, "runs", "*"))
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
