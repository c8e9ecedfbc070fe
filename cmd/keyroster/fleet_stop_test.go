//go:build postgres

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"keyroster/cmd/internal/exit"
)

// fleetStopped: a worker that is stopped for three leases while it writes, and then goes on,
// writes nothing more to the accounts that were taken over; its attempts end fenced, and it takes
// on new work.
func fleetStopped(t *testing.T, server string) {
	f := slowFleet(t, server)
	stale, north := f.stopAndGoOn("2026-03-01")
	if len(stale) > 0 {
		f.Errorf("%d stale writes: %v", len(stale), stale)
	}
	f.well("2026-03-01", 3*time.Minute)
	f.judge()
	if !strings.Contains(north.stderr.String(), `"fenced":true,"exit_code":1,"run_id":"2`) {
		f.Error("the log does not say that attempts were fenced")
	}
	said := f.command(exit.OK, "fleet", "status", "--night", "2026-03-01", "--json")
	if !strings.Contains(said, `"north"`) {
		f.Errorf("the status does not say that north was fenced:\n%s", said)
	}
	// North still works, even alone.
	for _, name := range []string{"south", "west"} {
		f.must(f.workers[name].cmd.Process.Signal(syscall.SIGTERM))
		f.end(f.workers[name], time.Minute, exit.OK)
	}
	f.ask("2026-03-02")
	for _, n := range f.well("2026-03-02", 2*time.Minute) {
		if n.Worker != "north" {
			f.Errorf("%v", n)
		}
	}
}

// fleetStoppedUngated shows that fleetStopped has teeth: without the gate, writes that were
// announced before the worker stopped are sent when it goes on.
func fleetStoppedUngated(t *testing.T, server string) {
	f := slowFleet(t, server)
	f.binary = ungated(t)
	stale, _ := f.stopAndGoOn("2026-03-01")
	if f.Logf("%d stale writes without the gate", len(stale)); len(stale) == 0 {
		f.Error("nobody misses the gate: the test proves nothing")
	}
	f.until("2026-03-01", 3*time.Minute, func(nights []fleetNight) bool {
		for _, n := range nights {
			if n.State != "ended" {
				return false
			}
		}
		return true
	})
}

// slowFleet makes a fleet whose writes are paced, so that a stopped worker has many announced
// writes still to send.
func slowFleet(t *testing.T, server string) *fleetWorld {
	f := newFleet(t, server, 6, 45)
	f.section["concurrency"], f.section["rate"] = 8, "8/s"
	f.fleet["slots"] = 2
	for _, a := range f.accounts {
		a.want(1, 40, 0, 0)
	}
	f.witness.set(func(w *fleetWitness) { w.latency = 20 * time.Millisecond })
	return f
}

// stopAndGoOn stops north amid its writes for three leases. Once all the accounts that it lost
// are taken over, it returns what north still wrote to them.
func (f *fleetWorld) stopAndGoOn(date string) (stale []fleetWrite, north *fleetWorker) {
	f.Helper()
	north = f.begin("north", "south", "west")[0]
	f.aliveWorkers(3)
	f.ask(date)
	writing := f.amidWrites("north", 5)
	stopped := time.Now()
	f.must(north.cmd.Process.Signal(syscall.SIGSTOP))
	for _, n := range f.nights(date) {
		if n.Worker == "north" && n.State == "running" && !writing[n.Account] {
			f.Logf("%v stood still before its first writes", n)
		}
	}
	time.Sleep(3 * fleetLease)
	f.must(north.cmd.Process.Signal(syscall.SIGCONT))
	f.until(date, 2*time.Minute, func(nights []fleetNight) bool {
		for _, n := range nights {
			if n.Worker == "north" && n.State == "running" && n.Began.Before(stopped) {
				return false
			}
		}
		return true
	})
	time.Sleep(fleetLease / 2) // stale writes come at once
	const underWay = 2 * time.Second
	return f.witness.writes(func(w fleetWrite) bool {
		return w.worker == "north" && writing[w.account] && w.sent.Sub(stopped) > underWay
	}), north
}

// amidWrites waits until a worker has made at least that many writes, and returns the accounts it
// has written to.
func (f *fleetWorld) amidWrites(worker string, least int) map[string]bool {
	f.Helper()
	var accounts map[string]bool
	if !soon(func() bool {
		wrote := f.witness.writes(func(w fleetWrite) bool { return w.worker == worker && !w.sync() })
		accounts = map[string]bool{}
		for _, w := range wrote {
			accounts[w.account] = true
		}
		return len(wrote) >= least
	}) {
		f.Fatalf("%s does not write", worker)
	}
	return accounts
}

// ungated builds the program without the gate before its writes.
func ungated(t *testing.T) (binary string) {
	t.Helper()
	dir := t.TempDir()
	const name = "../internal/account/fence.go"
	source, err := os.ReadFile(name)
	if err == nil {
		changed := bytes.Replace(source, []byte("return (*held)()"), []byte("_ = (*held)(); return nil"), 1)
		if bytes.Equal(changed, source) {
			err = errors.New(name + " asks in another way")
		} else {
			err = os.WriteFile(filepath.Join(dir, "fence.go"), changed, 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Abs(name)
	if err == nil {
		var overlay []byte
		overlay, err = json.Marshal(map[string]map[string]string{"Replace": {path: filepath.Join(dir, "fence.go")}})
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	binary = filepath.Join(dir, "keyroster")
	out, err := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"),
		"-o", binary, ".").CombinedOutput()
	if err != nil {
		t.Fatal(fmt.Errorf("%w: %s", err, out))
	}
	return binary
}
