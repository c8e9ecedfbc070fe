package night_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"keyroster/io/configio/night"

	_ "keyroster/reconcile/fixedseed"
)

// zones have clock changes of every kind: by an hour, by half an hour, at midnight, across
// midnight, by a whole day, set by law and by the moon.
var zones = []string{
	"UTC", "Europe/London", "America/New_York", "America/Sao_Paulo", "America/Havana",
	"America/St_Johns", "America/Nuuk", "America/Scoresbysund", "Asia/Beirut", "Asia/Tehran",
	"Asia/Kathmandu", "Asia/Pyongyang", "Africa/Casablanca", "Africa/Cairo", "Antarctica/Troll",
	"Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Chatham", "Pacific/Fakaofo",
}

// drawn draws a schedule, and a day in UTC that is often near a change of clocks.
func drawn(t *testing.T, rt *rapid.T) (s *night.Schedule, zone *time.Location, clock time.Duration, day time.Time) {
	zone = zoneOf(t, rapid.SampledFrom(zones).Draw(rt, "zone"))
	minute := rapid.IntRange(0, 59).Draw(rt, "minute")
	hour := rapid.SampledFrom([]int{0, 1, 2, 3, 12, 22, 23}).Draw(rt, "hour")
	days := rapid.SampledFrom([]string{"* * *", "* * 1-5", "1,15 * *", "*/3 * MON", "29 2 *", "31 * SUN"}).Draw(rt, "days")
	when := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 60*366).Draw(rt, "day")).In(zone)
	if _, end := when.ZoneBounds(); !end.IsZero() && rapid.Bool().Draw(rt, "near a change") {
		when = end.Add(time.Duration(rapid.IntRange(-36, 36).Draw(rt, "hours")) * time.Hour)
	}
	s, err := night.Parse(fmt.Sprintf("%d %d %s", minute, hour, days), zone)
	if err != nil {
		rt.Fatal(err)
	}
	year, month, date := when.Date()
	clock = time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	return s, zone, clock, time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
}

// wall returns what clocks show at t, as if it were UTC.
func wall(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// TestDueIsTheFirstMinute: a night is due at the first minute at which clocks show its time or a
// later one, if they show its date at all. The test checks this by looking at each minute.
func TestDueIsTheFirstMinute(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, zone, clock, day := drawn(t, rt)
		got, ok := s.On(day.Format(time.DateOnly))
		if !ok {
			return
		}
		minute := day.Add(-26 * time.Hour).In(zone)
		exists := false
		for wall(minute).Before(day.Add(clock)) {
			exists = exists || wall(minute).Truncate(24*time.Hour).Equal(day)
			minute = minute.Add(time.Minute)
		}
		exists = exists || wall(minute).Truncate(24*time.Hour).Equal(day)
		if !got.Equal(minute) || !exists {
			rt.Errorf("%s is due at %s, want %s (the date exists: %v)", day, got, minute, exists)
		}
		// Clocks show the date of the night, except after a gap that runs to the end of the day.
		if date := wall(got).Truncate(24 * time.Hour); !date.Equal(day) {
			_, before := got.Add(-time.Minute).Zone()
			if _, after := got.Zone(); !date.Equal(day.AddDate(0, 0, 1)) || !wall(got).Equal(date) || before >= after {
				rt.Errorf("%s is due at %s", day, got)
			}
		}
	})
}

// TestEachNightComesOnce: nights come one per date, in the order of their dates, and each is met
// once however time is cut into pieces.
func TestEachNightComesOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, _, _, day := drawn(t, rt)
		from, until := day.AddDate(0, 0, -20), day.AddDate(0, 0, 20)
		whole := s.Between(from, until)
		cut := from.Add(time.Duration(rapid.IntRange(0, 40*24*60).Draw(rt, "cut")) * time.Minute)
		if n := len(whole); n > 0 && rapid.Bool().Draw(rt, "at a night") {
			cut = whole[rapid.IntRange(0, n-1).Draw(rt, "night")].Due
		}
		pieces := slices.Concat(s.Between(from, cut), s.Between(cut, until))
		if !slices.Equal(due(pieces), due(whole)) {
			rt.Errorf("%v, cut at %s %v", due(whole), cut, due(pieces))
		}
		for i, n := range whole {
			if when, ok := s.On(n.Date); !ok || !when.Equal(n.Due) {
				rt.Errorf("%v, by its date %s %v", n, when, ok)
			}
			if i > 0 && (strings.Compare(whole[i-1].Date, n.Date) >= 0 || !whole[i-1].Due.Before(n.Due)) {
				rt.Errorf("%v comes after %v", n, whole[i-1])
			}
		}
		date, when, ok := s.Latest(until)
		if n := len(whole); n > 0 && (!ok || date != whole[n-1].Date || !when.Equal(whole[n-1].Due)) {
			rt.Errorf("the latest is %s %s %v, want %v", date, when, ok, whole[n-1])
		}
	})
}

// TestEveryDateThatExists: no matching date is skipped; a date has no night only if the fields
// leave it out, or the zone does.
func TestEveryDateThatExists(t *testing.T) {
	for _, name := range zones {
		s, zone := parsed(t, "30 23 * * *", name), zoneOf(t, name)
		seen := map[string]bool{}
		for hour := at("1985-01-01T12:00:00Z").In(zone); hour.Year() < 2047; hour = hour.Add(6 * time.Hour) {
			seen[hour.Format(time.DateOnly)] = true
		}
		for day := at("1985-01-03T00:00:00Z"); day.Year() < 2046; day = day.AddDate(0, 0, 1) {
			date := day.Format(time.DateOnly)
			if _, ok := s.On(date); ok != seen[date] {
				t.Errorf("%s in %s: a night %v, a date %v", date, name, ok, seen[date])
			}
		}
	}
}
