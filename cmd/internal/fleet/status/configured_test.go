package status_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/fleet/status"
)

func TestAsk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	must(t, os.WriteFile(path, []byte(`fleet: {database: env:DATABASE, key: env:FLEET_KEY, lease: 20s}
accounts:
  hq: {provider: doorflow, auth: {client_id: env:ID, client_secret: env:SECRET, token_file: hq.token},
    schedule: "30 1 * * *", time_zone: Europe/London, roster: [hq.csv]}
  key: {provider: doorflow, auth: {api_key: env:KEY}, disabled: true}
  lab: {provider: seam, base_url: sandbox}
`), 0o600))
	config, err := account.LoadConfig(path, os.Getenv)
	must(t, err)
	want := &status.Query{
		Night: "2026-11-30", Lease: 20 * time.Second, Now: now,
		Accounts: []status.Configured{
			{Name: "hq", Provider: "doorflow", Scheduled: true, Login: true},
			{Name: "key", Provider: "doorflow", Disabled: true},
			{Name: "lab", Provider: "seam"},
		},
	}
	if diff := cmp.Diff(want, status.Ask(config, "", "2026-11-30", now)); diff != "" {
		t.Error(diff)
	}
}
