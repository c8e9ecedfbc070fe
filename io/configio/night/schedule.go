package night

import (
	"time"

	"github.com/robfig/cron/v3"
)

// lookBack is how many days [Schedule.Latest] looks back.
const lookBack = 40

// Schedule says when the nights of an account are due. It is only read after [Parse].
type Schedule struct {
	clock time.Duration
	days  cron.Schedule
	zone  *time.Location
}

// Night is one night of a schedule.
type Night struct {
	// Date is the local date that identifies it, such as 2026-01-31.
	Date string
	// Due is when it begins at the earliest.
	Due time.Time
}

// Parse reads five cron fields, whose times are those of zone. The error says what is
// wrong and what to do, and does not quote the text.
func Parse(text string, zone *time.Location) (*Schedule, error) {
	clock, days, err := fields(text)
	if err != nil {
		return nil, err
	}
	return &Schedule{clock: clock, days: days, zone: zone}, nil
}

// On is when the night of a date, such as 2026-01-31, is due; ok reports whether the date has one.
func (s *Schedule) On(date string) (due time.Time, ok bool) {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}, false
	}
	return s.on(day)
}

// Latest is the latest night due at or before now; ok reports whether there is one
// within the last 40 days.
func (s *Schedule) Latest(now time.Time) (date string, due time.Time, ok bool) {
	// Where clocks are put back over midnight, the next date may have begun already.
	day := s.localDay(now).AddDate(0, 0, 1)
	for range lookBack + 2 {
		if due, ok := s.on(day); ok && !due.After(now) {
			return day.Format(time.DateOnly), due, true
		}
		day = day.AddDate(0, 0, -1)
	}
	return "", time.Time{}, false
}

// Between are the nights due after one instant and not after another, in their order.
func (s *Schedule) Between(after, until time.Time) []Night {
	var out []Night
	last := s.localDay(until).AddDate(0, 0, 1)
	for day := s.localDay(after).AddDate(0, 0, -1); !day.After(last); day = day.AddDate(0, 0, 1) {
		if due, ok := s.on(day); ok && due.After(after) && !due.After(until) {
			out = append(out, Night{Date: day.Format(time.DateOnly), Due: due})
		}
	}
	return out
}

// on is [Schedule.On] of the date that day has in UTC. Days are looked up there, where
// each has 24 hours.
func (s *Schedule) on(day time.Time) (due time.Time, ok bool) {
	if !s.days.Next(day.Add(-time.Second)).Equal(day) {
		return time.Time{}, false
	}
	if begin := first(day, s.zone); !s.localDay(begin).Equal(day) {
		return time.Time{}, false
	}
	return first(day.Add(s.clock), s.zone), true
}

// localDay is the midnight in UTC of the date that t has in the zone.
func (s *Schedule) localDay(t time.Time) time.Time {
	year, month, day := t.In(s.zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// first is the first instant at which clocks in the zone show wall or later; wall is
// given as if it were in UTC. [time.Date] does not specify which instant it picks for a
// local time that is skipped or comes twice.
func first(wall time.Time, zone *time.Location) time.Time {
	// No zone is a day ahead of UTC, so clocks show less there.
	for from := wall.AddDate(0, 0, -1).In(zone); ; {
		_, offset := from.Zone()
		_, end := from.ZoneBounds()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if at.Before(from) {
			at = from
		}
		if !end.IsZero() && !end.After(from) {
			// It does that on the last day of leap years that only a rule covers.
			end = from.Add(time.Hour)
		}
		if end.IsZero() || at.Before(end) {
			return at
		}
		from = end
	}
}
