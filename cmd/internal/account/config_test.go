package account_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers/all"
)

func TestKnownHasEachProvider(t *testing.T) {
	known := account.ProviderKeys()
	if len(known) != len(all.Specs()) {
		t.Fatalf("%d of %d", len(known), len(all.Specs()))
	}
	for _, p := range known {
		if p.Name == "" || len(p.Columns) == 0 || len(p.Auth) == 0 || p.Settings == nil {
			t.Errorf("%s is not whole", p.Name)
		}
	}
}

func TestLoadConfig(t *testing.T) {
	_, err := account.LoadConfig(filepath.Join(t.TempDir(), "none.yaml"), getenv)
	if err == nil || failure.Of(err).Kind != failure.Usage {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestPick(t *testing.T) {
	config := load(t, sites)
	acc, spec, err := account.Pick(config, "hq")
	if err != nil || acc.Name != "hq" || spec != all.Lookup("doorflow") {
		t.Errorf("%v %v %v", acc, spec, err)
	}
	_, _, err = account.Pick(config, "")
	wants(t, err, failure.Usage, config.Path+" has 3 accounts", "name one with --account: "+strings.Join(config.Names(), ", "))
	for _, name := range []string{"bad", "none"} {
		if _, _, err := account.Pick(config, name); err == nil || failure.Of(err).Kind != failure.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
	only := load(t, "accounts:\n  hq: {provider: doorflow, base_url: sandbox}\n")
	if acc, _, err := account.Pick(only, ""); err != nil || acc.Name != "hq" {
		t.Errorf("the only one: %v %v", acc, err)
	}
}

func TestEnabled(t *testing.T) {
	if err := account.Enabled(&configio.Account{Name: "hq"}); err != nil {
		t.Error(err)
	}
	err := account.Enabled(&configio.Account{Name: "hq", Disabled: true})
	wants(t, err, failure.Usage, "account hq is disabled", "remove disabled: true from the account to use it")
}

func TestSpecOfNoProvider(t *testing.T) {
	acc, _ := pick(t, load(t, sites), "hq")
	other := *acc
	other.Provider = "nokey"
	_, err := account.SpecOf(&other)
	wants(t, err, failure.Usage, `account hq: unknown provider "nokey"`, "")
}

func TestWarnBroken(t *testing.T) {
	config := load(t, sites)
	var log bytes.Buffer
	account.WarnBroken(zerolog.New(&log), config, "hq")
	const want = `{"level":"warn","hint":"keyroster config check lists them",` +
		`"message":"account bad, not used by this command, has 2 mistakes in the configuration"}` + "\n"
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Error(diff)
	}
	log.Reset()
	if account.WarnBroken(zerolog.New(&log), config, "hq", "bad"); log.Len() > 0 {
		t.Errorf("in use: %s", &log)
	}
	// What is hardly intended, such as an include that matches no file, is logged too.
	config = load(t, "include: [gone.d/*.yaml]\n"+sites)
	account.WarnBroken(zerolog.New(&log), config, "hq", "bad")
	if got := log.String(); !strings.Contains(got, ":1:11: no file matches `gone.d/*.yaml`") ||
		!strings.Contains(got, `"hint":"add one`) {
		t.Errorf("log %s", got)
	}
}
