package exportio

import (
	"testing"
	_ "time/tzdata"

	"keyroster/reconcile"
)

// TestZoneOfAnExport: a local time in an unknown zone has no meaning, and reading it as UTC would
// make it a different time.
func TestZoneOfAnExport(t *testing.T) {
	column := &reconcile.Column{Kind: reconcile.KindTime}
	for zone, want := range map[string]string{
		"": "2026-07-01T08:00:00Z", "UTC": "2026-07-01T08:00:00Z", "Europe/London": "2026-07-01T07:00:00Z",
		"Mars/Olympus": "", "Local": "",
	} {
		got, err := canonical(column, "2026-07-01 08:00", zoneOf(zone))
		if (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%q: %s, %v", zone, got, err)
		}
		at := "2026-07-01T08:00:00Z"
		if got, err := canonical(column, at, zoneOf(zone)); err != nil || got != at {
			t.Errorf("an instant in %q: %s, %v", zone, got, err)
		}
	}
}
