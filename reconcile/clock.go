package reconcile

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// LatestInstant is the last second that RFC 3339 can express. Times that mean "never"
// (9999-12-31, and the midnight after it) are no later.
var LatestInstant = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

// firstClock is the first year that a roster can mean: spreadsheets and databases write
// earlier ones (0001-01-01, 1899-12-30, 1900-01-01) for a missing date.
const firstClock = 1970

// CanonicalTime returns the one text of an instant: RFC 3339 in UTC, without trailing zeros
// in a fraction, and not beyond [LatestInstant].
func CanonicalTime(at time.Time) string {
	if at.After(LatestInstant) {
		at = LatestInstant
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// IsNever reports whether an instant means "never": it is in the last days of the year
// 9999, whatever the time zone in which it was written.
func IsNever(at time.Time) bool { return at.After(LatestInstant.Add(-48 * time.Hour)) }

// Clock is the time of a cell as written: an instant, or the local time of some zone, or
// only the day.
type Clock struct {
	at      time.Time // in UTC; of a local time, its fields
	instant bool
	day     bool
}

// clockText is ISO 8601 as people and programs write it: a date, optionally with a time to
// the minute or finer after a T or a space, optionally with an offset.
var clockText = regexp.MustCompile(
	`^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$`,
)

// ReadClock reads a cell. Fractions finer than a microsecond are refused: no provider keeps
// them, and they would differ again every night.
func ReadClock(text string) (Clock, error) {
	part := clockText.FindStringSubmatch(text)
	if part == nil {
		return Clock{}, errors.New("not a date or time that starts with the year")
	}
	number := func(n int) int {
		v, _ := strconv.Atoi(part[n])
		return v
	}
	year, month, day, hour := number(1), number(2), number(3), number(4)
	midnight := hour == 24 && number(5) == 0 && number(6) == 0 && strings.Trim(part[7], "0") == ""
	nanoseconds, _ := strconv.Atoi((part[7] + "000000000")[:9])
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	switch {
	case date.Year() != year || int(date.Month()) != month || date.Day() != day,
		hour > 23 && !midnight, number(5) > 59, number(6) > 59:
		return Clock{}, errors.New("no such date or time")
	case year < firstClock:
		return Clock{}, fmt.Errorf(
			"the year is before %d: such a date usually means that none is known; leave the cell blank, or give the date",
			firstClock,
		)
	case nanoseconds%1000 != 0:
		return Clock{}, errors.New("the time is more precise than a microsecond")
	}
	c := Clock{
		at:  time.Date(year, time.Month(month), day, hour, number(5), number(6), nanoseconds, time.UTC),
		day: part[4] == "",
	}
	if part[8] == "" {
		return c, nil
	}
	c.instant = true
	offset, ok := readOffset(part[8])
	if !ok {
		return Clock{}, errors.New("no such UTC offset")
	}
	c.at = c.at.Add(-offset)
	return c, nil
}

// readOffset reads Z, +02:00, +0200 and +02.
func readOffset(text string) (time.Duration, bool) {
	if text == "Z" || text == "z" {
		return 0, true
	}
	digits := strings.ReplaceAll(text[1:], ":", "") + "00"
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi(digits[2:4])
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if text[0] == '-' {
		offset = -offset
	}
	return offset, hours < 24 && minutes < 60
}

// Instant returns the instant of the clock, if it has a zone.
func (c Clock) Instant() (at time.Time, ok bool) { return c.at, c.instant }

// EndsBy reports whether something that ends at c has certainly ended by other, whatever
// the zone of a local time. A day lasts to its end.
func (c Clock) EndsBy(other Clock) bool {
	end := c.at
	if c.day {
		end = end.AddDate(0, 0, 1)
	}
	if c.instant != other.instant {
		end = end.Add(widestZones)
	}
	return !end.After(other.at)
}

// widestZones is how far the clocks of two zones can be apart.
const widestZones = 26 * time.Hour

// errNoZone is the error for a local time without a zone.
var errNoZone = errors.New("needs a time zone, but neither the ACS system nor the account has one: " +
	"set time_zone in the account, or write the time with its offset, as 2026-01-31T08:00:00Z")

// In returns the instant that the clock means in a zone, which may be nil if there is none.
// end: the cell is the end of a validity, so that a day means the midnight after it. The
// result is never beyond [LatestInstant].
func (c Clock) In(zone *time.Location, end bool) (time.Time, error) {
	local := c.at
	if c.day && end {
		local = local.AddDate(0, 0, 1)
	}
	switch {
	case local.After(LatestInstant):
		return LatestInstant, nil
	case c.instant:
		return c.at, nil
	case zone == nil:
		return time.Time{}, errNoZone
	}
	switch found := instants(local, zone); len(found) {
	case 1:
		if found[0].After(LatestInstant) {
			return LatestInstant, nil
		}
		return found[0], nil
	case 0:
		return time.Time{}, fmt.Errorf(
			"skipped by a clock change in %s: write the time with its offset", zone,
		)
	}
	return time.Time{}, fmt.Errorf("occurs twice at a clock change in %s: write the time with its offset", zone)
}

// instants returns the instants at which the clocks of a zone show a time, whose fields are
// those of local in UTC: one, none or two.
func instants(local time.Time, zone *time.Location) []time.Time {
	var found []time.Time
	// Clocks change by less than a day: the offsets in force a day before and a day after
	// are all that can apply.
	for _, near := range []time.Time{local.Add(-24 * time.Hour), local.Add(24 * time.Hour)} {
		_, offset := near.In(zone).Zone()
		at := local.Add(-time.Duration(offset) * time.Second)
		if _, really := at.In(zone).Zone(); really == offset && (len(found) == 0 || !found[0].Equal(at)) {
			found = append(found, at)
		}
	}
	return found
}

// beyond matches the forms in which programs write years after 9999.
var beyond = regexp.MustCompile(`^\+?0?[1-9]\d{4}-\d\d-\d\d[Tt]`)

// ReadInstant reads an instant as a program writes it; ok is false for anything else. Years
// that RFC 3339 cannot express become [LatestInstant].
func ReadInstant(text string) (at time.Time, ok bool) {
	text = strings.TrimSpace(text)
	if beyond.MatchString(text) {
		return LatestInstant, true
	}
	at, err := time.Parse(time.RFC3339, text)
	return at, err == nil
}
