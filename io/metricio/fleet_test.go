package metricio

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWriteFleet(t *testing.T) {
	at := time.Date(2026, 11, 30, 1, 31, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "fleet.prom")
	write := func(f *Fleet) string {
		t.Helper()
		if err := WriteFleet(path, "keyroster test", f); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	f := &Fleet{
		Nights: map[string]int{"as_desired": 990, "missed": 0}, NeedsPerson: 2, Workers: 3, Slots: 24, Gone: 1,
		Waiting: 90 * time.Second,
		Accounts: []Ended{
			{Account: "hq", Provider: "doorflow", At: at, Success: at},
			{Account: "lab", Provider: "seam", At: at, ExitCode: 4},
			{Account: "new", Provider: "seam"},
		},
	}
	text := write(f)
	for _, want := range []string{
		`keyroster_fleet_nights{outcome="as_desired"} 990`, `keyroster_fleet_nights{outcome="missed"} 0`,
		"keyroster_fleet_needs_person 2", "keyroster_fleet_workers 3", "keyroster_fleet_workers_gone 1",
		"keyroster_fleet_slots 24", "keyroster_fleet_oldest_waiting_seconds 90",
		`keyroster_last_run_exit_code{account="lab",provider="seam"} 4`,
		`keyroster_last_success_timestamp_seconds{account="hq",provider="doorflow"} 1.79600226e+09`,
		`keyroster_last_run_timestamp_seconds{account="hq",provider="doorflow"} 1.79600226e+09`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the file lacks %s:\n%s", want, text)
		}
	}
	if strings.Contains(text, `account="new"`) || strings.Contains(text, `success_timestamp_seconds{account="lab"`) {
		t.Errorf("the file tells of what never was:\n%s", text)
	}
	// What the board has forgotten, the file still has.
	f.Accounts[0] = Ended{Account: "hq", Provider: "doorflow", At: at.Add(time.Hour), ExitCode: 1}
	text = write(f)
	for _, want := range []string{
		`keyroster_last_success_timestamp_seconds{account="hq",provider="doorflow"} 1.79600226e+09`,
		`keyroster_last_run_exit_code{account="hq",provider="doorflow"} 1`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the file lacks %s:\n%s", want, text)
		}
	}
}
