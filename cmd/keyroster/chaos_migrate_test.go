package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/exit"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// TestChaosMigration moves DoorFlow accounts to Seam workspaces of one to four
// access systems, under faults at both ends. Runs are killed and resumed, or
// followed by another. In the end every record of the source is at the target or
// among the losses, nothing is there twice, and another migration plans nothing.
func TestChaosMigration(t *testing.T) {
	t.Parallel()
	binary, err := chaosBinary()
	if err != nil {
		t.Fatal(err)
	}
	var tally chaosTally
	t.Run("worlds", func(t *testing.T) {
		for seed, size := range moveSizes {
			t.Run(fmt.Sprintf("seed-%d", seed), func(t *testing.T) {
				t.Parallel()
				w := &moveWorld{chaosWorld: chaosWorld{
					TB: t, spec: all.Lookup("seam"), binary: binary, rng: rand.New(rand.NewPCG(uint64(seed), 1147)), tally: &tally, dir: t.TempDir(),
				}}
				w.run(uint64(seed), size)
			})
		}
	})
	t.Logf("%s", &tally)
	if tally.faults == 0 || tally.kills == 0 || tally.put == 0 || tally.resumed == 0 {
		t.Error("no fault was injected, or nothing was killed, resumed or moved: the test proves nothing")
	}
}

// moveWorld is a migration; its chaosWorld is the target.
type moveWorld struct {
	chaosWorld
	source sandbox.API
	target sandbox.API
	state  moveSource
}

// moveSource is the state of a DoorFlow sandbox, as far as it matters.
type moveSource struct {
	People []struct {
		ID    int
		Email string
		First string `json:"first_name"`
		Last  string `json:"last_name"`
	}
	Credentials []struct {
		ID     string
		Person int `json:"person_id"`
		Value  *string
	}
}

func (w *moveWorld) run(seed uint64, size int) {
	// A 429 holds up all clients for a second, so a large world gets few.
	limited := min(0.003, 2/float64(size))
	faults, err := sandbox.ParseFaults(fmt.Sprintf("500=0.01,500-after=0.01,429=%g,reset=0.005,reset-after=0.01,truncate=0.003", limited))
	if err != nil {
		w.Fatal(err)
	}
	if w.source, err = w.open("doorflow", sandbox.Options{Generate: size, Seed: seed + 1}, &w.state); err != nil {
		w.Fatal(err)
	}
	if w.target, err = w.open("seam", sandbox.Options{State: w.workspace()}, nil); err != nil {
		w.Fatal(err)
	}
	from, _ := startSandbox(w, w.source, sandbox.Config{Provider: "doorflow", Faults: faults, Seed: seed})
	w.url, w.still = startSandbox(w, w.target, sandbox.Config{Provider: "seam", Faults: faults, Seed: seed + 1})
	w.twoAccounts(from)
	w.converge()
	w.judgeMove()
	var entries []sandbox.Entry
	w.get("/_sandbox/log", &entries)
	w.count(func(c *chaosTally) {
		for _, e := range entries {
			if e.Fault != "" {
				c.faults++
				c.kinds[e.Fault]++
			}
		}
	})
}

func (w *moveWorld) open(provider string, options sandbox.Options, into any) (sandbox.API, error) {
	api, err := all.Fake(provider, options)
	if err != nil || into == nil {
		return api, err
	}
	text, err := json.Marshal(api.State())
	if err != nil {
		return nil, err
	}
	return api, json.Unmarshal(text, into)
}

// workspace knows nine of ten people, each in one of a few systems.
func (w *moveWorld) workspace() []byte {
	id := func(kind, n int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, n) }
	var systems, users []map[string]any
	for n := range 1 + w.rng.IntN(4) {
		systems = append(systems, map[string]any{"acs_system_id": id(2, n), "name": fmt.Sprint("House ", n), "external_type": "brivo_account"})
	}
	for n, p := range w.state.People {
		if p.Email != "" && w.rng.IntN(10) > 0 {
			users = append(users, map[string]any{
				"acs_user_id": id(3, n), "acs_system_id": systems[w.rng.IntN(len(systems))]["acs_system_id"], "full_name": p.First + " " + p.Last, "email_address": p.Email,
			})
		}
	}
	text, err := json.Marshal(map[string]any{
		"workspace": map[string]any{"workspace_id": id(1, 1), "name": "New"}, "acs_systems": systems, "acs_users": users, "acs_credentials": []any{},
	})
	if err != nil {
		w.Fatal(err)
	}
	return text
}

func (w *moveWorld) twoAccounts(from string) {
	section := func(provider, url string, api sandbox.API) map[string]any {
		auth := map[string]string{}
		for name, secret := range account.WelcomeAuth(all.Lookup(provider), api.Welcome(url)) {
			auth[name] = "file:" + w.file(provider+"-"+name, []byte(secret.Reveal()))
		}
		return map[string]any{"provider": provider, "base_url": url, "auth": auth, "rate": "none", "concurrency": []int{1, 4, 32}[w.rng.IntN(3)]}
	}
	to := section("seam", w.url, w.target)
	to["limits"] = map[string]string{"create": "100000", "update": "100%", "invalid": "100%"}
	to["settle_wait"] = "2s"
	text, err := json.Marshal(map[string]any{"accounts": map[string]any{"old": section("doorflow", from, w.source), "a": to}})
	if err != nil {
		w.Fatal(err)
	}
	w.file("keyroster.yaml", text)
}

