package fleet

import (
	"time"

	"keyroster/io/configio"
)

// heldUp is how long a request is expected to be held up on its way at most.
const heldUp = 20 * time.Second

// InFlight is how long a request may be on its way that a process sent which lost its
// lease, from the end of that on: longer than on one machine, since the process may have
// stood still, or have been cut off. Without a fleet it is 0, which is that of one machine.
func InFlight(config *configio.Config) time.Duration {
	if config.Fleet == nil {
		return 0
	}
	return max(config.Fleet.Lease, heldUp)
}
