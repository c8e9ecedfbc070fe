package fleet_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/fleet"
)

// What a machine cannot work on is said when its worker begins, account by account.
func TestCheckReferences(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	text := `{accounts: {
		good: {provider: doorflow, auth: {access_token: env:GOOD}},
		bare: {provider: doorflow, auth: {access_token: env:NONE}},
		wrong: {provider: doorflow, auth: {access_token: plain}, rate: often},
		off: {provider: doorflow, auth: {access_token: env:NONE}, disabled: true},
	}}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string { return map[string]string{"GOOD": "a-token-that-is-long"}[name] }
	config, err := account.LoadConfig(path, getenv)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	n := fleet.CheckReferences(t.Context(), config, fleet.Sites(config), getenv,
		zerolog.New(zerolog.SyncWriter(&log)))
	if n != 2 {
		t.Errorf("%d accounts are wrong, want 2", n)
	}
	for name, want := range map[string]string{
		"wrong": "it has 2 mistakes in the configuration: its nights will end so at this worker",
		"bare":  "this machine cannot log the account in",
	} {
		if !strings.Contains(log.String(), `"account":"`+name+`"`) || !strings.Contains(log.String(), want) {
			t.Errorf("%s is not said:\n%s", name, &log)
		}
	}
}
