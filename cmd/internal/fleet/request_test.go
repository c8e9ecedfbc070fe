package fleet_test

import (
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/fleet"
	"keyroster/io/configio"
)

// TestNightsOf: a night can be asked for as soon as its date has begun somewhere on earth, and no
// earlier.
func TestNightsOf(t *testing.T) {
	now := time.Date(2027, 3, 31, 9, 59, 0, 0, time.UTC) // in Kiritimati the next day begins in a minute
	hq := []*configio.Account{{Name: "hq"}}
	for date, fits := range map[string]bool{
		"": true, "2027-03-31": true, "2020-01-01": true, "2027-04-01": false, "2099-01-01": false,
		"tomorrow": false, "2027-02-30": false, "27-03-31": false,
	} {
		nights, err := fleet.NightsOf(hq, date, now)
		if fits != (err == nil) || !fits && failure.Of(err).Kind != failure.Usage {
			t.Errorf("%q: %v", date, err)
		}
		if fits && len(nights) != 1 {
			t.Errorf("%q: %v", date, nights)
		}
	}
	if _, err := fleet.NightsOf(hq, "2027-04-01", now.Add(time.Minute)); err != nil {
		t.Errorf("where the day has begun: %v", err)
	}
}
