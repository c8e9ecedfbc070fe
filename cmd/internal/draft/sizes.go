package draft

import (
	"keyroster/cmd/internal/failure"
)

// The smallest shares of the last good run's sizes to which a listing and a roster may shrink
// without a person's override. If no earlier run is known, pruning needs a roster that names
// the last share of the records.
const (
	leastListing = 0.5
	leastRoster  = 0.9
	leastNamed   = 0.5
)

// CheckRoster compares the sizes of roster and listing with the last good run.
func (d *Draft) CheckRoster() error {
	last := d.memory().LastGood
	if last == nil {
		return d.checkFirst()
	}
	// A row with state=absent counts: it names its record too.
	rows := d.Roster.Rows.Len()
	if fewer(rows, leastRoster, last.Rows) && d.Options.ShrunkenRoster == "" && !d.Roster.Partial() {
		return failure.New(failure.Unsafe, "if this is intended: --accept-shrunken-roster REASON",
			"the roster has %d rows, but that of the last good run (%s) had %d", rows, last.RunID, last.Rows)
	}
	if len(d.Scope.Holders) > 0 {
		return nil
	}
	records := d.Listing.Records.Len()
	if fewer(records, leastListing, last.Records) && d.Options.ShrunkenListing == "" {
		return failure.New(failure.Unsafe, "if this is intended: --accept-shrunken-listing REASON",
			"the account holds %d records, but held %d after the last good run (%s)",
			records, last.Records, last.RunID)
	}
	return nil
}

// checkFirst refuses to prune by a roster that names few of the records if no earlier run is
// known: a small first roster and one that was cut short look the same.
func (d *Draft) checkFirst() error {
	records := d.Listing.Records.Len()
	if !d.Options.Prune || d.Options.ShrunkenRoster != "" || !fewer(d.Plan.Matched, leastNamed, records) {
		return nil
	}
	return failure.New(failure.Unsafe, "if this is intended: --accept-shrunken-roster REASON; or leave out --prune",
		"first run here: the roster names %d of %d records, and --prune would delete the others",
		d.Plan.Matched, records)
}

// fewer reports whether the number has fallen below a share of what it was.
func fewer(are int, share float64, were int) bool { return float64(are) < share*float64(were) }
