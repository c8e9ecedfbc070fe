package run

import (
	"time"

	"keyroster/cmd/internal/failure"
)

// Deadline parses a text of --deadline; zero for an empty text. A time of day is its next
// occurrence in the zone of now.
func Deadline(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return now.Add(d), nil
	}
	if clock, err := time.ParseInLocation("15:04", text, now.Location()); err == nil {
		at := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, now.Location())
		if !at.After(now) {
			at = at.AddDate(0, 0, 1)
		}
		return at, nil
	}
	return time.Time{}, failure.New(failure.Usage, "",
		"--deadline takes a time of day (05:30) or a duration (90m), not %q", text)
}
