package run

import (
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
)

func TestDeadline(t *testing.T) {
	now := time.Date(2026, 1, 31, 2, 0, 0, 0, time.FixedZone("", 3600))
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "05:30": 3*time.Hour + 30*time.Minute, "02:00": 24 * time.Hour, "01:00": 23 * time.Hour,
	} {
		if got, err := Deadline(text, now); err != nil || got.Sub(now) != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	if got, err := Deadline("", now); err != nil || !got.IsZero() {
		t.Errorf("none: %v, %v", got, err)
	}
	for _, text := range []string{"-5m", "0s", "25:00", "soon"} {
		if _, err := Deadline(text, now); err == nil || failure.Of(err).Kind != failure.Usage {
			t.Errorf("%s: %v", text, err)
		}
	}
}
