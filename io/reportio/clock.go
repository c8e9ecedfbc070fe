package reportio

import (
	"slices"
	"time"

	"keyroster/reconcile"
)

// LocalClock is the layout in which people see an instant: local time with its offset, which
// rosters can read.
const LocalClock = "2006-01-02 15:04:05.999999999 -07:00"

// Local converts the canonical text of an instant to the local time of a zone; other
// texts, and those that mean never, stay as they are.
func Local(text string, zone *time.Location) string {
	at, ok := reconcile.ReadInstant(text)
	if !ok || reconcile.IsNever(at) || reconcile.CanonicalTime(at) != text {
		return text
	}
	return at.In(zone).Format(LocalClock)
}

// Zone is the name by which people know an instant's zone.
func Zone(at time.Time) string {
	name := at.Format("MST")
	switch {
	case name == "UTC":
		return name
	case name[0] == '+' || name[0] == '-': // it has no name
		return at.Format("UTC-07:00")
	}
	return at.Format("MST (UTC-07:00)")
}

// zone is that of the times in reports for people: the account's, else UTC.
func (r *Report) zone() *time.Location {
	zone, err := time.LoadLocation(r.TimeZone)
	if err != nil || r.TimeZone == "Local" ||
		Zone(r.StartedAt.In(zone)) == "UTC" && Zone(r.StartedAt.AddDate(0, 6, 0).In(zone)) == "UTC" {
		return time.UTC
	}
	return zone
}

func (r *Report) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(r.zone())
	return t.Format("2006-01-02 15:04:05 ") + Zone(t)
}

func (r *Report) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(r.zone()).Format("2 January 2006")
}

// local is the settled report as people read it: all times of its lines are local to its zone.
func (r *Report) local() *Report {
	zone := r.zone()
	if zone == time.UTC {
		return r
	}
	out, tally := *r, *r.settled
	out.Lines, out.settled = onClock(r.lines(), zone), &tally
	if r.Counted != nil {
		out.Counted = onClock(r.Counted, zone)
	}
	tally.changed = slices.Clone(tally.changed)
	for i := range tally.changed {
		tally.changed[i].setClock(zone)
	}
	return &out
}

// onClock are lines with their times in the local time of a zone.
func onClock(lines Lines, zone *time.Location) Lines {
	return func(yield func(*Line, error) bool) {
		var own Line
		for l, err := range lines {
			if err == nil {
				own = *l
				own.setClock(zone)
				l = &own
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

// setClock puts the times of a line into the local time of a zone. Fields that other
// lines share are copied, not changed.
func (l *Line) setClock(zone *time.Location) {
	timed := func(f Field) bool { return f.Kind == reconcile.KindTime.String() }
	if slices.ContainsFunc(l.Fields, timed) {
		l.Fields = slices.Clone(l.Fields)
		for i := range l.Fields {
			if f := &l.Fields[i]; timed(*f) {
				f.Before, f.After = Local(f.Before, zone), Local(f.After, zone)
			}
		}
	}
	for _, t := range []**time.Time{&l.StartedAt, &l.FinishedAt} {
		if *t != nil {
			at := (*t).In(zone)
			*t = &at
		}
	}
}
