package seam

import (
	"fmt"
	"time"

	"keyroster/reconcile"
)

// farStart and farEnd are how many years ahead a validity usually begins and ends; later
// times are sent with a note, since the year may be mistyped.
const farStart, farEnd = 10, 100

// noteFarYears notes that the year of a changed time may be mistyped. The turn of a far year
// is left out: lists use it for "never".
func (r *resolver) noteFarYears(n int, cells []reconcile.Cell, have reconcile.Record) {
	later := func(column, years int) (time.Time, bool) {
		at := instantOf(cells[column].Text())
		changed := !have.Valid() || differs(cells[column], have.Cell(column))
		return at, cells[column].Filled() && changed && at.After(r.now.AddDate(years, 0, 0))
	}
	if at, far := later(col.starts, farStart); far {
		r.note(n, fmt.Sprintf(
			"starts_at is in the year %d, and until then the credential opens nothing: is the year right?", at.Year(),
		))
	}
	if at, far := later(col.ends, farEnd); far && !turnOfYear(at) {
		r.note(n, fmt.Sprintf("ends_at is in the year %d: is the year right?", at.Year()))
	}
}

// turnOfYear reports whether an instant is within two days of a new year, whatever the zone
// in which it was written.
func turnOfYear(at time.Time) bool {
	const apart = 2
	return at.AddDate(0, 0, apart).Year() != at.Year() || at.AddDate(0, 0, -apart).Year() != at.Year()
}
