package seam

import (
	"strings"
	"testing"
	"time"

	"keyroster/reconcile"
)

func TestClock(t *testing.T) {
	for _, c := range []struct {
		text, zone string
		end        bool
		want       string // or a part of the error
	}{
		{"2026-07-01T00:00:00Z", "", false, "2026-07-01T00:00:00Z"},
		{"2026-07-01T00:00:00.000Z", "", false, "2026-07-01T00:00:00Z"},
		{"2026-07-01T02:00:00.1200+02:00", "", true, "2026-07-01T00:00:00.12Z"},
		{"2026-07-01", "Europe/London", false, "2026-06-30T23:00:00Z"},
		{"2026-07-01", "Europe/London", true, "2026-07-01T23:00:00Z"},
		{"2026-12-31", "Pacific/Auckland", true, "2026-12-31T11:00:00Z"},
		{"2026-07-01 08:30", "Asia/Kathmandu", false, "2026-07-01T02:45:00Z"},
		{"2026-07-01T08:30", "America/New_York", true, "2026-07-01T12:30:00Z"},
		{"2026-07-01 08:30:15.5", "America/New_York", true, "2026-07-01T12:30:15.5Z"},
		{"2026-03-29T00:59:59", "Europe/London", false, "2026-03-29T00:59:59Z"},
		{"2026-03-29T01:00", "Europe/London", false, "skips in Europe/London"},
		{"2026-03-29T01:59:59", "Europe/London", false, "skips in Europe/London"},
		{"2026-03-29T02:00", "Europe/London", false, "2026-03-29T01:00:00Z"},
		{"2026-10-25T00:59:59", "Europe/London", false, "2026-10-24T23:59:59Z"},
		{"2026-10-25T01:00", "Europe/London", false, "doubles in Europe/London"},
		{"2026-10-25T01:59:59", "Europe/London", false, "doubles in Europe/London"},
		{"2026-10-25T02:00", "Europe/London", false, "2026-10-25T02:00:00Z"},
		{"2026-09-06", "America/Santiago", false, "skips in America/Santiago"}, // clocks change at midnight
		{"2026-07-01", "", false, "set time_zone"},
		{"2026-02-30", "Europe/London", false, "no date"},
		{"01.07.2026", "Europe/London", false, "no date"},
		{"2026-07-01T00:00:00.0000001Z", "", false, "finer than a microsecond"},
	} {
		var zone *time.Location
		if c.zone != "" {
			var err error
			if zone, err = time.LoadLocation(c.zone); err != nil {
				t.Fatal(err)
			}
		}
		read, err := readClock(c.text)
		var at time.Time
		if err == nil {
			at, err = read.in(zone, c.end)
		}
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s in %s: %v, want %s", c.text, c.zone, err, c.want)
			}
			continue
		}
		if canonical(at) != c.want {
			t.Errorf("%s in %s: %s, want %s", c.text, c.zone, canonical(at), c.want)
		}
	}
}

func TestTimeCell(t *testing.T) {
	for said, want := range map[string]reconcile.CellState{
		"": reconcile.Empty, "2026-07-01T00:00:00.000000Z": reconcile.Filled, "soon": reconcile.Masked, "2026-07-01": reconcile.Masked,
	} {
		if got := timeCell(said).State(); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
	if got := timeCell("2026-07-01T02:00:00.120000+02:00").Text(); got != "2026-07-01T00:00:00.12Z" {
		t.Error(got)
	}
}
