package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/exit"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// TestBackupTakesTheRunBack: a run's backup, decrypted and applied, takes the run back: changed
// values return, what was created goes, and what was deleted is there again.
func TestBackupTakesTheRunBack(t *testing.T) {
	state, err := os.ReadFile(filepath.Join("testdata", "account.json"))
	if err != nil {
		t.Fatal(err)
	}
	api, err := all.Fake("doorflow", sandbox.Options{State: state, Seed: 1, Set: map[string]string{"sync-window": "0s", "access_token": "rehearsal"}})
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sandbox.Start(t.Context(), api, sandbox.Config{Provider: "doorflow"})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	config := write("keyroster.yaml", `accounts: {hq: {provider: doorflow, base_url: "`+url+`", auth: {access_token: env:TOKEN}, rate: none, limits: {update: 9, create: 9, delete: 9}}}`)
	apply := func(args ...string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		args = append([]string{"apply", "--config", config, "--yes", "--runs", filepath.Join(dir, "runs"), "--state", filepath.Join(dir, "state")}, args...)
		getenv := func(name string) string { return map[string]string{"TOKEN": "rehearsal"}[name] }
		if code := execute(args, getenv, io.MultiReader(), &stdout, &stderr); code != exit.OK {
			t.Fatalf("exit %d: %s%s", code, &stdout, &stderr)
		}
	}
	before := held(t, api)
	// A change, a card that is handed on, a deletion and a creation.
	apply("--backup-to", identity.Recipient().String(), write("night.csv", "credential_id,holder_id,type,value,state\n"+
		"K1,,,0010000002,\nK2,,,0099999999,\nP3,,,,absent\n,504,pin,060606,\n"))
	if cmp.Equal(before, held(t, api)) {
		t.Fatal("the run changed nothing")
	}
	backups, _ := filepath.Glob(filepath.Join(dir, "runs", "*", "backup.csv.age"))
	if len(backups) != 1 {
		t.Fatalf("backups: %v", backups)
	}
	sealed, err := os.ReadFile(backups[0])
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("0010000001")) {
		t.Fatal("the backup is not encrypted")
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), identity)
	if err != nil {
		t.Fatal(err)
	}
	var roster strings.Builder
	if _, err := io.Copy(&roster, r); err != nil {
		t.Fatal(err)
	}
	apply(write("backup.csv", roster.String()))
	if diff := cmp.Diff(before, held(t, api)); diff != "" {
		t.Errorf("the account is not as it was: %s", diff)
	}
}

// held returns what each person holds of each type; a deleted credential comes back under another
// id.
func held(t *testing.T, api sandbox.API) map[[2]int]string {
	t.Helper()
	text, err := json.Marshal(api.State())
	if err != nil {
		t.Fatal(err)
	}
	var state sampleState
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	out := map[[2]int]string{}
	for _, c := range state.Credentials {
		if c.Value != nil {
			out[[2]int{c.Person, c.Type}] = *c.Value
		}
	}
	return out
}
