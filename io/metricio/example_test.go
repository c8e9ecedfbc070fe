package metricio_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"keyroster/io/metricio"
	"keyroster/reconcile"
)

// The outcome of a night, in a file that the node exporter reads.
func Example() {
	folder, err := os.MkdirTemp("", "keyroster")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "keyroster.prom")

	err = metricio.WriteFile(path, "keyroster 1.0", []metricio.Run{{
		Account: "hq", Provider: "latchkeep",
		FinishedAt: time.Date(2026, 1, 31, 2, 4, 0, 0, time.UTC), Duration: 3 * time.Minute,
		ExitCode: 2, Compared: true, Records: 40,
		Summary: reconcile.Summary{Rows: 40, Unchanged: 38, Applied: 1, Failed: 1},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "exit_code{") || strings.Contains(line, `"failed"`) {
			fmt.Print(line)
		}
	}
	fmt.Println(err)
	// Output:
	// keyroster_last_run_exit_code{account="hq",provider="latchkeep"} 2
	// keyroster_last_run_rows{account="hq",outcome="failed",provider="latchkeep"} 1
	// <nil>
}
