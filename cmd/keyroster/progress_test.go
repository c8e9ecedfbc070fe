package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Where there is no terminal, the log says how far a long phase is, unless --quiet.
func TestProgressIsQuiet(t *testing.T) {
	for quiet, want := range map[bool]int{false: 1, true: 0} {
		synctest.Test(t, func(t *testing.T) {
			var stderr strings.Builder
			a := &app{stderr: &stderr, logFormat: "auto", quiet: quiet}
			if err := a.openLog(); err != nil {
				t.Fatal(err)
			}
			p := a.sinks().Bar("listing", -1)
			time.Sleep(time.Minute)
			p.Set(10, 25)
			p.Done()
			if got := strings.Count(stderr.String(), `"done":10,"total":25`); got != want {
				t.Errorf("quiet %v: %d lines, want %d: %s", quiet, got, want, &stderr)
			}
		})
	}
}