// migrate returns the arguments of a migration into the world's one folder.
func (w *moveWorld) migrate(flags ...string) []string {
	return append([]string{"migrate", "--from", "old", "--to", "a", "--out", filepath.Join(w.dir, "moved"), "--quiet"}, flags...)
}

// converge kills two runs, and lets others finish them, until one has ended with nothing left to do
// but what needs a person.
func (w *moveWorld) converge() {
	code := exit.Stopped
	for try := range 12 {
		args := w.migrate("--yes")
		if open := w.openRun(); open != "" && (try == 1 || w.rng.IntN(2) == 0) {
			args = []string{"resume", open, "--quiet"}
			w.count(func(c *chaosTally) { c.resumed++ })
		}
		if try < 2 {
			w.killedWriting(args...) // a run that ended before must not be resumed again
			continue
		}
		if code = w.command(args...); (code == exit.OK || code == exit.Partial) && w.openRun() == "" && w.plansNothing() {
			return
		}
	}
	w.Fatalf("the migration does not come to an end: the last run exits %d", code)
}

// killedWriting runs a command and kills it at some moment after it began to write, if it is still
// running.
func (w *moveWorld) killedWriting(args ...string) {
	after := time.Duration(w.rng.IntN(120)) * time.Millisecond
	cmd, _ := w.start(args...)
	ended := make(chan struct{})
	var killer sync.WaitGroup
	killer.Go(func() {
		look := time.NewTicker(time.Millisecond)
		defer look.Stop()
		var begun time.Time
		for {
			select {
			case <-ended:
				return
			case now := <-look.C:
				switch {
				case begun.IsZero() && w.openRun() != "":
					begun = now
				case !begun.IsZero() && now.Sub(begun) >= after:
					_ = cmd.Process.Kill()
					return
				}
			}
		}
	})
	_ = cmd.Wait()
	close(ended)
	killer.Wait()
	if cmd.ProcessState.ExitCode() == -1 {
		w.still()
		w.count(func(c *chaosTally) { c.kills++ })
	}
}

// plansNothing reports whether another migration would change nothing.
func (w *moveWorld) plansNothing() bool {
	cmd, out := w.start(w.migrate("--json", "--log-format", "json")...)
	_ = cmd.Wait()
	var report struct {
		Summary struct{ Planned int }
	}
	decoder := json.NewDecoder(out)
	for decoder.More() {
		var document json.RawMessage
		if decoder.Decode(&document) != nil {
			return false
		}
		var head struct{ Schema string }
		if json.Unmarshal(document, &head) == nil && head.Schema == "keyroster/report/1" && json.Unmarshal(document, &report) == nil {
			return report.Summary.Planned == 0
		}
	}
	return false
}

// judgeMove checks every record of the source against the target and the files.
func (w *moveWorld) judgeMove() {
	var now struct {
		Credentials []struct {
			ID   string `json:"acs_credential_id"`
			User string `json:"acs_user_id"`
			Code string
		} `json:"acs_credentials"`
	}
	w.get("/_sandbox/state", &now)
	type held struct{ user, code string }
	there, twice := map[string]held{}, map[held]int{}
	for _, c := range now.Credentials {
		there[c.ID] = held{c.User, c.Code}
		if twice[held{c.User, c.Code}]++; twice[held{c.User, c.Code}] > 1 {
			w.Errorf("user %s has a code twice", c.User)
		}
	}
	lost := map[string]bool{}
	for _, line := range w.table("loss.csv") {
		if line["lost"] == "all" {
			lost[line["source_credential_id"]] = true
		}
	}
	crosswalk := map[string]map[string]string{}
	for _, line := range w.table("crosswalk.csv") {
		crosswalk[line["source_credential_id"]] = line
	}
	moved := 0
	for _, c := range w.state.Credentials {
		line := crosswalk[c.ID]
		at, found := there[line["target_credential_id"]]
		switch {
		case lost[c.ID]:
		case !found || c.Value == nil || at.code != *c.Value || at.user != line["target_holder_id"]:
			w.Errorf("credential %s is neither among the losses nor, as it was, at the target: %v", c.ID, line)
		default:
			moved++
		}
	}
	if moved == 0 || moved < len(now.Credentials) {
		w.Errorf("%d records were moved, and the target holds %d", moved, len(now.Credentials))
	}
	w.count(func(c *chaosTally) { c.put += moved })
}

// table reads a file of the migration, each line as a map by column.
func (w *moveWorld) table(name string) []map[string]string {
	f, err := os.Open(filepath.Join(w.dir, "moved", name))
	if err != nil {
		w.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || len(lines) == 0 {
		w.Fatalf("read %s: %v", name, err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[strings.TrimPrefix(column, "\ufeff")] = line[i] // files for people begin with a BOM
		}
		out = append(out, row)
	}
	return out
}
