package seam

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// canonical is the one text of an instant: RFC 3339 in UTC, without zeros at
// the end of a fraction.
func canonical(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// clock is the time of a roster's cell as it is written: an instant, or the
// time of some zone, or the day alone.
type clock struct {
	at      time.Time // in UTC; of a local time, its fields
	instant bool
	day     bool
}

// The local times that a cell may hold, as people and spreadsheets write them.
var localLayouts = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"}

// readClock reads a cell. Seam keeps microseconds at most: what is finer would
// differ again every night.
func readClock(text string) (clock, error) {
	c := clock{}
	var err error
	if c.at, err = time.Parse(time.DateOnly, text); err == nil {
		c.day = true
		return c, nil
	}
	if c.at, err = time.Parse(time.RFC3339, text); err == nil {
		c.instant = true
	} else {
		for _, layout := range localLayouts {
			if c.at, err = time.Parse(layout, text); err == nil {
				break
			}
		}
	}
	switch {
	case err != nil:
		return c, errors.New("this is no date and no time")
	case c.at.Nanosecond()%1000 != 0:
		return c, errors.New("the time is finer than a microsecond")
	}
	return c, nil
}

// in is the instant that the clock means in a zone. end tells that the cell is
// the end of a validity, so that a day alone means the midnight after it.
func (c clock) in(zone *time.Location, end bool) (time.Time, error) {
	if c.instant {
		return c.at, nil
	}
	if zone == nil {
		return time.Time{}, errors.New("is a local time, and neither the ACS system nor the account has a time zone: " +
			"set time_zone in the account, or write the time with its offset, as 2026-01-31T08:00:00Z")
	}
	local := c.at
	if c.day && end {
		local = local.AddDate(0, 0, 1)
	}
	switch found := instants(local, zone); len(found) {
	case 1:
		return found[0], nil
	case 0:
		return time.Time{}, fmt.Errorf("is a local time that a clock change skips in %s: write it with its offset", zone)
	}
	return time.Time{}, fmt.Errorf("is a local time that a clock change doubles in %s: write it with its offset", zone)
}

// instants are the instants at which the clocks of a zone show some time, whose
// fields are those of local in UTC: one, none or two.
func instants(local time.Time, zone *time.Location) []time.Time {
	var found []time.Time
	// Clocks change by less than a day: the offsets in force a day before and
	// after are all that can apply.
	for _, near := range []time.Time{local.Add(-24 * time.Hour), local.Add(24 * time.Hour)} {
		_, offset := near.In(zone).Zone()
		at := local.Add(-time.Duration(offset) * time.Second)
		if _, really := at.In(zone).Zone(); really == offset && (len(found) == 0 || !found[0].Equal(at)) {
			found = append(found, at)
		}
	}
	return found
}

// readInstant reads a time of Seam's; ok is false for what is none.
func readInstant(text string) (canonicalText string, ok bool) {
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(text))
	if err != nil {
		return "", false
	}
	return canonical(at), true
}

// instantOf is the time of a canonical text; zero for any other.
func instantOf(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
