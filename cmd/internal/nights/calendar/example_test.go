package calendar_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"keyroster/cmd/internal/nights/calendar"
	"keyroster/io/store"
	"keyroster/io/store/folder"
)

// Example shows that the page of all runs lies in the folder of the runs once there is a run.
func Example() {
	base, err := os.MkdirTemp("", "keyroster")
	check(err)
	defer func() { _ = os.RemoveAll(base) }()
	runs := filepath.Join(base, "runs")
	kept := folder.New(filepath.Join(base, "state"), runs)
	at := time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)

	check(calendar.Write(kept, at))
	_, err = os.Stat(filepath.Join(runs, calendar.File))
	fmt.Println("without a run:", err == nil)

	tenant, err := kept.Tenant("latchkeep", "site-7")
	check(err)
	lock, err := tenant.Lock(store.Holder{PID: os.Getpid(), StartedAt: at})
	check(err)
	defer func() { _ = lock.Close() }()
	run, err := lock.Create("hq", at)
	check(err)
	check(calendar.Write(kept, at.Add(time.Hour)))
	page, err := os.ReadFile(filepath.Join(runs, calendar.File))
	fmt.Println("with one:", bytes.Contains(page, []byte(run.ID())), err)
	// Output:
	// without a run: false
	// with one: true <nil>
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
