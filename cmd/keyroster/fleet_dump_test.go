//go:build postgres

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	exitcode "keyroster/cmd/internal/exit"
	"keyroster/io/store"
	"keyroster/io/store/pgstore/pgtest"
	"keyroster/providers/sandbox"
)

// fleetDump: a dump of the database holds no value, no token and no key, in any spelling, after
// nights that kept all there is to keep. Runs that two workers wrote are whole.
func fleetDump(t *testing.T, server string) {
	f := newFleet(t, server, 3, 30)
	f.section["concurrency"], f.section["rate"], f.fleet["slots"] = 4, "10/s", 1
	secrets := []string{fleetKey, fleetToken, "AGE-SECRET-KEY-1", "fleet-secret"}
	for i, a := range f.accounts {
		a.want(1, 20, 3, 2)
		a.made = append(a.made, fmt.Sprintf("83019%02d", 11*(i+1)))
		a.values["K0"], a.values["K1"] = a.value(0, 1), a.value(0, 0)
		secrets = append(secrets, a.made...)
		secrets = append(secrets, a.values["K0"], a.values["K5"], a.values["K9"],
			a.value(0, 5), a.value(0, 29), a.value(0, 3))
	}
	rotating, partly := f.accounts[0], f.accounts[2]
	rotating.seed = "rt_" + rotating.name + "-seed-0001"
	rotating.serve(f, sandbox.Options{Set: map[string]string{
		"client_id": "client", "client_secret": "fleet-secret", "refresh_token": rotating.seed, "token-ttl": "3s",
	}})
	rotating.section["auth"] = map[string]any{
		"client_id": "env:FLEET_CLIENT", "client_secret": "env:FLEET_SECRET", "token_file": rotating.name + ".token",
	}
	partly.values["K777"] = "4400555666" // no record has this id: its row is in the file of failed rows
	secrets = append(secrets, rotating.seed, partly.values["K777"])

	workers := f.begin("north", "south", "west")
	f.aliveWorkers(3)
	f.ask("2026-03-01")
	f.amidWrites("north", 3)
	f.must(workers[0].cmd.Process.Kill())
	for _, n := range f.until("2026-03-01", 3*time.Minute, func(nights []fleetNight) bool {
		return !slices.ContainsFunc(nights, func(n fleetNight) bool { return n.State != "ended" })
	}) {
		if (n.ExitCode == exitcode.OK) == (n.Account == partly.name) {
			f.Errorf("%v", n)
		}
	}
	for _, api := range f.accounts {
		if welcome, ok := api.api.Welcome("")["auth"].(map[string]string); ok {
			secrets = append(secrets, welcome["access_token"], welcome["refresh_token"])
		}
	}
	if found := spelled(f.dump(), secrets); len(found) > 0 {
		f.Errorf("a dump holds %q", found)
	}
	planted := fmt.Sprintf("\\\\x%x", "x"+base64.StdEncoding.EncodeToString([]byte("zz"+fleetToken)))
	if len(spelled([]byte(planted), secrets)) == 0 {
		f.Error("what is planted is not found: the test proves nothing")
	}
	f.pullAll()
}

// dump returns a dump of the whole database, as text.
func (f *fleetWorld) dump() []byte {
	f.Helper()
	programs, err := pgtest.Programs()
	f.must(err)
	text, err := exec.Command(filepath.Join(programs, "pg_dump"), "--format=plain", f.database).Output()
	f.must(err)
	f.Logf("a dump of %d kB", len(text)/1024)
	return text
}

var dumpedBytes = regexp.MustCompile(`\\\\x([0-9a-f]{2,})`)

// spelled returns the secrets that a dump holds in some spelling, or in bytes that it holds in
// hexadecimal.
func spelled(dump []byte, secrets []string) (found []string) {
	whole := [][]byte{dump}
	var inside bytes.Buffer
	for _, m := range dumpedBytes.FindAllSubmatch(dump, -1) {
		data, err := hex.DecodeString(string(m[1][:len(m[1])/2*2]))
		if err == nil {
			inside.Write(data)
			inside.WriteByte('\n')
		}
	}
	whole = append(whole, inside.Bytes())
	for _, secret := range secrets {
		for how, form := range dumpForms(secret) {
			for _, text := range whole {
				if bytes.Contains(text, form) {
					found = append(found, secret+" "+how)
				}
			}
		}
	}
	return found
}

// dumpForms returns the ways in which a secret may be spelled in bytes.
func dumpForms(secret string) map[string][]byte {
	in := hex.EncodeToString([]byte(secret))
	backwards := []byte(secret)
	slices.Reverse(backwards)
	all := map[string][]byte{
		"as it is": []byte(secret), "backwards": backwards,
		"in hexadecimal": []byte(in), "in capital hexadecimal": []byte(strings.ToUpper(in)),
	}
	for _, unit := range utf16.Encode([]rune(secret)) {
		all["in UTF-16LE"] = append(all["in UTF-16LE"], byte(unit), byte(unit>>8))
		all["in UTF-16BE"] = append(all["in UTF-16BE"], byte(unit>>8), byte(unit))
	}
	for at := range 3 {
		// Without the letters that depend on what is around it.
		coded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", at) + secret))
		coded = coded[(at*8+5)/6 : (at+len(secret))*8/6]
		all[fmt.Sprintf("in base64, %d bytes in", at)] = []byte(coded)
		all[fmt.Sprintf("in base64 for URLs, %d bytes in", at)] = []byte(strings.NewReplacer("+", "-", "/", "_").Replace(coded))
	}
	return all
}

// pullAll copies all runs out of the database and verifies each of them.
func (f *fleetWorld) pullAll() {
	f.Helper()
	var said struct {
		Runs []struct {
			ID string `json:"run_id"`
		}
	}
	f.must(json.Unmarshal([]byte(f.command(exitcode.OK, "runs", "--json")), &said))
	two := 0
	for _, run := range said.Runs {
		dir := filepath.Join(f.TempDir(), "run")
		f.command(exitcode.OK, "fleet", "pull", run.ID, dir)
		f.command(exitcode.OK, "verify", dir)
		journal, err := os.ReadFile(filepath.Join(dir, store.JournalFile))
		f.must(err)
		if bytes.Count(journal, []byte(`"kind":"run"`)) > 1 {
			two++
		}
	}
	if f.Logf("%d runs were pulled, %d of them written by two workers", len(said.Runs), two); two == 0 {
		f.Error("none was written by two: the test proves nothing")
	}
}
