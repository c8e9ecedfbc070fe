package reportio

import (
	"testing"

	"keyroster/reconcile"
)

// TestMemoryLineOfFirstRun: the line about memory counts what was compared, and not what no run
// looked at.
func TestMemoryLineOfFirstRun(t *testing.T) {
	for name, c := range map[string]struct {
		listing  Listing
		compared int
		want     string
	}{
		"not listed": {want: ""},
		"listed, no compare": {
			listing: Listing{Complete: true, Records: 30},
			want:    "first run here: 30 records listed, none compared",
		},
		"empty": {listing: Listing{Complete: true}, want: "first run here: the account holds no record yet"},
		"compared": {
			listing: Listing{Complete: true, Records: 30}, compared: 30,
			want: "first run here: the roster names 0 of 30 records",
		},
	} {
		r := &Report{Memory: &Memory{From: MemoryNone}, Listing: c.listing, Summary: reconcile.Summary{Records: c.compared}}
		if got := memoryLine(r); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
