package reconcile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDiffReplaced: a row may keep the id of a record that was replaced; it means the record that
// took its place. If nobody remembers which one that is, several that fit are ambiguous.
func TestDiffReplaced(t *testing.T) {
	heir := rec{"credential_id": "N", "acs_system_id": "A", "holder_id": "1", "type": "code", "value": "10"}
	other := rec{"credential_id": "M", "acs_system_id": "A", "holder_id": "1", "type": "code", "value": "20"}
	old := rec{"credential_id": "O", "value": "10"}
	full := rec{"credential_id": "O", "acs_system_id": "A", "holder_id": "1", "type": "code", "value": "30"}
	cases := map[string]struct {
		want, have []rec
		replaced   map[string]string
		out        []string
	}{
		"remembered":           {[]rec{old}, []rec{heir, other}, map[string]string{"O": "N"}, []string{"row 0 in_sync none unchanged", "record M unlisted none unlisted"}},
		"the heir is gone":     {[]rec{old}, []rec{other}, map[string]string{"O": "N"}, []string{"row 0 missing none blocked: credential O is not in the listing; give acs_system_id and holder_id and type to create one", "record M unlisted none unlisted"}},
		"the old one is there": {[]rec{old}, []rec{heir, {"credential_id": "O", "value": "10"}}, map[string]string{"O": "N"}, []string{"row 0 in_sync none unchanged", "record N unlisted none unlisted"}},
		"forgotten, one fits":  {[]rec{full}, []rec{heir}, nil, []string{"row 0 drifted update planned value"}},
		"forgotten, several fit": {[]rec{full}, []rec{heir, other}, nil, []string{
			"row 0 ambiguous none blocked: 1 row and 2 records match each other: give the credential_id",
			"record N ambiguous none blocked: several rows may refer to this credential; see their lines",
			"record M ambiguous none blocked: several rows may refer to this credential; see their lines",
		}},
		"two rows mean one": {[]rec{old, {"credential_id": "N", "value": "11"}}, []rec{heir}, map[string]string{"O": "N"}, []string{
			"row 0 ambiguous none blocked: 2 rows name credential N; they differ in value", "row 1 ambiguous none blocked: 2 rows name credential N; they differ in value",
			"record N ambiguous none blocked: several rows may refer to this credential; see their lines",
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			plan := world{schema: passSchema(), want: c.want, have: c.have, edit: func(_ *Roster, _ *Wanted, l *Listing) { l.Replaced = c.replaced }}.plan()
			if diff := cmp.Diff(c.out, lines(plan)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
