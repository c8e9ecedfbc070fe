package store_test

import (
	"testing"
	"time"

	"keyroster/io/store"
)

func TestLockedError(t *testing.T) {
	since := time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)
	for want, holder := range map[string]store.Holder{
		"lock here: another run holds it": {},
		"lock here: another run holds it (pid 7 on vm, since 2026-01-31T02:00:01Z)": {
			PID: 7, Host: "vm", StartedAt: since,
		},
		"lock here: run 20260131-hq holds it (pid 7 on vm, since 2026-01-31T02:00:01Z)": {
			PID: 7, Host: "vm", StartedAt: since, RunID: "20260131-hq",
		},
	} {
		if got := (&store.LockedError{Place: "here", Holder: holder}).Error(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
