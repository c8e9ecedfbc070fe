package reconcile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecodeSnapshot: no input makes decoding panic or claim memory that it does not fill, and what
// is decoded can be encoded again.
func FuzzDecodeSnapshot(f *testing.F) {
	s := fullSnapshot()
	// The plan is short, since the long text makes a poor seed.
	s.Plan = world{schema: badgeSchema(), want: []rec{{"credential_id": "A", "value": "1"}}, have: []rec{{"credential_id": "A", "value": "2"}}}.plan()
	s.Roster, s.Listing.Records = nil, s.Plan.Have
	f.Add(encoded(f, s))
	f.Add(encoded(f, &Snapshot{}))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := decoded(data)
		if err != nil {
			return
		}
		again, err := decoded(encoded(t, s))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, again, sameSnapshot); diff != "" {
			t.Fatal(diff)
		}
		if s.Plan != nil {
			_ = lines(s.Plan)
			for i := range s.Plan.Lines {
				_ = s.Plan.Notes(i)
			}
		}
	})
}
