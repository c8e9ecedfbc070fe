package providers

import (
	"time"

	"keyroster/reconcile"
)

// Offline is a roster that is compared with an export, without access to the provider.
type Offline struct {
	Roster *reconcile.Roster
	// Listing is the export's: values that it masks are masked cells.
	Listing *reconcile.Listing
	// Wanted are the rows, with holders, types and times as far as the export has them. A
	// value that is known to equal a masked one is a masked cell.
	Wanted *reconcile.Wanted
	// Settings is as in [Env].
	Settings any
	Now      time.Time
}
