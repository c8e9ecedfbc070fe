package metricio

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"keyroster/io/rights/rightstest"
	"keyroster/reconcile"
)

var update = flag.Bool("update", false, "write the golden files")

func night(account string, code int) Run {
	return Run{
		Account: account, Provider: "doorflow", FinishedAt: time.Date(2026, 1, 31, 2, 1, 30, 250e6, time.UTC), Duration: 90*time.Second + 250*time.Millisecond,
		ExitCode: code, SyncOwed: new(code != 0), Compared: true, Records: 420, Summary: reconcile.Summary{Rows: 423, Records: 420, Unchanged: 409, Applied: 13, Failed: 1},
		Traffic: Traffic{Calls: map[string]int{"read": 30, "write": 16, "login": 1}, Retries: 2, Limited: 1, Paced: 12500 * time.Millisecond, Backoff: 700 * time.Millisecond},
	}
}

func written(t *testing.T, path string, runs ...Run) string {
	t.Helper()
	if err := WriteFile(path, "keyroster test", runs); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheFileIsAsPrometheusWants(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyroster.prom")
	got := written(t, path, night("hq", 3), night("lab", 0))
	golden := filepath.Join("testdata", "keyroster.prom")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	problems, err := promlint.New(bytes.NewReader([]byte(got))).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v %v", problems, err)
	}
	rightstest.Readable(t, path)
}

func TestTheLastSuccessOutlivesAFailure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyroster.prom")
	const success = `keyroster_last_success_timestamp_seconds{account="hq",provider="doorflow"} `
	if got := written(t, path, night("hq", 6)); strings.Contains(got, success) {
		t.Errorf("a success that never was:\n%s", got)
	}
	good := night("hq", 0)
	first := written(t, path, good)
	for range 2 {
		bad := night("hq", 1)
		bad.FinishedAt, bad.Compared = good.FinishedAt.Add(24*time.Hour), false
		got := written(t, path, bad)
		if !strings.Contains(first, success+"1.76982489025e+09") || !strings.Contains(got, success+"1.76982489025e+09") {
			t.Errorf("the last success is lost:\n%s\n%s", first, got)
		}
		if strings.Contains(got, "_rows{") {
			t.Errorf("rows of a run that compared nothing:\n%s", got)
		}
	}
}

func TestAFileThatIsNoMetricsIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyroster.prom")
	if err := os.WriteFile(path, []byte("<html>\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := written(t, path, night("hq", 0)); strings.Contains(got, "html") {
		t.Errorf("%s", got)
	}
}

func TestAFolderThatIsNotThereIsAnError(t *testing.T) {
	if err := WriteFile(filepath.Join(t.TempDir(), "none", "x.prom"), "", nil); err == nil {
		t.Error("no error")
	}
}

// TestAccountsThatAreAtWorkAreKept: for accounts that are still at work the file keeps what it said
// before; for others that no longer exist it says nothing.
func TestAccountsThatAreAtWorkAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.prom")
	old := written(t, path, night("a", 0), night("b", 3), night("gone", 0))
	if err := WriteFile(path, "keyroster test", []Run{night("a", 1)}, "b", "new"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	lines := func(text, account string) (out []string) {
		for line := range strings.Lines(text) {
			if strings.Contains(line, `account="`+account+`"`) {
				out = append(out, line)
			}
		}
		return out
	}
	if diff := cmp.Diff(lines(old, "b"), lines(got, "b")); diff != "" {
		t.Errorf("kept: %s", diff)
	}
	if n := len(lines(got, "gone")) + len(lines(got, "new")); n > 0 || !strings.Contains(got, `exit_code{account="a",provider="doorflow"} 1`) {
		t.Errorf("%s", got)
	}
	if problems, err := promlint.New(bytes.NewReader(text)).Lint(); err != nil || len(problems) > 0 {
		t.Errorf("%v: %v", problems, err)
	}
	// Now no account has a run.
	if err := WriteFile(path, "", nil, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if text, err = os.ReadFile(path); err != nil || len(lines(string(text), "b")) != len(lines(old, "b")) {
		t.Errorf("without a run: %v\n%s", err, text)
	}
}
