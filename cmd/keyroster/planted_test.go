package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/exit"
	"keyroster/io/notifyio/notifytest"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// TestNoSecretIsWritten plants known card numbers, PINs and logins in an account and a roster,
// runs every command that meets them, including against a host that repeats them in its refusals
// and in a run that is killed, and looks for them, in all their forms, in every byte that the
// program wrote: streams, files, calls, mails, packed and encoded parts. It skips only the files
// that hold values by design: failed.csv, annotated copies, revealed rosters and the token file.
func TestNoSecretIsWritten(t *testing.T) {
	t.Parallel()
	for _, spec := range all.Specs() {
		kind, known := plantedKinds[spec.Name]
		if !known {
			t.Errorf("the test of planted secrets does not know provider %s", spec.Name)
			continue
		}
		t.Run(spec.Name, func(t *testing.T) {
			t.Parallel()
			w := newPlantedWorld(t, spec, &kind)
			w.before()
			w.export()
			w.failures()
			w.apply()
			w.after()
			w.serve()
			w.look()
		})
	}
}

// plantedWorld is an account with secrets, and all that was written about it. The folder in has
// what people give the program, token has its token file, and all others have what it writes.
type plantedWorld struct {
	testing.TB
	spec   *providers.Spec
	kind   *plantedKind
	dir    string
	parrot *parrot
	bell   *notifytest.WebhookServer
	box    *notifytest.Mailbox
	// logins has the logins in the configuration.
	logins []string
	key    string
	// said has what was printed, by command.
	said map[string][]byte
	// shown has the files that hold values by design.
	shown map[string]bool
}

