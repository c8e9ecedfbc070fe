package reconcile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDiffEnding: a listed record that is ending counts as gone: for a row that wants it, for one
// that does not, and without any row.
func TestDiffEnding(t *testing.T) {
	gone := rec{"credential_id": "G", "holder_id": "1", "type": "key"}
	live := rec{"credential_id": "L", "holder_id": "1", "type": "key"}
	want := rec{"holder_id": "1", "type": "key"}
	absent := rec{"holder_id": "1", "type": "key", "state": StateAbsent}
	byID := rec{"credential_id": "G"}
	revoked, revoking := Ending{Words: "was revoked"}, Ending{Words: "is being revoked", InTheWay: true}
	cases := map[string]struct {
		want, have []rec
		ending     map[int]Ending
		out        []string
		notes      []string
	}{
		"wanted":            {[]rec{want}, []rec{gone}, map[int]Ending{0: revoked}, []string{"row 0 missing create planned", "record G unlisted none unlisted: credential G was revoked"}, []string{"credential G was revoked"}},
		"in the way":        {[]rec{want}, []rec{gone}, map[int]Ending{0: revoking}, []string{"row 0 unsupported none blocked: credential G is being revoked: another can be made once it is gone", "record G unlisted none unlisted: credential G is being revoked"}, nil},
		"another lives":     {[]rec{want}, []rec{gone, live}, map[int]Ending{0: revoking}, []string{"row 0 in_sync none unchanged", "record G unlisted none unlisted: credential G is being revoked"}, nil},
		"not wanted":        {[]rec{absent}, []rec{gone}, map[int]Ending{0: revoking}, []string{"row 0 in_sync none unchanged"}, []string{"credential G is being revoked"}},
		"not wanted, by id": {[]rec{{"credential_id": "G", "state": StateAbsent}}, []rec{gone}, map[int]Ending{0: revoked}, []string{"row 0 in_sync none unchanged"}, []string{"credential G was revoked"}},
		"wanted by id":      {[]rec{byID}, []rec{gone}, map[int]Ending{0: revoked}, []string{"row 0 missing none blocked: credential G was revoked; give holder_id and type to create another", "record G unlisted none unlisted: credential G was revoked"}, nil},
		"no row":            {nil, []rec{gone}, map[int]Ending{0: revoked}, []string{"record G unlisted none unlisted: credential G was revoked"}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := world{schema: badgeSchema(), want: c.want, have: c.have, policy: Policy{Prune: true}}
			w.edit = func(_ *Roster, _ *Wanted, l *Listing) { l.Ending = c.ending }
			plan := w.plan()
			if diff := cmp.Diff(c.out, lines(plan)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.notes, plan.Notes(0)); len(c.want) > 0 && diff != "" {
				t.Error(diff)
			}
			for i := range plan.Lines {
				if l := &plan.Lines[i]; l.Record >= 0 && l.Ending != (plan.HaveRecord(i).ID() == "G") {
					t.Errorf("line %d: ending %t", i, l.Ending)
				}
			}
		})
	}
}
