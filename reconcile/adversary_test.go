package reconcile

import (
	"fmt"
	"strings"
	"testing"
)

// TestAMoveDoesNotGetAroundAProtection: the row names the new holder and only the record has the
// protected one, or the other way round.
func TestAMoveDoesNotGetAroundAProtection(t *testing.T) {
	for _, protect := range []Protection{{"holder_id": "guard"}, {"holder_id": "new"}, {"holder_id": "guard", "type": "code"}} {
		p := world{
			schema: passSchema(),
			want:   []rec{{"credential_id": "c1", "acs_system_id": "s", "holder_id": "new", "type": "code"}},
			have:   []rec{{"credential_id": "c1", "acs_system_id": "s", "holder_id": "guard", "type": "code", "value": "1234"}},
			policy: Policy{Move: true, Protect: []Protection{protect}},
		}.plan()
		if l := p.Lines[0]; l.Situation != Protected || l.Sends() {
			t.Errorf("%v: %v", protect, lines(p))
		}
	}
}

// TestFoldedValuesAreFoldedAsUnicodeDoes: lower-casing is not case folding (the Kelvin sign, the
// long s, the final sigma).
func TestFoldedValuesAreFoldedAsUnicodeDoes(t *testing.T) {
	for _, pair := range [][2]string{{"K1", "k1"}, {"ſ1", "S1"}, {"ς1", "Σ1"}, {"AB", "ab"}} {
		if !strings.EqualFold(pair[0], pair[1]) {
			t.Fatalf("%q", pair)
		}
		if CaseFold(pair[0]) != CaseFold(pair[1]) {
			t.Errorf("%q is not %q", pair[0], pair[1])
		}
	}
}

// TestPlacesOfManyFiles: a row in the last of very many files is not said to be in the first.
func TestPlacesOfManyFiles(t *testing.T) {
	schema := badgeSchema()
	all := NewRoster(schema)
	for range 1 << 16 {
		all.Files = append(all.Files, File{Name: "many.csv", Sheets: []string{""}})
	}
	last := NewRoster(schema)
	last.Files = []File{{Name: "last.xlsx", Sheets: make([]string, 1<<16+1)}}
	last.Files[0].Sheets[1<<16] = "last sheet"
	last.Add(0, 1<<16, 7, make([]Cell, len(schema.Columns)))
	all.Append(last)
	if got := all.Source(0); got != (Source{File: "last.xlsx", Sheet: "last sheet", Line: 7}) {
		t.Errorf("%+v", got)
	}
}

// TestARowWhoseRecordIsNotListedIsSeen: nobody may prune while a row names only a record that is
// not there: it may mean one that would go.
func TestARowWhoseRecordIsNotListedIsSeen(t *testing.T) {
	for _, c := range []struct {
		row  rec
		want int
	}{
		{rec{"credential_id": "typo", "value": "7"}, 1},
		{rec{"credential_id": "typo", "holder_id": "9", "type": "t", "value": "7"}, 0},
		{rec{"credential_id": "typo", "state": "absent"}, 0},
		{rec{"credential_id": "c1", "value": "7"}, 0},
	} {
		p := world{
			schema: badgeSchema(), want: []rec{c.row},
			have:   []rec{{"credential_id": "c1", "holder_id": "1", "type": "t", "value": "9"}},
			policy: Policy{Prune: true},
		}.plan()
		if got := p.Unmatched(); got != c.want {
			t.Errorf("%v: %d rows without a record: %v", c.row, got, fmt.Sprint(lines(p)))
		}
	}
}
