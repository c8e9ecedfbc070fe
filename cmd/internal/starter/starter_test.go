package starter_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/starter"
	"keyroster/cmd/internal/storage"
	"keyroster/providers/all"
)

func nothing(string) string { return "" }

// Each login of each provider becomes a short configuration without mistakes, which the
// user alone can read and which is not written twice.
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
				continue // it is called by its file
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
			if info, err := os.Stat(o.Path); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", o.Path, info, err)
			}
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

// What the user leaves out is asked for; without a valid answer no file is written.
func TestInitAsks(t *testing.T) {
	for _, c := range []struct {
		answers []string
		kind    failure.Kind
		has     string
	}{
		{[]string{"doorflow", ""}, -1, "token_file: hq.token"},
		{[]string{"Seam", "personal_access_token"}, -1, "personal_access_token: env:SEAM_PERSONAL_ACCESS_TOKEN"},
		{[]string{"pingone"}, -1, "provider: pingone"},
		{[]string{"elsewhere"}, failure.Usage, ""},
		{[]string{"seam", "password"}, failure.Usage, ""},
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
		_, err := starter.Init(o)
		text, _ := os.ReadFile(o.Path)
		if (err != nil) != (c.kind >= 0) || err != nil && failure.Of(err).Kind != c.kind ||
			!strings.Contains(string(text), c.has) || (len(text) > 0) != (err == nil) {
			t.Errorf("%q: %v:\n%s", c.answers, err, text)
		}
	}
}

// The next command is the one that leads on from where a person stands.
func TestStand(t *testing.T) {
	at := func(config string) starter.Standing {
		kept := storage.New(storage.Options{
			Config: config, State: t.TempDir(), Runs: filepath.Join(filepath.Dir(config), "runs"),
			Getenv: nothing, Log: zerolog.Nop(),
		})
		defer kept.Close()
		return starter.Stand(kept)
	}
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wants := func(next string) {
		t.Helper()
		if got := at(path); got.Next != next || got.Says == "" {
			t.Errorf("%+v, want %s", got, next)
		}
	}
	const hq = "  hq: {provider: seam, auth: {api_key: env:KEY}}\n"
	t.Chdir(t.TempDir())
	if got := at(""); got.Next != "keyroster init" {
		t.Errorf("%+v", got)
	}
	write("accounts: [")
	wants("keyroster config check")
	write("accounts:\n" + hq)
	wants("keyroster doctor")
	write("accounts:\n" + hq + strings.ReplaceAll(hq, "hq", "lab"))
	wants("keyroster doctor --all")
	run := filepath.Join(filepath.Dir(path), "runs", "20260131T020001Z-hq-0a1b2c")
	if err := os.MkdirAll(run, 0o700); err != nil {
		t.Fatal(err)
	}
	wants("keyroster doctor --all") // the run has sent nothing, so there is nothing to resume
	for _, name := range []string{"sealed.age", "plan.json"} {
		if err := os.WriteFile(filepath.Join(run, name), []byte("{}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wants("keyroster resume " + run)
}
