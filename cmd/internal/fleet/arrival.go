package fleet

import (
	"time"

	"keyroster/io/configio"
)

// InFlight is how long a request may be on its way that a process sent which lost its
// lease: longer than on one machine, since it may have stood still. Without a fleet it is
// 0, which is that of one machine.
func InFlight(config *configio.Config) time.Duration {
	if config.Fleet == nil {
		return 0
	}
	return config.Fleet.Lease
}
