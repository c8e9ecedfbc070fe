package seam

import (
	"fmt"
	"time"

	"keyroster/reconcile"
)

// soonest and latest are how many years ahead a validity begins and ends; what is later is
// sent, and its year may be mistyped.
const soonest, latest = 10, 100

// noteDistant says of times which a row changes that their year may be mistyped. Lists say
// "never" by the turn of a far year.
func (r *resolver) noteDistant(n int, cells []reconcile.Cell, have reconcile.Record) {
	later := func(column, years int) (time.Time, bool) {
		at := instantOf(cells[column].Text())
		changed := !have.Valid() || differs(cells[column], have.Cell(column))
		return at, cells[column].Filled() && changed && at.After(r.now.AddDate(years, 0, 0))
	}
	if at, far := later(col.starts, soonest); far {
		r.note(n, fmt.Sprintf(
			"starts_at is in the year %d, and until then the credential opens nothing: is the year right?", at.Year(),
		))
	}
	if at, far := later(col.ends, latest); far && !turnOfYear(at) {
		r.note(n, fmt.Sprintf("ends_at is in the year %d: is the year right?", at.Year()))
	}
}

// turnOfYear reports whether an instant is within two days of a new year, whatever the zone
// in which a person wrote it.
func turnOfYear(at time.Time) bool {
	const apart = 2
	return at.AddDate(0, 0, apart).Year() != at.Year() || at.AddDate(0, 0, -apart).Year() != at.Year()
}
