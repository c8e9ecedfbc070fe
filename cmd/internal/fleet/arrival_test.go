package fleet_test

import (
	"testing"
	"time"

	"keyroster/cmd/internal/fleet"
	"keyroster/io/configio"
)

// TestInFlight: a write may leave until a tenth of the lease is left, and then be held up for 20
// seconds; whoever takes the account over waits until it has arrived, even with the shortest lease.
func TestInFlight(t *testing.T) {
	for _, lease := range []time.Duration{15 * time.Second, 30 * time.Second, 2 * time.Minute} {
		most := fleet.InFlight(&configio.Config{Fleet: &configio.Fleet{Lease: lease}})
		if arrives := lease*9/10 + 20*time.Second; lease+most < arrives || most < lease {
			t.Errorf("lease %v: read back after %v, and a write arrives until %v", lease, lease+most, arrives)
		}
	}
	if most := fleet.InFlight(&configio.Config{}); most != 0 {
		t.Errorf("without a fleet: %v", most)
	}
}
