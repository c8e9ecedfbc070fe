package nights

import (
	"strconv"
	"strings"
	"time"

	"keyroster/cmd/internal/failure"
)

// ParseSince parses a text of --since: an age (30d, 12h), the beginning of a day in the zone of
// now (2026-01-31), or an instant. An empty text gives the zero time.
func ParseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return now.AddDate(0, 0, -int(n)), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return at, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	return time.Time{}, failure.New(failure.Usage, "for example 30d, 12h or 2026-01-31",
		"--since takes a duration or a date, not %q", text)
}
