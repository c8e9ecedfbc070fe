package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/exit"
	"keyroster/io/journalio"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// BenchmarkJournal measures what the journal costs: changes a second from the first write's
// arrival to the last, at concurrency 32 and 50 ms latency, without a journal, with it on this
// disk, and with 20 ms more for each sync (these waits are not shared, while those of the
// journal's own syncs are).
func BenchmarkJournal(b *testing.B) {
	write := (*journalio.Journal).Append
	defer func() { tuned.append = nil }()
	for name, how := range map[string]func(*journalio.Journal, bool, ...journalio.Entry) error{
		"none": func(*journalio.Journal, bool, ...journalio.Entry) error { return nil },
		"disk": write,
		"20ms": func(j *journalio.Journal, sync bool, entries ...journalio.Entry) error {
			if sync {
				time.Sleep(20 * time.Millisecond)
			}
			return write(j, sync, entries...)
		},
	} {
		b.Run(name, func(b *testing.B) {
			tuned.append = how
			var took time.Duration
			n := 0
			for b.Loop() {
				changes, span := benchJournal(b)
				n, took = n+changes, took+span
			}
			b.ReportMetric(float64(n)/took.Seconds(), "changes/s")
		})
	}
}

// benchJournal applies changes to every card of a fresh sandbox, and returns their number and how
// long the writes took.
func benchJournal(b *testing.B) (int, time.Duration) {
	const records, latency = 2600, 50 * time.Millisecond
	spec := all.Lookup("doorflow")
	api, err := all.Fake(spec.Name, sandbox.Options{Generate: records, Seed: 7, Set: map[string]string{"sync-window": "0s"}})
	if err != nil {
		b.Fatal(err)
	}
	w := &witness{API: api}
	state, err := w.state()
	if err != nil {
		b.Fatal(err)
	}
	url, stop, err := sandbox.Start(context.Background(), api, sandbox.Config{Provider: spec.Name, Latency: latency})
	if err != nil {
		b.Fatal(err)
	}
	defer stop()
	dir := b.TempDir()
	var roster bytes.Buffer
	out := csv.NewWriter(&roster)
	_ = out.Write([]string{"credential_id", "value"})
	changes := 0
	for n, r := range state["credentials"] {
		if r["credential_type_id"] == float64(32) {
			changes++
			_ = out.Write([]string{fmt.Sprint(r["id"]), fmt.Sprintf("77%09d", n)})
		}
	}
	out.Flush()
	config := fmt.Sprintf(`accounts: {a: {provider: doorflow, base_url: %q, auth: {access_token: "file:token"}, rate: none, concurrency: 32, freshness: listing, limits: {update: 100%%}}}`, url)
	token := account.WelcomeText(api.Welcome(url)["auth"], "access_token")
	for name, content := range map[string]string{"roster.csv": roster.String(), "keyroster.yaml": config, "token": token} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	var said bytes.Buffer
	code := execute([]string{
		"apply", "--config", filepath.Join(dir, "keyroster.yaml"), "--yes", "--quiet", filepath.Join(dir, "roster.csv"),
		"--runs", filepath.Join(dir, "runs"), "--state", filepath.Join(dir, "state"),
	}, os.Getenv, strings.NewReader(""), &said, &said)
	if code != exit.OK {
		b.Fatalf("exit %d: %s", code, &said)
	}
	return changes, writesTook(b, url) + latency
}

// writesTook returns the time from the first write's arrival to the last's.
func writesTook(b *testing.B, url string) time.Duration {
	resp, err := http.Get(url + "/_sandbox/log")
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	var log []sandbox.Entry
	if err := json.Unmarshal(body, &log); err != nil {
		b.Fatal(err)
	}
	var first, last time.Time
	for _, e := range log {
		if e.Method != http.MethodPut {
			continue
		}
		if first.IsZero() || e.At.Before(first) {
			first = e.At
		}
		if e.At.After(last) {
			last = e.At
		}
	}
	return last.Sub(first)
}
