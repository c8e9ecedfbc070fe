//go:build postgres

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"keyroster/cmd/internal/exit"
	"keyroster/providers/httpapi"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// fleetTokens: single-use refresh tokens pass from worker to worker. One is refused only if a
// worker was killed after it got the answer with the next token and before it stored that token;
// the account then needs a person to log in, and the status says so.
func fleetTokens(t *testing.T, server string) {
	f := newFleet(t, server, 3, 45)
	f.fleet["slots"], f.section["concurrency"], f.section["rate"] = 1, 4, "10/s"
	for _, a := range f.accounts {
		a.want(1, 40, 0, 0)
		a.serve(f, sandbox.Options{Set: map[string]string{
			"client_id": "client", "client_secret": "fleet-secret",
			"refresh_token": "rt_" + a.name + "-seed-0001", "token-ttl": "3s",
		}})
		a.section["auth"] = map[string]any{
			"client_id": "env:FLEET_CLIENT", "client_secret": "env:FLEET_SECRET", "token_file": a.name + ".token",
		}
		a.seed = "rt_" + a.name + "-seed-0001"
	}
	kept, early, lost := f.accounts[0].name, f.accounts[1].name, f.accounts[2].name
	k := &tokenKiller{
		fleetWorld: f, asked: map[string]int{}, refused: map[string]int{},
		kill: map[string]string{early: "before", lost: "after"},
	}
	f.witness.set(func(w *fleetWitness) { w.token = k.serve })
	f.begin("north", "south", "west")
	f.aliveWorkers(3)
	f.ask("2026-03-01")
	if !soon(func() bool { return len(f.witness.writes(writesTo(kept))) > 0 }) {
		f.Fatalf("nobody works on %s", kept)
	}
	for range 2 {
		f.command(exit.OK, "plan", "--account", kept, "--detailed-exitcode=false") // it refreshes too
	}
	nights := f.until("2026-03-01", 3*time.Minute, func(nights []fleetNight) bool {
		for _, n := range nights {
			if n.State != "ended" {
				return false
			}
		}
		return true
	})
	k.mu.Lock()
	defer k.mu.Unlock()
	f.Logf("refreshed %v, refused %v", k.asked, k.refused)
	for _, n := range nights {
		want := exit.OK
		if n.Account == lost {
			want = exit.Denied
		}
		if n.ExitCode != want {
			f.Errorf("%v, want exit code %d", n, want)
		}
		if refused := k.refused[n.Account]; (refused > 0) != (n.Account == lost) {
			f.Errorf("%s was refused %d times", n.Account, refused)
		}
	}
	if len(k.kill) > 0 || k.asked[kept] < 2 {
		f.Errorf("too few refreshes: the test proves nothing")
	}
	if said := f.command(exit.Denied, "fleet", "status"); !strings.Contains(said, "keyroster login --account "+lost) {
		f.Errorf("the status does not say what to do:\n%s", said)
	}
	f.accounts[0].judge(f)
	f.accounts[1].judge(f)
}

// seedToken writes the token file that a login left before the fleet existed.
func (a *fleetAccount) seedToken(f *fleetWorld, dir string) {
	if a.seed == "" {
		return
	}
	file := httpapi.TokenFile(filepath.Join(dir, a.name+".token"))
	f.must(httpapi.StoreToken(f.Context(), file, httpapi.Token{Refresh: reconcile.NewSecret(a.seed)}))
}

// tokenKiller kills the worker that refreshes an account's token for the second time.
type tokenKiller struct {
	*fleetWorld
	mu             sync.Mutex
	asked, refused map[string]int
	// kill tells by account whether its worker is killed before or after the token is made.
	kill map[string]string
}

// serve answers a request for a token.
func (k *tokenKiller) serve(out http.ResponseWriter, r *http.Request, account string, next http.Handler) {
	k.mu.Lock()
	defer k.mu.Unlock()
	how := k.kill[account]
	if k.asked[account]++; k.asked[account] != 2 {
		how = ""
	}
	if how == "before" {
		k.strike(account)
		return
	}
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	if how == "after" {
		k.strike(account)
		return
	}
	if strings.Contains(answer.Body.String(), "invalid_grant") {
		k.refused[account]++
	}
	for name, values := range answer.Header() {
		out.Header()[name] = values
	}
	out.WriteHeader(answer.Code)
	fmt.Fprint(out, answer.Body)
}

// strike kills the worker of an account.
func (k *tokenKiller) strike(account string) {
	delete(k.kill, account)
	nights, err := k.readNights("2026-03-01")
	if err != nil {
		k.Error(err)
	}
	for _, n := range nights {
		if n.Account == account {
			k.Logf("killed %s at %s", n.Worker, account)
			_ = k.fleetWorld.workers[n.Worker].cmd.Process.Kill()
		}
	}
}
