package seam

import (
	"testing"

	"keyroster/reconcile"
)

func TestTimeCell(t *testing.T) {
	for said, want := range map[string]reconcile.CellState{
		"": reconcile.Empty, "2026-07-01T00:00:00.000000Z": reconcile.Filled, "soon": reconcile.Masked, "+010000-01-01T00:00:00.000Z": reconcile.Filled, "10000-01-01T00:00:00Z": reconcile.Filled, "2026-07-01": reconcile.Masked,
	} {
		if got := timeCell(said).State(); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
	if got := timeCell("2026-07-01T02:00:00.120000+02:00").Text(); got != "2026-07-01T00:00:00.12Z" {
		t.Error(got)
	}
}
