package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"keyroster/cmd/internal/exit"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// BenchmarkApply applies updates to a sandbox with 50 ms latency, journal,
// verification and reports included. bound/op is the least time that the
// writes alone can take: ceil(n/concurrency) times the latency.
func BenchmarkApply(b *testing.B) {
	const records, changes, concurrency, latency = 2000, 640, 32, 50 * time.Millisecond
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		config, roster := benchAccount(b, dir, records, changes, concurrency, latency)
		b.StartTimer()
		var stdout, stderr bytes.Buffer
		code := execute([]string{
			"apply", "--config", config, "--account", "bench", "--yes", "--quiet", roster,
			"--runs", filepath.Join(dir, "runs"), "--state", filepath.Join(dir, "state"),
		}, os.Getenv, io.MultiReader(), &stdout, &stderr)
		if code != exit.OK {
			b.Fatalf("exit %d: %s%s", code, stdout.String(), stderr.String())
		}
	}
	b.ReportMetric(float64((changes+concurrency-1)/concurrency)*latency.Seconds(), "bound-s/op")
}

// BenchmarkPlan plans rows against as many records of a sandbox without
// latency: reading, listing, diff and table.
func BenchmarkPlan(b *testing.B) {
	for name, n := range map[string]int{"1k": 1000, "100k": 100_000} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			config, roster := benchAccount(b, dir, n, n/100, 8, 0)
			b.ReportAllocs()
			for b.Loop() {
				var stderr bytes.Buffer
				code := execute([]string{"plan", "--config", config, roster, "--limit", "update=100%", "--state", filepath.Join(dir, "state")},
					os.Getenv, io.MultiReader(), io.Discard, &stderr)
				if code != exit.OK {
					b.Fatalf("exit %d: %s", code, stderr.String())
				}
			}
		})
	}
}

// BenchmarkExport exports 100,000 records of a sandbox without latency to a
// workbook: listing, people, findings and file.
func BenchmarkExport(b *testing.B) {
	dir := b.TempDir()
	config, _ := benchAccount(b, dir, 100_000, 0, 8, 0)
	b.ReportAllocs()
	for b.Loop() {
		var stderr bytes.Buffer
		code := execute([]string{"export", "--config", config, "--account", "bench", "--out", filepath.Join(dir, "x.xlsx"), "--state", filepath.Join(dir, "state")},
			os.Getenv, io.MultiReader(), io.Discard, &stderr)
		if code != exit.OK {
			b.Fatalf("exit %d: %s", code, stderr.String())
		}
	}
}

// benchAccount writes a configuration with an embedded sandbox, and a roster over its records of
// which this many differ.
func benchAccount(b *testing.B, dir string, records, changes, concurrency int, latency time.Duration) (config, roster string) {
	b.Helper()
	api, err := all.Fake("doorflow", sandbox.Options{Generate: records, Seed: 7})
	if err != nil {
		b.Fatal(err)
	}
	text, err := json.Marshal(api.State())
	if err != nil {
		b.Fatal(err)
	}
	var state sampleState
	if err := json.Unmarshal(text, &state); err != nil {
		b.Fatal(err)
	}
	roster = filepath.Join(dir, "roster.csv")
	f, err := os.Create(roster)
	if err != nil {
		b.Fatal(err)
	}
	w := csv.NewWriter(f)
	_ = w.Write([]string{"credential_id", "value"})
	left := changes
	for i, c := range state.Credentials {
		if c.Value == nil {
			continue
		}
		value := *c.Value
		if c.Type == 32 && left > 0 {
			left--
			value = fmt.Sprintf("77%09d", i)
		}
		_ = w.Write([]string{c.ID, value})
	}
	w.Flush()
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	config = filepath.Join(dir, "keyroster.yaml")
	yaml := fmt.Sprintf(`accounts:
  bench: {provider: doorflow, base_url: sandbox, sandbox: {generate: %d, seed: 7, latency: %s}, rate: none, concurrency: %d, freshness: listing, limits: {update: 100%%}}
`, records, latency, concurrency)
	if err := os.WriteFile(config, []byte(yaml), 0o600); err != nil {
		b.Fatal(err)
	}
	return config, roster
}
