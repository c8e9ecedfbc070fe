package reportio

import (
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

// processorTime returns the time that all threads have used so far, in user and system mode.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var began, ended, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(windows.CurrentProcess(), &began, &ended, &kernel, &user); err != nil {
		b.Fatal(err)
	}
	return 100 * time.Duration(ticks(kernel)+ticks(user))
}

// ticks returns a span of time in units of 100 nanoseconds.
func ticks(t windows.Filetime) int64 { return int64(t.HighDateTime)<<32 | int64(t.LowDateTime) }
