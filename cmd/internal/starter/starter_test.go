package starter_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/starter"
	"keyroster/cmd/internal/storage"
	"keyroster/io/rights/rightstest"
	"keyroster/providers/all"
)

func nothing(string) string { return "" }

// TestInit: each login of each provider becomes a short configuration without mistakes, which only
// the user can read and which is not written twice.
func TestInit(t *testing.T) {
	for _, spec := range all.Specs() {
		for _, form := range spec.Auth {
			name := ""
			for _, m := range form.Members {
				if name == "" && m.Secret || m.Path {
					name = m.Name
				}
			}
			if strings.HasSuffix(name, "client_id") {
				continue // this login is named by its file
			}
			o := starter.Options{
				Path: filepath.Join(t.TempDir(), "keyroster.yaml"), Provider: spec.Name, Auth: name,
				BaseURL: "https://example.com",
			}
			made, err := starter.Init(o)
			if err != nil {
				t.Fatal(spec.Name, name, err)
			}
			text, _ := os.ReadFile(o.Path)
			if n := strings.Count(string(text), "\n"); n < 10 || n > 20 || len(made.Next) != 3 {
				t.Errorf("%s: %d lines, next %q:\n%s", spec.Name, n, made.Next, text)
			}
			rightstest.Private(t, o.Path)
			config, err := account.LoadConfig(o.Path, nothing)
			if err != nil || config.Broken("hq") != nil || len(config.Warnings) > 0 {
				t.Errorf("%s, %s: %v, %v, %v", spec.Name, name, err, config, config.Broken("hq"))
			}
			if _, err := starter.Init(o); failure.Of(err).Kind != failure.Usage {
				t.Errorf("written twice: %v", err)
			}
		}
	}
}

// TestInitAsks: what the user leaves out is asked for; without a valid answer no file is written.
func TestInitAsks(t *testing.T) {
	for _, c := range []struct {
		answers []string
		kind    failure.Kind
		has     string
	}{
		{[]string{"doorflow", "", ""}, -1, "token_file: hq.token"},
		{[]string{"Seam", "", "personal_access_token"}, -1, "personal_access_token: env:SEAM_PERSONAL_ACCESS_TOKEN"},
		{[]string{"pingone", "https://api.example.com/v1"}, -1, `base_url: "https://api.example.com/v1"`},
		{[]string{"pingone", ""}, -1, "provider: pingone"},
		{[]string{"pingone", "api.example.com"}, failure.Usage, ""},
		{[]string{"pingone", "http://api.example.com"}, failure.Usage, ""},
		{[]string{"elsewhere"}, failure.Usage, ""},
		{[]string{"seam", "", "password"}, failure.Usage, ""},
		{nil, failure.Interrupted, ""},
	} {
		left := c.answers
		o := starter.Options{Path: filepath.Join(t.TempDir(), "keyroster.yaml"), Ask: func(string) (string, error) {
			if len(left) == 0 {
				return "", failure.Wrap(failure.Interrupted, errors.New("interrupted"))
			}
			answer := left[0]
			left = left[1:]
			return answer, nil
		}}
		made, err := starter.Init(o)
		if err == nil && strings.Contains(made.Next[2], ",") {
			t.Errorf("%q cannot be pasted", made.Next[2])
		}
		text, _ := os.ReadFile(o.Path)
		if (err != nil) != (c.kind >= 0) || err != nil && failure.Of(err).Kind != c.kind ||
			!strings.Contains(string(text), c.has) || (len(text) > 0) != (err == nil) {
			t.Errorf("%q: %v:\n%s", c.answers, err, text)
		}
	}
}

// TestStand: the next command is the one that leads on from where the user stands.
func TestStand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	runs, state := filepath.Join(filepath.Dir(path), "runs"), t.TempDir()
	stand := func(o storage.Options) starter.Overview {
		o.Getenv, o.Log = nothing, zerolog.Nop()
		kept := storage.New(o)
		defer kept.Close()
		return starter.NewOverview(kept, time.UTC)
	}
	// The next command has the flags of this one.
	named := "keyroster --config " + path + " --state " + state + " --runs " + runs + " "
	configured := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wants := func(says, next, also string) {
		t.Helper()
		got := stand(storage.Options{Config: path, State: state, Runs: runs})
		next = strings.Replace(next, "keyroster ", named, 1)
		if strings.HasPrefix(also, "keyroster ") {
			also = strings.Replace(also, "keyroster ", named, 1)
		}
		if !strings.Contains(got.Text, says) || got.Next != next ||
			!strings.HasPrefix(got.Also, also) || (also == "") != (got.Also == "") {
			t.Errorf("%+v, want %s, %s, %s", got, says, next, also)
		}
	}
	const hq = "  hq: {provider: seam, auth: {api_key: env:KEY}}\n"
	const lab = "  lab: {provider: seam, auth: {api_key: env:KEY}, roster: [lab.csv]}\n"
	t.Chdir(t.TempDir())
	if got := stand(storage.Options{Runs: storage.DefaultRuns}); got.Next != "keyroster init" {
		t.Errorf("%+v", got)
	}
	configured("accounts: [")
	wants("", "keyroster config check", "")
	configured("accounts:\n" + hq)
	wants("has 1 account: hq", "keyroster doctor", "")

	// A run that ended before it could send anything does not count.
	id := func(day int, name string) string { return fmt.Sprintf("202601%dT020001Z-%s-0a1b2c", day, name) }
	put := func(id, file, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(runs, id), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(runs, id, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(id(29, "hq"), "plan.json", "{}")
	wants("has 1 account: hq", "keyroster doctor", "")
	closed := func(id, account string, code int, summary string) {
		t.Helper()
		put(id, "report.html", "")
		put(id, "report.json", fmt.Sprintf(`{"schema":"keyroster/report/1","run_id":%q,"account":%q,"exit_code":%d,`+
			`"started_at":"2026-01-30T02:00:01Z","finished_at":"2026-01-30T02:00:02Z","summary":{%s},"lines":[]}`,
			id, account, code, summary))
		put(id, "manifest.json", fmt.Sprintf(`{"schema":"keyroster/manifest/1","run_id":%q,"account":%q}`, id, account))
	}
	closed(id(30, "hq"), "hq", 0, `"rows":5,"records":5,"matched":5,"unchanged":3,"applied":2`)
	wants("last good run of hq, 2026-01-30 02:00: as desired: 2 applied", "keyroster plan ROSTER", "keyroster runs ")

	// Another account is new.
	configured("accounts:\n" + hq + lab)
	wants("2 accounts: hq, lab; without a run until now: lab", "keyroster doctor --account lab", "")
	closed(id(31, "lab"), "lab", 0, `"rows":5,"records":5,"matched":5,"unchanged":5`)
	wants("last good run of lab", "keyroster plan --account lab", "keyroster runs ")

	// A night that needs a person comes before later ones of other accounts.
	closed(id(30, "hq"), "hq", 3, `"rows":5,"records":5,"matched":5,"unchanged":3,"failed":2`)
	wants("last run of hq, 2026-01-30 02:00: not fully as desired: 2 failed",
		"keyroster runs show "+filepath.Join(runs, id(30, "hq")),
		"its report is report.html in "+filepath.Join(runs, id(30, "hq")))
	configured("accounts:\n" + strings.Replace(hq, "}}", "}, disabled: true}", 1) + lab)
	wants("last good run of lab", "keyroster plan --account lab", "keyroster runs ")

	put(id(28, "hq"), "sealed.age", "{}")
	wants("is open", "keyroster resume "+filepath.Join(runs, id(28, "hq")), "keyroster verify ")
}
