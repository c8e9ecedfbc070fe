package seam

import (
	"testing"
	"time"

	"keyroster/reconcile"
)

// TestMovedStart: for a start in the past, a later one that has passed too is as good; one that is
// still to come is not, unless Seam itself says that it moved it.
func TestMovedStart(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	record := func(starts, status string) reconcile.Record {
		cells := make([]reconcile.Cell, len(Schema.Columns))
		cells[col.starts], cells[col.status] = timeCell(starts), reconcile.TextCell(status)
		set := reconcile.NewSet(Schema, 1)
		return set.Record(set.Add(cells))
	}
	for _, c := range []struct {
		want, have, status string
		moved              bool
	}{
		{"2026-01-01T00:00:00Z", "2026-06-01T11:59:59.5Z", "", true},
		{"2026-01-01T00:00:00Z", "2026-06-01T11:59:59.5Z", warnSchedule, true},
		{"2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z", "", true},
		{"2026-01-01T00:00:00Z", "2026-06-02T00:00:00Z", "", false},
		{"2026-01-01T00:00:00Z", "2026-06-02T00:00:00Z", warnSchedule, true},
		{"2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z", warnSchedule, false},
		{"2026-01-01T00:00:00Z", "", warnSchedule, false},
		{"", "2026-01-01T00:00:00Z", warnSchedule, false},
	} {
		if got := movedStart(timeCell(c.want), record(c.have, c.status), now); got != c.moved {
			t.Errorf("%s, shown as %s %s: %v", c.want, c.have, c.status, got)
		}
	}
}
