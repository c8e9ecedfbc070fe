package providers

import (
	"time"

	"keyroster/reconcile"
)

// Offline is a roster that is held against an export, where no provider can be
// asked.
type Offline struct {
	Roster *reconcile.Roster
	// Listing is the export's: values that it masks are masked cells.
	Listing *reconcile.Listing
	// Wanted are the rows with the holders, types and times that the export
	// tells. A value that is known to equal a masked one is a masked cell.
	Wanted *reconcile.Wanted
	// Settings is as in [Env].
	Settings any
	Now      time.Time
}
