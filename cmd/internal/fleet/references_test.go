package fleet_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/fleet"
	"keyroster/io/configio"
)

// configured returns a configuration with these accounts.
func configured(t *testing.T, accounts string) *configio.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	if err := os.WriteFile(path, []byte("{accounts: {"+accounts+"}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := account.LoadConfig(path, getenv)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func getenv(name string) string { return map[string]string{"GOOD": "a-token-that-is-long"}[name] }

// TestSitesWithMistakes: an account whose nights are configured wrongly still has nights, which end
// with that error; otherwise the operator would not hear of it.
func TestSitesWithMistakes(t *testing.T) {
	now := time.Date(2027, 3, 28, 12, 0, 0, 0, time.UTC)
	sites := fleet.Sites(configured(t, `
		never: {provider: doorflow, auth: {access_token: env:GOOD}, rate: often},
		schedule: {provider: doorflow, auth: {access_token: env:GOOD}, roster: a.csv,
			schedule: "30 1,2 * * *", time_zone: UTC},
		zone: {provider: doorflow, auth: {access_token: env:GOOD}, roster: a.csv,
			schedule: "30 1 * * *", time_zone: Nowhere},
		bare: {provider: doorflow, auth: {access_token: env:GOOD}, roster: a.csv,
			schedule: "30 1 * * *"},
		within: {provider: doorflow, auth: {access_token: env:GOOD}, roster: a.csv,
			schedule: "30 1 * * *", time_zone: UTC, start_within: often},`))
	for _, s := range sites {
		if s.Account == "never" {
			if s.Schedule != nil {
				t.Error("an account without a schedule has nights")
			}
			continue
		}
		if s.Schedule == nil || len(s.Schedule.Between(now.AddDate(0, 0, -1), now)) != 1 || s.StartWithin < time.Hour {
			t.Errorf("%+v has no night in a day, or no time to begin it", s)
		}
	}
}

// TestCheckReferences: what a machine cannot work on is reported when its worker starts, account by
// account.
func TestCheckReferences(t *testing.T) {
	config := configured(t, `
		good: {provider: doorflow, auth: {access_token: env:GOOD}},
		bare: {provider: doorflow, auth: {access_token: env:NONE}},
		wrong: {provider: doorflow, auth: {access_token: plain}, rate: often},
		off: {provider: doorflow, auth: {access_token: env:NONE}, disabled: true},`)
	var log bytes.Buffer
	n := fleet.CheckReferences(t.Context(), config, fleet.Sites(config), getenv,
		zerolog.New(zerolog.SyncWriter(&log)))
	if n != 2 {
		t.Errorf("%d accounts are wrong, want 2", n)
	}
	for name, want := range map[string]string{
		"wrong": "it has 2 mistakes in the configuration: its nights fail on this worker",
		"bare":  "this machine cannot log the account in",
	} {
		if !strings.Contains(log.String(), `"account":"`+name+`"`) || !strings.Contains(log.String(), want) {
			t.Errorf("%s is not said:\n%s", name, &log)
		}
	}
}
