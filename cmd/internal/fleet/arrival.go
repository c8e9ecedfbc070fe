package fleet

import (
	"time"

	"keyroster/io/configio"
)

// heldUp is the longest delay expected for a request in transit.
const heldUp = 20 * time.Second

// InFlight is how long after losing its lease a process's requests may still arrive: longer
// than on one machine, since the process may have stalled or been cut off. Without a fleet it
// is 0, for the default of a single machine.
func InFlight(config *configio.Config) time.Duration {
	if config.Fleet == nil {
		return 0
	}
	return max(config.Fleet.Lease, heldUp)
}