func newPlantedWorld(t *testing.T, spec *providers.Spec, kind *plantedKind) *plantedWorld {
	w := &plantedWorld{TB: t, spec: spec, kind: kind, dir: t.TempDir(), said: map[string][]byte{}, shown: map[string]bool{}}
	for _, folder := range []string{"in", "token", "out"} {
		if err := os.Mkdir(filepath.Join(w.dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	chaos := &chaosWorld{spec: spec}
	api, err := all.Fake(spec.Name, sandbox.Options{State: []byte(kind.state), Set: chaos.switches()})
	if err != nil {
		t.Fatal(err)
	}
	w.parrot = &parrot{API: api, kind: kind, logins: map[string]bool{}}
	url, _ := startSandbox(t, w.parrot, sandbox.Config{Provider: spec.Name})
	w.bell = notifytest.NewWebhookServer()
	t.Cleanup(w.bell.Close)
	if w.box, err = notifytest.NewMailbox(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.box.Close)
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	w.key = identity.Recipient().String()
	w.configure(url, api.Welcome(url))
	w.rosters()
	return w
}

func (w *plantedWorld) path(name string) string {
	return filepath.Join(w.dir, filepath.FromSlash(name))
}

func (w *plantedWorld) file(name string, content []byte) string {
	if err := os.WriteFile(w.path(name), content, 0o600); err != nil {
		w.Fatal(err)
	}
	return w.path(name)
}

// secretFile writes a login to a file and returns a reference to it.
func (w *plantedWorld) secretFile(name, secret string) string {
	w.logins = append(w.logins, secret)
	return "file:" + w.file("in/"+name, []byte(secret))
}

func (w *plantedWorld) configure(url string, welcome map[string]any) {
	a := map[string]any{
		"provider": w.spec.Name, "base_url": cmp.Or(account.WelcomeText(welcome, "base_url"), url), "rate": "none",
		"limits":          map[string]string{"update": "100%", "create": "10", "delete": "10", "issued": "10", "invalid": "100%", "last_credential": "10"},
		"fingerprint_key": w.secretFile("fingerprint_key", "fingerprint-key-0123456789"),
		"heartbeat":       map[string]string{"start": w.secretFile("heartbeat", w.bell.URL+"/ping-c0ffee01")},
		"notify": map[string]any{
			"when": "always", "webhook": w.secretFile("webhook", w.bell.URL+"/hook-c0ffee02"),
			"mail": map[string]any{"host": w.box.Host, "port": w.box.Port, "tls": "none", "from": "keyroster@example.com", "to": []string{"it@example.com"}},
		},
	}
	other := map[string]any{"state": w.file("in/other.json", []byte(w.kind.other))}
	if w.kind.set != nil {
		other["set"] = w.kind.set
	}
	b := map[string]any{"provider": w.spec.Name, "base_url": "sandbox", "sandbox": other, "rate": "none", "limits": map[string]string{"invalid": "100%", "create": "10"}}
	for _, name := range []string{"auth_url", "environment_id"} {
		if text := account.WelcomeText(welcome, name); text != "" {
			a[name] = text
			b[name] = "939b05a9-4970-4a67-9e15-75bbe6313b82"
		}
	}
	delete(b, "auth_url")
	auth := map[string]string{}
	if w.kind.auth != nil {
		auth = w.kind.auth(w, welcome)
	} else {
		for name, secret := range account.WelcomeAuth(w.spec, welcome) {
			if auth[name] = secret.Reveal(); !strings.HasSuffix(name, "_id") {
				auth[name] = w.secretFile(name, secret.Reveal())
			}
		}
	}
	a["auth"] = auth
	// JSON is YAML.
	text, err := json.Marshal(map[string]any{"mask": map[string]string{"card": "last4", "pin": "all"}, "accounts": map[string]any{"a": a, "b": b}})
	if err != nil {
		w.Fatal(err)
	}
	w.file("in/keyroster.yaml", text)
}

// rosters writes the roster as text and as a workbook.
func (w *plantedWorld) rosters() {
	var text strings.Builder
	for _, row := range w.kind.rows {
		fmt.Fprintf(&text, "\"%s\"\n", strings.Join(row, `","`))
	}
	w.file("in/roster.csv", []byte(text.String()))
	book := xlsxtest.Book{Deflate: true, Sheets: []xlsxtest.Sheet{{Name: "Roster", XML: xlsxtest.Grid(w.kind.rows...)}}}
	w.file("in/roster.xlsx", book.Bytes(w))
}

func (w *plantedWorld) flags() []string {
	return []string{"--config", w.path("in/keyroster.yaml"), "--runs", w.path("runs"), "--state", w.path("state"), "-v"}
}

// do runs a command and keeps what it prints. codes are its permitted exit codes.
func (w *plantedWorld) do(command string, codes ...int) {
	w.Helper()
	var out buffer // several goroutines log
	args := append(w.words(command), w.flags()...)
	code := execute(args, os.Getenv, strings.NewReader(""), &out, &out)
	w.said[command] = []byte(out.String())
	if !slices.Contains(codes, code) {
		w.Errorf("%s exits %d, want %d: %.2000s", command, code, codes, out.String())
	}
}

// words returns the words of a command line: those that begin with a folder's name become paths,
// KEY the public key, RUN the first run.
func (w *plantedWorld) words(command string) []string {
	words := strings.Fields(command)
	for i, word := range words {
		switch folder, _, _ := strings.Cut(word, "/"); {
		case folder == "in", folder == "out":
			words[i] = w.path(word)
		case word == "KEY":
			words[i] = w.key
		case word == "RUN":
			words[i] = w.runs()[0]
		}
	}
	return words
}

func (w *plantedWorld) runs() []string {
	runs, _ := filepath.Glob(w.path("runs/*-*"))
	slices.Sort(runs)
	if len(runs) == 0 {
		w.Fatal("there is no run")
	}
	return runs
}

// before runs the commands that come before a run.
func (w *plantedWorld) before() {
	w.shown["out/checked.xlsx"] = true
	w.do("check --account a in/roster.csv", exit.OK, exit.Roster)
	w.do("check --account a --json in/roster.csv", exit.OK, exit.Roster)
	w.do("check --account a --annotate out/checked.xlsx in/roster.xlsx", exit.OK, exit.Roster)
	w.do("plan --account a in/roster.csv", exit.OK)
	w.do("plan --account a --json --out out/plan.json in/roster.xlsx", exit.OK)
	w.do("plan --account a --format markdown --log-format console in/roster.csv", exit.OK)
	w.do("doctor --account a --json", exit.OK)
	w.do("template "+w.spec.Name+" --account a --out out/template.xlsx", exit.OK)
}

// export runs exports and migrations with values masked, encrypted and, once, revealed.
func (w *plantedWorld) export() {
	for _, format := range []string{"csv", "xlsx", "json", "ndjson"} {
		w.do("export --account a --out out/export."+format, exit.OK)
		w.do("export --account a --reveal --encrypt-to KEY --out out/sealed."+format+".age", exit.OK)
	}
	w.do("export --account a --json --out out/again.csv", exit.OK)
	w.do("export --account a --format json --out -", exit.OK)
	w.shown["out/open.csv"] = true
	w.do("export --account a --reveal --out out/open.csv", exit.OK)
	w.do("plan --against out/export.json --account a in/roster.csv", exit.OK)
	// Masked values read as unmanaged, so there is nothing to do.
	for _, file := range []string{"out/export.csv", "out/export.xlsx"} {
		w.do("plan --account a --detailed-exitcode "+file, exit.OK)
	}
	w.do("migrate --from a --to b --accept-empty --out out/move", exit.OK, exit.Partial)
	w.do("migrate --from a --to b --accept-empty --json --encrypt-to KEY --out out/sealed", exit.OK, exit.Partial)
	w.shown["out/moveopen/roster.csv"] = true
	w.do("migrate --from a --to b --accept-empty --reveal --out out/moveopen", exit.OK, exit.Partial)
}

// failures runs commands on listings that the host refuses, or that end in the middle of a value.
func (w *plantedWorld) failures() {
	w.parrot.feel(refusing)
	w.do("plan --account a in/roster.csv", exit.Stopped, exit.Denied)
	w.do("apply --account a --yes --json in/roster.csv --metrics out/refused.prom", exit.Stopped, exit.Denied)
	w.do("export --account a --out out/refused.csv", exit.Stopped, exit.Denied)
	w.do("doctor --account a", exit.OK, exit.Stopped, exit.Denied)
	w.parrot.feel(cutting) // such a listing is tried several times
	w.do("apply --account a --yes in/roster.csv --log-format console --metrics out/cut.prom", exit.Stopped)
	w.parrot.feel("")
}

// apply kills a run, lets resume finish it, and applies once more.
func (w *plantedWorld) apply() {
	self, err := os.Executable()
	if err != nil {
		w.Fatal(err)
	}
	before := w.runs()
	const apply = "apply --account a --yes in/roster.xlsx --backup-to KEY"
	cmd := exec.Command(self, append(w.words(apply), w.flags()...)...)
	cmd.Args[0] = dyingName
	cmd.Env = append(os.Environ(), dieAt+"=3")
	out, _ := cmd.CombinedOutput()
	w.said["killed: "+apply] = out
	if code := cmd.ProcessState.ExitCode(); code != -1 {
		w.Errorf("the run to be killed exits %d: %s", code, out)
	}
	killed := slices.DeleteFunc(w.runs(), func(dir string) bool { return slices.Contains(before, dir) })
	if len(killed) != 1 {
		w.Fatalf("%d runs were begun, want 1", len(killed))
	}
	w.do("resume "+killed[0]+" --metrics out/resume.prom", exit.OK, exit.Partial)
	w.shown["out/done.xlsx"] = true
	w.do("apply --account a --yes --json in/roster.xlsx --annotate out/done.xlsx --metrics out/apply.prom",
		exit.OK, exit.Partial)
	w.do("apply --account a --yes --prune --limit delete=20 --limit last_credential=20 in/roster.csv",
		exit.OK, exit.Partial, exit.Unsafe)
}

// after runs the commands that come after a run.
func (w *plantedWorld) after() {
	runs := w.runs()
	for i, dir := range runs {
		if _, err := os.Stat(filepath.Join(dir, "report.json")); err != nil {
			continue
		}
		w.do("verify "+dir, exit.OK)
		for _, format := range []string{"csv", "xlsx", "json", "ndjson", "html"} {
			w.do(fmt.Sprintf("report %s --out out/%d.%s", dir, i, format), exit.OK)
		}
	}
	w.do("export --account a --since out/export.json --out out/since.xlsx", exit.OK)
}

// serve runs the command sandbox as a process.
func (w *plantedWorld) serve() {
	self, err := os.Executable()
	if err != nil {
		w.Fatal(err)
	}
	cmd := exec.Command(self, "sandbox", "--provider", w.spec.Name, "--state", w.file("in/state.json", []byte(w.kind.state)), "-v")
	cmd.Args[0] = "keyroster"
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		w.Fatal(err)
	}
	var first struct{ URL string }
	if err := json.NewDecoder(out).Decode(&first); err != nil {
		w.Error(err)
	}
	resp, err := http.Get(first.URL + "/_sandbox/log")
	if err == nil {
		w.said["/_sandbox/log"], _ = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
	}
	_ = cmd.Process.Signal(os.Interrupt)
	rest, _ := io.ReadAll(out)
	if err := cmd.Wait(); err != nil {
		w.Error(err)
	}
	// The first line, left out here, is the login to this sandbox and nothing else.
	w.said["sandbox"] = append(rest, errors.Bytes()...)
}
