package reconcile

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecodeSnapshot: no bytes make decoding panic or claim memory that they
// do not fill, and what decodes encodes again.
func FuzzDecodeSnapshot(f *testing.F) {
	s := fullSnapshot()
	// A short plan: the long text makes a poor seed.
	s.Plan = world{schema: badgeSchema(), want: []rec{{"credential_id": "A", "value": "1"}}, have: []rec{{"credential_id": "A", "value": "2"}}}.plan()
	s.Roster, s.Listing.Records = nil, s.Plan.Have
	f.Add(encoded(f, s))
	f.Add(encoded(f, &Snapshot{}))
	f.Add(append([]byte(snapshotHeader(snapshotVersion)), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1))
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

func BenchmarkSnapshot(b *testing.B) {
	const n = 100_000
	schema := badgeSchema()
	roster, have := NewRoster(schema), NewSet(schema, n)
	roster.Files = []File{{Name: "a.csv", Sheets: []string{""}}}
	for i := range n {
		row := setOf(schema, rec{"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(i), "type": "card", "value": fmt.Sprint(48213377 + i), "ends_at": "2027-01-31T00:00:00Z"})
		roster.Add(0, 0, i+2, row.Record(0).Cells(nil))
		have.Add(setOf(schema, rec{"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(i), "type": "card", "value": fmt.Sprint(i)}).Record(0).Cells(nil))
	}
	listing := &Listing{Records: have, Total: n, Evidence: EvidenceDeclared}
	s := &Snapshot{Plan: Diff(roster, &Wanted{Rows: roster.Rows}, listing, Policy{}), Roster: roster, Listing: listing}
	data := encoded(b, s)
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if err := EncodeSnapshot(s, func([]byte) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := decoded(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
