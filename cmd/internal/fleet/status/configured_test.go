package status_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/fleet/status"
)

func TestConfiguredIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	must(t, os.WriteFile(path, []byte(`accounts:
  hq: {provider: doorflow, auth: {client_id: env:ID, client_secret: env:SECRET, token_file: hq.token}}
  key: {provider: doorflow, auth: {api_key: env:KEY}, disabled: true}
  lab: {provider: seam, base_url: sandbox}
`), 0o600))
	config, err := account.LoadConfig(path, os.Getenv)
	must(t, err)
	config.Accounts["hq"].Schedule = "30 1 * * *"
	want := []status.Configured{
		{Name: "hq", Provider: "doorflow", Scheduled: true, Login: true},
		{Name: "key", Provider: "doorflow", Disabled: true},
		{Name: "lab", Provider: "seam"},
	}
	if diff := cmp.Diff(want, status.ConfiguredIn(config)); diff != "" {
		t.Error(diff)
	}
}
